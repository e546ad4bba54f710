// The demo's new categories: made of examples, applied at once, kept, undone, removed, told when refused, and taken away as JSON lines.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { packBytes, packFile } from '../node/support.mjs';
import { until } from './chromium.mjs';
import { ask, assertAccessible, assertFits, downloaded, headline, openDemo, screenshots } from './demo.mjs';

const cli = fileURLToPath(new URL('../../build/release/aisle', import.meta.url));
const LASERS = ['cross line laser', 'self leveling laser level', 'green laser level 360'];
const TOOLS = 'Tools & Home Improvement';
const LIQUIDS = ['e liquid 70/30', 'nic salt mango', 'vape juice menthol'];

const link = (page, name) => page.getByRole('link', { name, exact: true }).click();
const names = (page) => page.locator('#categories .named').allInnerTexts();
const count = (page, words) => page.getByRole('heading', { name: words }).waitFor();
const keptOf = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('aisle.categories')));

/** Fills the form, which must be there, and leaves it so. `group` is a name of the list, or {name} of a new one. */
async function write(page, name, group, examples) {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('combobox', { name: 'Group' }).selectOption({ label: group.name ? 'A new group…' : group });
  if (group.name) await page.getByRole('textbox', { name: 'Name of the group' }).fill(group.name);
  await page.getByRole('textbox', { name: 'Example queries, one a line' }).fill(examples.join('\n'));
}

async function make(page, ...category) {
  await page.getByRole('button', { name: 'New category…' }).click();
  await write(page, ...category);
  await page.getByRole('button', { name: 'Add the category' }).click();
  await page.locator('#category-form').waitFor({ state: 'detached' });
}

test('it decides at once, says why, lasts over a reload, is undone and removed', async () => {
  const { page, troubles, close } = await openDemo('?q=rotary+laser+level#teach');
  await make(page, 'Laser levels', TOOLS, LASERS);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'new-category', 'the focus is not lost with the form');
  await count(page, 'One new category');
  assert.deepEqual(await names(page), [`${TOOLS} › Laser levels`]);

  await link(page, 'Search');
  await page.locator('[data-source="prototype"] #headline', { hasText: `${TOOLS} › Laser levels` }).waitFor();
  assert.match(await page.locator('#confidence').innerText(), /, from your examples \d/);
  assert.match(await page.locator('#margin').innerText(), /^Laser levels has \d+ %.*your examples/s);
  assert.match(await page.locator('#icicle').getAttribute('aria-label'), /By subcategory: Laser levels \d+ %/);
  await page.locator('#icicle .stated', { hasText: 'Laser levels' }).waitFor();
  assert.match(await page.locator('#alternatives li').first().innerText(), /Laser levels\s+Tools & Home/);
  await page.locator('#wrong').click();
  await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill('laser');
  await page.getByRole('treeitem', { name: 'Laser levels one example more' }).waitFor();
  await page.keyboard.press('Escape');

  await page.reload();
  await page.locator('[data-source="prototype"] #headline', { hasText: 'Laser levels' }).waitFor();
  await link(page, 'Pack');
  await page.getByRole('searchbox', { name: 'Find in the taxonomy' }).fill('laser levels');
  await page.locator('#taxonomy li', { hasText: 'Laser levels' }).waitFor();
  await page.getByRole('button', { name: 'Run its self-test' }).click();
  await page.locator('#self-tested', { hasText: 'as they should' }).waitFor();

  await link(page, 'Teach');
  await page.getByRole('button', { name: 'Remove the category Laser levels' }).click();
  await count(page, 'No new categories yet');
  assert.deepEqual(await keptOf(page), []);
  await link(page, 'Search');
  await headline(page, 'Measuring');
  await link(page, 'Teach');
  await page.getByRole('button', { name: 'Undo' }).click();
  await count(page, 'One new category');
  await link(page, 'Search');
  await headline(page, 'Laser levels');
  assert.deepEqual(troubles, []);
  await close();
});

