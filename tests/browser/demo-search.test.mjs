// The demo's search: what it says of a query, in which locale, how fast, and why.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from 'aisle';
import { goldenLines } from '../node/support.mjs';
import { newPage } from './chromium.mjs';
import { ask, assertFits, demo, headline, openDemo, screenshots } from './demo.mjs';

test('it says what a query is about, without a further request or complaint', async () => {
  const { page, troubles, requests, close } = await openDemo();
  await headline(page, 'Clothing › Dresses'); // of the example that it starts with
  const afterLoad = requests.length;

  const search = page.getByRole('searchbox', { name: 'Search query' });
  await search.fill('');
  await headline(page, 'Type a query');
  await search.pressSequentially('gold hoop earrings');
  await headline(page, 'Jewelry & Watches › Earrings');
  assert.match(await page.locator('#confidence').innerText(), /^(certain|very likely|likely|possible) \d+ %$/);
  assert.ok(Number(await page.getByRole('meter', { name: 'Confidence' }).getAttribute('aria-valuenow')) >= 50);
  assert.match(await page.locator('#alternatives li').first().innerText(), /Earrings\s+Jewelry & Watches\s+\d+ %/);
  assert.equal(await page.locator('#alternatives li').count(), 6, 'five subcategories, and that it is no shopping');
  assert.ok((await page.locator('#pieces li').count()) >= 3);
  await ask(page, 'how tall is mount everest', 'Not a shopping query');

  assert.equal(requests.length, afterLoad, `asked for ${requests.slice(afterLoad)}`);
  assert.ok(requests.every((url) => url.startsWith(demo.server.origin)));
  assert.equal(await page.evaluate('crossOriginIsolated'), false);
  assert.deepEqual(troubles, []);
  await close();
});

test('the latency of each keystroke, its median and 95th percentile, and a sparkline', async () => {
  const { page, close } = await openDemo();
  await headline(page, 'Dresses');
  assert.equal(await page.locator('.spark').count(), 0, 'one answer is no line');
  await page.locator('#query').fill('');
  await page.locator('#query').pressSequentially('cordless drill', { delay: 40 });
  await headline(page, 'Tools');
  assert.match(await page.locator('#latency').innerText(), /^(< 0\.1|\d+(\.\d)?) ms$/);
  assert.match(await page.locator('#quantiles').innerText(), /^p50 .*\d ms p95 .*\d ms$/);
  const points = (await page.locator('.spark path').getAttribute('d')).split(/[ML]/).length - 1;
  assert.ok(points >= 3, `${points} points`);
  await close();
});

test('pieces that belong to one word touch', async () => {
  const { page, close } = await openDemo('?q=wxqzjk%20dress');
  await page.locator('#pieces li').first().waitFor();
  const classes = await page.locator('#pieces li').evaluateAll((chips) => chips.map((chip) => [chip.innerText, chip.className]));
  assert.ok(classes.length > 2, 'an unknown word comes apart');
  assert.equal(classes.filter(([, name]) => name === 'starts').length, 2);
  assert.deepEqual(classes.at(-1), ['dress', 'starts']);
  await close();
});

