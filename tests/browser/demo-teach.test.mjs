// The demo's corrections: chosen from the tree, applied at once, kept, undone, and taken away as JSON lines and as rules.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from 'aisle';
import { ask, downloaded, headline, openDemo, screenshots } from './demo.mjs';

const open = (page) => page.getByRole('button', { name: 'Not right? Correct it' }).click();

test('a decision corrected by keyboard decides at once, everywhere, and after a reload', async () => {
  const { page, troubles, close } = await openDemo('?q=mullions');
  await page.locator('[data-source="model"]').waitFor();
  await open(page);
  await page.keyboard.type('hardware'); // the focus is in the tree's search
  const item = page.getByRole('treeitem', { selected: true });
  assert.match(await item.innerText(), /Hardware|Tools/);
  await page.keyboard.press('ArrowDown');
  const name = (await item.innerText()).trim();
  await page.keyboard.press('Enter');
  await page.locator('[data-source="override"] #headline', { hasText: name }).waitFor();
  assert.match(await page.locator('#confidence').innerText(), /by your correction/);
  await ask(page, '  MULLIONS ', name);

  await page.getByRole('link', { name: 'Batch' }).click();
  await page.getByRole('textbox', { name: 'Queries to classify' }).fill('mullions\nred shoes');
  await page.getByRole('button', { name: 'Classify' }).click();
  await page.locator('.running[data-state="done"]').waitFor();
  assert.ok((await page.locator('.scroller .says').first().innerText()).includes(name));

  await page.goto(page.url().replace(/#.*/, ''));
  await page.locator('[data-source="override"] #headline', { hasText: name }).waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

test('the tree opens, closes and narrows', async () => {
  const { page, troubles, close } = await openDemo();
  await page.locator('#wrong').click();
  const items = page.getByRole('treeitem');
  const closed = await items.count();
  const search = page.getByRole('combobox', { name: 'Search the taxonomy' });
  await search.press('ArrowRight');
  assert.ok((await items.count()) > closed);
  assert.equal(await items.first().getAttribute('aria-expanded'), 'true');
  await search.press('ArrowDown');
  await search.press('ArrowLeft'); // to the group
  assert.equal(await search.getAttribute('aria-activedescendant'), 'tree-0');
  await search.press('ArrowLeft');
  assert.equal(await items.count(), closed);
  await search.fill('dresses');
  assert.ok((await items.allInnerTexts()).some((text) => text.trim() === 'Dresses'));
  await page.screenshot({ path: `${screenshots}/tree.png` });
  await search.fill('qqq');
  await page.getByText('Nothing in the taxonomy has').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
  await close();
});

test('undo, only one locale, and the file', async () => {
  const { page, troubles, close } = await openDemo('?q=tenis&locale=es-MX');
  await headline(page, /./);
  const correct = async (search, here) => {
    await page.locator('#wrong').click();
    if (here) await page.getByRole('checkbox', { name: 'Only in es-MX' }).check();
    await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill(search);
    await page.getByRole('treeitem', { name: search, exact: true }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
  };
  await correct('Sneakers', true);
  await headline(page, 'Shoes › Sneakers');
  await page.getByRole('combobox', { name: 'Locale' }).selectOption('es-ES');
  await page.locator('[data-source="model"]').waitFor();
  await ask(page, 'how tall is mount everest', /./);
  await correct('Dresses', false);
  await headline(page, 'Clothing › Dresses');

  await page.getByRole('link', { name: 'Teach' }).click();
  await page.getByRole('heading', { name: '2 corrections' }).waitFor();
  const { name, text } = await downloaded(page, page.getByRole('button', { name: 'Export JSONL' }));
  assert.equal(name, 'feedback.jsonl');
  assert.deepEqual(text.trimEnd().split('\n').map((line) => JSON.parse(line)), [
    { query: 'tenis', locale: 'es-MX', label: 'shoes/sneakers' },
    { query: 'how tall is mount everest', locale: '', label: 'clothing/dresses' },
  ]);
  const rules = await downloaded(page, page.getByRole('button', { name: 'Export rules' }));
  assert.equal(rules.name, 'rules.tsv');
  const [header, ...lines] = rules.text.trimEnd().split('\n').map((line) => line.split('\t'));
  assert.deepEqual(lines.map((line) => line.slice(1)), [['exact', 'how tall is mount everest', 'clothing/dresses', ''], ['exact', 'tenis', 'shoes/sneakers', 'es-MX']]);
  const aisle = await load();
  aisle.setRules(lines.map((line) => Object.fromEntries(line.map((cell, i) => [header[i], cell]))));
  assert.equal(aisle.classify('Tenis', { locale: 'es-MX' }).category.id, 'shoes/sneakers');
  assert.equal(aisle.classify('how tall is mount everest').rule, lines[0][0]);
  aisle.close();

  await page.getByRole('button', { name: 'Remove the correction of tenis' }).click();
  await page.getByRole('heading', { name: 'One correction' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: '2 corrections' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'No corrections yet' }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Export JSONL' }).isDisabled());
  assert.equal(await page.evaluate(() => localStorage.getItem('aisle.corrections')), '[]');
  assert.deepEqual(troubles, []);
  await close();
});

test('what the engine refuses is told, and stands in no other correction’s way', async () => {
  const { page, troubles, close } = await openDemo();
  const correct = async (query) => {
    await ask(page, query, /./);
    await page.locator('[data-source="model"]').waitFor();
    await page.locator('#wrong').click();
    await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill('Sneakers');
    await page.getByRole('treeitem', { name: 'Sneakers', exact: true }).click();
  };
  await correct('\u200b'); // nothing is left of it once it is normalised
  const alert = page.getByRole('alert').filter({ hasText: 'The engine refused your correction' });
  await alert.filter({ hasText: 'its text is empty once normalised' }).waitFor();
  await correct('gold hoop earrings');
  await page.locator('[data-source="override"] #headline', { hasText: 'Shoes › Sneakers' }).waitFor();
  assert.equal(await alert.count(), 0, 'of another query');
  await page.getByRole('link', { name: 'Teach' }).click();
  await page.locator('#corrections li', { hasText: 'not in force' }).getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('heading', { name: 'One correction' }).waitFor();
  await page.getByText('not in force').waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
  await close();
});

test('what is kept may be damaged', async () => {
  const { page, troubles, close } = await openDemo();
  for (const kept of ['{', '7', '[1, null, {"query": 1}]', '[{"query":"x","locale":"","label":"no/such","was":""}]']) {
    await page.evaluate((text) => localStorage.setItem('aisle.corrections', text), kept);
    await page.reload();
    await headline(page, 'Dresses');
  }
  await page.getByRole('link', { name: 'Teach' }).click();
  await page.locator('#corrections', { hasText: 'not in force: rule "correction-1": no label "no/such" in the pack\'s taxonomy' }).waitFor();
  assert.deepEqual(troubles, []);
  await close();
});