test('from the dialog of a decision, in a new group; another query becomes an example more', async () => {
  const { page, troubles, close } = await openDemo('?q=vape+juice+strawberry');
  await page.locator('[data-source="model"] #headline').waitFor();
  await page.locator('#wrong').click();
  await page.getByRole('button', { name: 'A category that is not in the list…' }).click();
  const examples = page.getByRole('textbox', { name: 'Example queries, one a line' });
  await until(page, () => document.activeElement.id === 'category-name');
  assert.equal(await examples.inputValue(), 'vape juice strawberry');
  await write(page, 'E-liquids', { name: 'Vaping' }, ['vape juice strawberry', ...LIQUIDS]);
  await link(page, 'Search'); // and back: nothing is lost
  await link(page, 'Teach');
  assert.deepEqual((await examples.inputValue()).split('\n'), ['vape juice strawberry', ...LIQUIDS]);
  await page.getByRole('button', { name: 'Add the category' }).click();
  await count(page, 'One new category');
  assert.deepEqual(await names(page), ['Vaping › E-liquids']);
  assert.deepEqual((await keptOf(page)).map(({ id, groupName, locale }) => [id, groupName, locale]), [['vaping/e-liquids', 'Vaping', 'en-US']]);

  await link(page, 'Search');
  await page.locator('[data-source="prototype"] #headline', { hasText: 'Vaping › E-liquids' }).waitFor();
  const choose = async (says) => {
    await page.locator('#wrong').click();
    await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill(says);
    await page.getByRole('treeitem', { name: new RegExp(`^${says}`) }).click();
  };
  await ask(page, 'pink spark 60ml', 'Not sure');
  await choose('Dresses');
  await headline(page, 'Clothing › Dresses');
  await choose('E-liquids'); // which takes the place of the correction
  await headline(page, 'Vaping › E-liquids');
  await page.locator('[data-source="prototype"]').waitFor();
  await choose('E-liquids');
  await page.getByRole('dialog').getByRole('alert').filter({ hasText: 'it is one of the examples of E-liquids already' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await link(page, 'Teach');
  await count(page, 'No corrections yet');
  await page.getByRole('button', { name: 'Undo' }).click();
  await count(page, 'One correction');
  assert.deepEqual((await keptOf(page))[0].examples, ['vape juice strawberry', ...LIQUIDS]);
  assert.deepEqual(troubles, []);
  await close();
});

test('the file, ids of any script, one history, and all of it removed', async () => {
  const { page, troubles, close } = await openDemo('?q=mullions&locale=ja-JP#teach');
  await make(page, 'レーザー墨出し器', TOOLS, ['墨出し器 グリーン', '墨出し器  グリーン', 'レーザー 水平器']);
  await make(page, 'Café & thé', { name: 'Vaping' }, ['e liquid 70/30']);
  await make(page, '★', 'Vaping', ['nic salt mango']); // in the group that was new
  await page.getByRole('searchbox', { name: 'Query to correct' }).fill('mullions');
  await page.getByRole('button', { name: 'Choose the label' }).click();
  await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill('Dresses');
  await page.getByRole('treeitem', { name: 'Dresses', exact: true }).click();
  await count(page, 'One correction');
  const { name, text } = await downloaded(page, page.getByRole('button', { name: 'Export JSONL' }));
  assert.equal(name, 'feedback.jsonl');
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line));
  const lasers = { locale: 'ja-JP', label: 'tools/レーザー墨出し器', name: 'レーザー墨出し器' };
  assert.deepEqual(lines, [
    { query: 'mullions', locale: '', label: 'clothing/dresses' },
    { query: '墨出し器 グリーン', ...lasers },
    { query: 'レーザー 水平器', ...lasers },
    { query: 'e liquid 70/30', locale: 'ja-JP', label: 'vaping/cafe-the', name: 'Café & thé', groupName: 'Vaping' },
    { query: 'nic salt mango', locale: 'ja-JP', label: 'vaping/2605', name: '★', groupName: 'Vaping' },
  ]);

  await page.getByRole('button', { name: 'Remove all' }).click();
  await count(page, 'No corrections yet');
  await count(page, 'No new categories yet');
  assert.ok(await page.getByRole('button', { name: 'Export JSONL' }).isDisabled());
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.click();
  await count(page, 'One correction');
  await count(page, '3 new categories');
  await undo.click();
  await count(page, 'No corrections yet');
  await undo.click();
  await count(page, '2 new categories');
  assert.equal(await page.getByText('not in force').count(), 0);

  const aisle = await load(); // the lines are categories of the engine
  for (const { label, name, groupName } of lines.slice(1).filter((line, i, all) => all.findIndex((other) => other.label === line.label) === i)) {
    aisle.addCategory({ id: label, name, ...(groupName && { groupName }), examples: lines.filter((line) => line.label === label).map(({ query }) => query), locale: 'ja-JP' });
  }
  aisle.close();
  assert.deepEqual(troubles, []);
  await close();
});