test('the locale is told to the model, and what it changes is shown', async () => {
  const aisle = await load();
  const { languages } = aisle.pack;
  const expected = (locale) => Math.round(aisle.classify('tenis', { locale }).alternatives[0].probability * 100);
  const [inUs, inMexico] = [expected('en-US'), expected('es-MX')];
  aisle.close();
  assert.notEqual(inUs, inMexico, 'choose another query: this one shows nothing');

  const { page, troubles, close } = await openDemo('?q=tenis');
  const first = page.locator('#alternatives li').first();
  await first.getByText(`${inUs} %`).waitFor();
  const picker = page.getByRole('combobox', { name: 'Locale' });
  assert.deepEqual((await picker.locator('option').evaluateAll((options) => options.map(({ value }) => value))).sort(), [...languages].sort());
  await picker.selectOption('es-MX');
  assert.equal(await page.locator('#query').inputValue(), 'tenis', 'it is an example there too');
  await first.getByText(`${inMexico} %`).waitFor();

  await page.locator('#locales li').nth(languages.length - 1).waitFor();
  assert.match(await page.locator('#locales [aria-pressed="true"]').innerText(), new RegExp(`^es-MX\\s.*\\s${inMexico} %$`, 's'));
  assert.match(await page.locator('#locales-summary').innerText(), /from \d+ % \(..-..\) to \d+ % \(..-..\)/);
  await page.locator('#locales button', { hasText: 'en-US' }).click();
  assert.equal(await picker.inputValue(), 'en-US');
  await first.getByText(`${inUs} %`).waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

test('a word that means something else in another locale is answered otherwise there', async () => {
  const aisle = await load();
  const { page, troubles, close } = await openDemo();
  const picker = page.getByRole('combobox', { name: 'Locale' });
  for (const [query, ...locales] of [['pants', 'en-US', 'en-GB'], ['trainers', 'en-US', 'en-GB'], ['biscuits', 'en-US', 'en-GB'], ['tenis', 'es-ES', 'es-MX']]) {
    const best = locales.map((locale) => aisle.classify(query, { locale }).alternatives[0]);
    const percents = best.map(({ probability }) => Math.round(probability * 100));
    assert.ok(best[0].id !== best[1].id || Math.abs(percents[0] - percents[1]) >= 10, `${query}: ${best[0].id} ${percents}`);
    for (const [i, locale] of locales.entries()) {
      await picker.selectOption(locale);
      await page.locator('#query').fill(query);
      await page.locator('#alternatives li').first().getByText(`${percents[i]} %`).waitFor();
    }
  }
  aisle.close();
  await picker.selectOption('en-GB');
  await ask(page, 'pants', 'Clothing');
  await page.locator('#alternatives', { hasText: 'Underwear' }).waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

test('every locale has examples of its own', async () => {
  const { page, close } = await openDemo();
  const picker = page.getByRole('combobox', { name: 'Locale' });
  const tags = await picker.locator('option').evaluateAll((options) => options.map(({ value }) => value));
  const seen = new Map();
  for (const tag of tags) {
    await picker.selectOption(tag);
    const examples = await page.getByRole('list', { name: 'Examples' }).getByRole('button').allInnerTexts();
    assert.ok(examples.length >= 4, tag);
    assert.ok(!seen.has(examples.join()), `${tag} has those of ${seen.get(examples.join())}`);
    seen.set(examples.join(), tag);
  }
  await page.getByRole('list', { name: 'Examples' }).getByRole('button').nth(1).click();
  const [, second] = await page.getByRole('list', { name: 'Examples' }).getByRole('button').allInnerTexts();
  assert.equal(await page.locator('#query').inputValue(), second);
  await close();
});

test('Arabic runs from right to left', async () => {
  const { page, troubles, close } = await openDemo('?locale=ar-AE');
  await page.locator('#pieces li').first().waitFor();
  const direction = (selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).direction);
  assert.equal(await direction('#query'), 'rtl');
  assert.equal(await direction('.examples'), 'rtl');
  const [first, second] = await page.locator('.examples li').evaluateAll((items) => items.map((item) => item.getBoundingClientRect().left));
  assert.ok(first > second, 'the first example stands rightmost');
  await page.screenshot({ path: `${screenshots}/arabic.png`, fullPage: true });
  await page.evaluate(() => (document.documentElement.dir = 'rtl')); // the whole page mirrored
  await assertFits(page, 'from right to left');
  const [name, navigation] = await Promise.all(['.name', '.top nav'].map((part) => page.locator(part).boundingBox()));
  assert.ok(name.x > navigation.x);
  assert.deepEqual(troubles, []);
  await close();
});

test('by keyboard alone, and aloud', async () => {
  const { page, troubles, close } = await openDemo();
  assert.equal(await page.evaluate('document.activeElement.id'), 'query');
  await page.keyboard.type('gold hoop earrings'); // over the selected example
  await page.keyboard.press('Enter');
  assert.equal(new URL(page.url()).search, '', 'Enter sends nothing');
  await page.locator('#announcement', { hasText: 'Jewelry & Watches, Earrings' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.id'), 'locale');
  await page.keyboard.press('Tab');
  const example = await page.evaluate('document.activeElement.textContent');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#query').inputValue(), example);
  const tree = await page.locator('body').ariaSnapshot();
  for (const part of ['navigation "Parts of this page"', 'searchbox "Search query"', 'meter "Confidence"', 'list "Examples"', 'region "Most probable"', 'region "Why"']) {
    assert.ok(tree.includes(part), `${part} is not in\n${tree}`);
  }
  assert.deepEqual(troubles, []);
  await close();
});

test('odd input does no harm', async () => {
  const { page, troubles, close } = await openDemo();
  for (const text of ['👗👠', '<img src=x onerror=alert(1)>', 'x'.repeat(10000), 'w'.repeat(60), '\ud83d', '红色连衣裙', '   ']) {
    await page.locator('#query').evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
    await page.waitForTimeout(250);
    assert.notEqual(await page.locator('#headline').innerText(), '');
    await assertFits(page, text.slice(0, 80));
  }
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(troubles, []);
  await close();
});

const WORDS = { category: / › /, group: /^Somewhere in /, ambiguous: /^Could be .+ or /, broad: /^Shopping/, none: /^Not a shopping/, unknown: /^Not sure$/ };

// Of some golden queries the first for each outcome there is.
async function queryOfEachOutcome() {
  const aisle = await load();
  const queries = new Map();
  for (const { query } of goldenLines().slice(0, 3000)) {
    const { outcome } = aisle.classify(query, { locale: 'en-US' });
    if (/^[a-z ]{5,40}$/.test(query) && !queries.has(outcome)) queries.set(outcome, query);
  }
  aisle.close();
  return queries;
}

test('it puts every outcome into words, and says why', async () => {
  const queries = await queryOfEachOutcome();
  assert.ok(queries.size >= 4, [...queries.keys()].join());
  const { page, troubles, close } = await openDemo();
  for (const [outcome, query] of queries) {
    await page.locator('#query').fill(query);
    await page.locator(`[data-outcome="${outcome}"] #headline`, { hasText: WORDS[outcome] }).waitFor();
    assert.match(await page.locator('#margin').innerText(), /\d %.*(to spare|short|stated)/, query);
    await page.waitForTimeout(200); // the bars' transition
    await page.screenshot({ path: `${screenshots}/outcome-${outcome}.png` });
  }
  assert.deepEqual(troubles, []);
  await close();
});

test('why: the probability flows from groups to subcategories, and the lines stand at the thresholds', async () => {
  const aisle = await load();
  const { pack } = aisle;
  const { outcomes } = aisle.probabilities('tenis', { locale: 'es-MX' });
  const rates = pack.otherLanguages.length > 0 ? pack.otherLanguages : pack.errorRates; // Spanish is not the pack's first
  const { thresholds } = rates.find(({ errorRate }) => errorRate === pack.defaultErrorRate);
  const likely = pack.groups.map(({ name }, g) => ({ name, p: outcomes[g] })).sort((a, b) => b.p - a.p);
  aisle.close();

  const { page, troubles, close } = await openDemo('?q=tenis&locale=es-MX');
  await page.locator('#icicle').waitFor();
  await page.waitForTimeout(300);
  const row = await page.locator('.pieces-of-row').first().boundingBox();
  const [first, second] = await page.locator('.icicle-row').first().locator('.piece').evaluateAll((pieces) => pieces.slice(0, 2).map((piece) => [piece.title, piece.getBoundingClientRect().width]));
  assert.ok(first[0].startsWith(likely[0].name) && second[0].startsWith(likely[1].name), `${first}, ${second}`);
  assert.ok(Math.abs(first[1] / row.width - likely[0].p) < 0.01, `${first[1]} of ${row.width} pixels for ${likely[0].p}`);
  const lines = await page.locator('.line').evaluateAll((all) => all.map((line) => line.getBoundingClientRect().left));
  const needed = [thresholds.group, thresholds.category].filter((threshold) => threshold < 0.9995);
  assert.equal(lines.length, needed.length);
  needed.forEach((threshold, i) => assert.ok(Math.abs((lines[i] - row.x) / row.width - threshold) < 0.01, `line ${i} for ${threshold}`));
  assert.deepEqual(troubles, []);
  await close();
});

test('why: other error rates and each word left out', async () => {
  const aisle = await load();
  const names = (decision) => decision.category?.name ?? decision.group?.name ?? '';
  const atRates = aisle.pack.errorRates.map(({ errorRate }) => names(aisle.classify('cute floral summer dress', { locale: 'en-US', errorRate })));
  const withoutDress = aisle.classify('cute floral summer', { locale: 'en-US' });
  aisle.close();
  const { page, close } = await openDemo();
  await page.locator('#without li').nth(3).waitFor();
  const rates = await page.locator('#rates li').allInnerTexts();
  assert.equal(rates.length, atRates.length);
  rates.forEach((text, i) => assert.ok(text.includes(atRates[i]), `${text}: ${atRates[i]}`));
  const last = await page.locator('#without li').last().innerText();
  assert.match(last, /^dress\s/);
  assert.ok(last.includes(`${Math.round(withoutDress.confidence * 100)} %`), last);
  await close();
});

test('a load that fails says why', async () => {
  const cases = [
    [/\.aisle$/, (route) => route.fulfill({ status: 404 }), /the pack: the server answered 404 from .*\. Serve the file/],
    [/\.wasm$/, (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }), /the WebAssembly module: the server sent text\/html from .*\. Serve the file itself/],
    [/\.aisle$/, (route) => route.fulfill({ body: 'x'.repeat(5000) }), /not an Aisle pack.*\. Fetch the pack again/],
  ];
  for (const [address, answer, says] of cases) {
    const { page, close } = await newPage(demo.browser);
    await page.route(address, answer);
    await page.goto(demo.server.origin);
    await page.getByRole('alert').filter({ hasText: says }).waitFor();
    assert.match(await page.getByRole('alert').innerText(), /^It did not load/);
    await close();
  }
});
