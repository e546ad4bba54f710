// The demo page in a real browser, over its own static server: what it shows, that it stays silent, and how it looks.
// Screenshots land in build/screenshots.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { serve } from '../../web-demo/serve.mjs';
import { goldenLines } from '../node/support.mjs';
import { launch, newPage } from './chromium.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const screenshots = at('../../build/screenshots');

let browser, server;
before(async () => {
  mkdirSync(screenshots, { recursive: true });
  server = await serve(at('../../web-demo/dist'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function openDemo(options, query = '') {
  const opened = await newPage(browser, options);
  await opened.page.goto(`${server.origin}/${query}`);
  await opened.page.locator('#query:enabled').waitFor();
  return opened;
}

test('it says what a query is about, without a further request or complaint', async () => {
  const { page, troubles, requests, close } = await openDemo();
  assert.equal(await page.evaluate('crossOriginIsolated'), false);
  assert.match(await page.locator('#facts').innerText(), /^Pack storefront \d+\.\d+\.\d+, \d+\.\d MB · \d+ groups, \d+ subcategories · engine \d+ KB, (relaxed )?SIMD$/);
  assert.equal(await page.locator('#headline').innerText(), 'Type a query');
  const afterLoad = requests.length;

  const search = page.getByRole('searchbox', { name: 'Search query' });
  await search.pressSequentially('cute floral summer dress');
  assert.equal(await page.locator('#headline').innerText(), 'Clothing › Dresses');
  assert.match(await page.locator('#confidence').innerText(), /^\d+ %, (certain|very likely|likely|possible)$/);
  assert.ok(Number(await page.getByRole('meter', { name: 'Confidence' }).getAttribute('aria-valuenow')) >= 50);
  assert.match(await page.locator('#alternatives li').first().innerText(), /Clothing › Dresses\s+\d+ %/);
  assert.equal(await page.locator('#alternatives li').count(), 5);
  assert.ok((await page.locator('#pieces li').count()) >= 4);
  assert.match(await page.locator('#latency').innerText(), /^(< 0\.1|\d+\.\d) ms$/);

  await search.fill('how tall is mount everest');
  assert.equal(await page.locator('#headline').innerText(), 'Not a shopping query');
  await search.fill('');
  assert.equal(await page.locator('#headline').innerText(), 'Type a query');
  assert.equal(await page.locator('#pieces li').count(), 0);

  assert.equal(requests.length, afterLoad, `asked for ${requests.slice(afterLoad)}`);
  assert.ok(requests.every((url) => url.startsWith(server.origin)));
  assert.deepEqual(troubles, []);
  await close();
});

test('by keyboard alone, and aloud', async () => {
  const { page, troubles, close } = await openDemo();
  assert.equal(await page.evaluate('document.activeElement.id'), 'query');
  await page.keyboard.type('gold hoop earrings');
  await page.keyboard.press('Enter');
  assert.equal(new URL(page.url()).search, '', 'Enter sends nothing');
  await page.locator('#announcement', { hasText: 'Jewelry & Watches, Earrings' }).waitFor({ state: 'attached' });

  await page.keyboard.press('Tab');
  const example = await page.evaluate('document.activeElement.textContent');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#query').inputValue(), example);
  const tree = await page.locator('main').ariaSnapshot();
  for (const part of ['heading "Aisle"', 'searchbox "Search query"', 'meter "Confidence"', 'list "Examples"', 'region "Most probable"', 'region "Read as"']) {
    assert.ok(tree.includes(part), `${part} is not in\n${tree}`);
  }
  assert.deepEqual(troubles, []);
  await close();
});

test('odd input does no harm', async () => {
  const { page, troubles, close } = await openDemo();
  for (const text of ['👗👠', '<img src=x onerror=alert(1)>', 'x'.repeat(10000), '\ud83d', '红色连衣裙', '   ']) {
    await page.locator('#query').evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input'));
    }, text);
    assert.notEqual(await page.locator('#headline').innerText(), '');
  }
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(troubles, []);
  await close();
});

const looks = {
  'desktop-light': { viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  'desktop-dark': { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
  'phone-light': { viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, colorScheme: 'light', hasTouch: true, isMobile: true },
  'phone-dark': { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, colorScheme: 'dark', hasTouch: true, isMobile: true },
};
for (const [name, options] of Object.entries(looks)) {
  test(`it fits: ${name}`, async () => {
    const { page, troubles, close } = await openDemo(options, '?q=cute%20floral%20summer%20dress');
    await page.waitForTimeout(200); // the bar's transition
    await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    for (const query of ['', 'x'.repeat(10000), 'w'.repeat(60), 'gift']) {
      await page.locator('#query').fill(query);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.ok(overflow <= 0, `${overflow} pixels too wide with "${query.slice(0, 80)}"`);
    }
    assert.deepEqual(troubles, []);
    await close();
  });
}

const WORDS = { category: / › /, group: /^Somewhere in /, ambiguous: /^Could be .+ or /, broad: /^Shopping/, none: /^Not a shopping/, unknown: /^Not sure$/ };

// The first of the golden queries for each outcome there is.
async function queryOfEachOutcome() {
  const aisle = await load();
  const queries = new Map();
  for (const { query } of goldenLines()) {
    const { outcome } = aisle.classify(query);
    if (/^[a-z ]{5,40}$/.test(query) && !queries.has(outcome)) queries.set(outcome, query);
  }
  aisle.close();
  return queries;
}

test('it puts every outcome into words', async () => {
  const queries = await queryOfEachOutcome();
  assert.ok(queries.size >= 4, [...queries.keys()].join());
  const { page, troubles, close } = await openDemo({ viewport: { width: 1100, height: 900 } });
  for (const [outcome, query] of queries) {
    await page.locator('#query').fill(query);
    assert.match(await page.locator('#headline').innerText(), WORDS[outcome], query);
    await page.waitForTimeout(200);
    await page.screenshot({ path: `${screenshots}/outcome-${outcome}.png` });
  }
  assert.deepEqual(troubles, []);
  await close();
});

test('more errors allowed, more answers', async () => {
  const aisle = await load();
  const { errorRate } = aisle.pack.errorRates.at(-1);
  const unsure = goldenLines().find(
    ({ query }) => aisle.classify(query).outcome === 'unknown' && aisle.classify(query, { errorRate }).outcome === 'category',
  ).query;
  const name = aisle.classify(unsure, { errorRate }).category.name;
  aisle.close();

  const { page, troubles, close } = await openDemo();
  await page.locator('#query').fill(unsure);
  assert.equal(await page.locator('#headline').innerText(), 'Not sure');
  const probabilities = await page.locator('#alternatives').innerText();
  await page.getByRole('combobox', { name: 'Errors allowed' }).selectOption(String(errorRate));
  assert.ok((await page.locator('#headline').innerText()).endsWith(`› ${name}`));
  assert.equal(await page.locator('#alternatives').innerText(), probabilities);
  assert.deepEqual(troubles, []);
  await close();
});

test('a load that fails says why', async () => {
  const cases = [
    [/\.aisle$/, (route) => route.fulfill({ status: 404 }), /the pack: the server answered 404 from .*\. Serve the file/],
    [/\.wasm$/, (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }), /the WebAssembly module: the server sent text\/html from .*\. Serve the file itself/],
    [/\.aisle$/, (route) => route.abort(), /the pack cannot be fetched from .*\. Check the connection/],
    [/\.aisle$/, (route) => route.fulfill({ body: 'x'.repeat(5000) }), /not an Aisle pack.*\. Fetch the pack again/],
  ];
  for (const [address, answer, says] of cases) {
    const { page, close } = await newPage(browser);
    await page.route(address, answer);
    await page.goto(server.origin);
    await page.locator('#announcement:not(.unseen)', { hasText: says }).waitFor();
    assert.equal(await page.locator('#headline').innerText(), 'It did not load');
    await page.screenshot({ path: `${screenshots}/failed.png` });
    await close();
  }
});