test('what can’t be is told at the form, and nothing is lost', async () => {
  const { page, troubles, close } = await openDemo('#teach');
  await make(page, 'Laser levels', TOOLS, LASERS);
  await page.getByRole('button', { name: 'New category…' }).click();
  const add = page.getByRole('button', { name: 'Add the category' });
  assert.ok(await add.isDisabled());
  const refused = async (category, says) => {
    await write(page, ...category);
    await add.click();
    await page.getByRole('alert').filter({ hasText: says }).waitFor();
    assert.deepEqual((await page.getByRole('textbox', { name: 'Example queries, one a line' }).inputValue()).split('\n'), category[2]);
  };
  await refused(['Laser, levels!', TOOLS, ['laser']], 'there is a category Laser levels already (tools/laser-levels)');
  await refused(['Lasers', { name: 'TOOLS' }, ['laser']], `there is a group ${TOOLS} already (tools)`);
  await refused(['Lasers', { name: 'None' }, ['laser']], 'give the group another name');
  await refused(['Lasers', TOOLS, Array.from({ length: 21 }, (_, i) => `laser ${i}`)], 'has 21 examples, expected 1 to 20');
  await refused(['Lasers', TOOLS, ['laser', '\u200b']], 'the pack knows no piece of its example');
  await assertAccessible(page, 'main');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await count(page, 'One new category');
  assert.deepEqual(troubles, []);
  await close();
});

/** The shipped pack with laser levels of its own. */
function packWithLasers() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aisle-'));
  const [lines, made] = ['lines.tsv', 'made.aisle'].map((name) => path.join(folder, name));
  writeFileSync(lines, LASERS.map((query) => `tools/laser-levels\t${query}\n`).join(''));
  execFileSync(cli, ['prototypes', lines, '--new', 'tools/laser-levels=Levels with a laser', '--pack', packFile, '--out', made]);
  const bytes = readFileSync(made);
  rmSync(folder, { recursive: true });
  return bytes;
}

test('a pack that does not take it is used nevertheless, and says so; the next one takes it again', async () => {
  const { page, troubles, close } = await openDemo('?q=rotary+laser+level#teach');
  await make(page, 'Laser levels', TOOLS, LASERS);
  await make(page, 'E-liquids', { name: 'Vaping' }, LIQUIDS);
  const drop = async (buffer) => {
    await link(page, 'Pack');
    await page.locator('#pack-file').setInputFiles({ name: 'mine.aisle', mimeType: 'application/octet-stream', buffer });
    await page.locator('#self-tested', { hasText: 'as they should' }).waitFor();
    await link(page, 'Teach');
  };
  await drop(packWithLasers());
  await page.locator('#categories li', { hasText: 'not in force: category "tools/laser-levels": it is there already' }).waitFor();
  assert.equal(await page.locator('#categories .refusal').count(), 1, 'the other holds');
  await link(page, 'Search');
  await headline(page, 'Levels with a laser');
  assert.match(await page.locator('#confidence').innerText(), /, from the pack's examples \d/);
  await ask(page, 'mango salt nic', 'E-liquids');
  await drop(Buffer.from(packBytes()));
  await page.getByText('not in force').waitFor({ state: 'detached' });
  await link(page, 'Search');
  await ask(page, 'rotary laser level', 'Laser levels');
  assert.deepEqual(troubles, []);
  await close();
});

for (const [name, options] of Object.entries({
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, colorScheme: 'dark' },
})) {
  test(`${name}: the form and the list fit, and axe finds nothing`, async () => {
    const { page, troubles, close } = await openDemo('#teach', options);
    await make(page, 'Laser levels', TOOLS, LASERS);
    await page.getByRole('button', { name: 'New category…' }).click();
    await write(page, 'E-liquids', { name: 'Vaping' }, LIQUIDS);
    await assertFits(page, 'the form');
    await page.screenshot({ path: `${screenshots}/categories-${name}.png`, fullPage: true });
    await assertAccessible(page, 'html');
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await assertFits(page, 'mirrored');
    await page.keyboard.press('Tab'); // from the examples on
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Add the category');
    assert.deepEqual(troubles, []);
    await close();
  });
}
