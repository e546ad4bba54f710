// The storefront example: its facets follow the decision, and it falls back on searching by name.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { load } from 'aisle';
import { build } from 'vite';
import { serve } from '../../web-demo/serve.mjs';
import { PRODUCTS } from '../../examples/storefront/products.js';
import { shelfFor } from '../../examples/storefront/shelf.js';
import { launch, newPage } from '../browser/chromium.mjs';
import { sampleProject } from './project.mjs';

const modules = path.join(import.meta.dirname, '../node_modules');
const screenshots = path.join(import.meta.dirname, '../../build/screenshots');
let folder, browser, server;
before(async () => {
  mkdirSync(screenshots, { recursive: true });
  folder = sampleProject('storefront', { sample: 'storefront' });
  await build({ root: folder, logLevel: 'warn', build: { outDir: 'out' } });
  writeFileSync(path.join(folder, 'out/favicon.ico'), ''); // which browsers ask for
  server = await serve(path.join(folder, 'out'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function visit(options) {
  const opened = await newPage(browser, options);
  await opened.page.goto(server.origin);
  return opened;
}

const names = (page) => page.locator('#grid h3').allInnerTexts();
const facets = (page) => page.locator('#facets legend').allInnerTexts();

test('its types hold', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(modules, 'typescript/bin/tsc'), '--noEmit'], { cwd: folder, encoding: 'utf8' });
  assert.equal(stdout + stderr, '');
  assert.equal(status, 0);
});

test('every product has a label of the taxonomy', async () => {
  const aisle = await load();
  const ids = new Set(aisle.pack.groups.flatMap(({ subcategories }) => subcategories.map(({ id }) => id)));
  aisle.close();
  assert.deepEqual(PRODUCTS.filter(({ label }) => !ids.has(label)).map(({ label }) => label), []);
});

test('a subcategory shows its products and their facets; a facet narrows; a question and an empty box', async () => {
  const { page, troubles, close } = await visit({ viewport: { width: 1000, height: 800 } });
  assert.equal((await names(page)).length, PRODUCTS.length);
  assert.ok((await facets(page)).includes('Department'));
  const input = page.getByRole('searchbox', { name: 'Search the shop' });
  await input.fill('cute floral summer dress');
  await page.locator('[data-outcome="category"] #title', { hasText: 'Dresses' }).waitFor();
  assert.deepEqual(await names(page), ['Meadow wrap dress', 'Harbour linen dress', 'Evening slip dress']);
  assert.deepEqual(await facets(page), ['Colour', 'Size', 'Length']);
  await page.getByRole('checkbox', { name: 'Maxi' }).check();
  await page.getByRole('checkbox', { name: 'Blue' }).check();
  assert.deepEqual(await names(page), ['Harbour linen dress']);
  await page.screenshot({ path: `${screenshots}/storefront.png` });
  await input.fill('how tall is mount everest');
  await page.locator('[data-outcome="none"] #note', { hasText: 'question' }).waitFor();
  await input.fill('');
  await page.locator('[data-outcome="empty"]').waitFor();
  assert.equal((await names(page)).length, PRODUCTS.length);
  assert.deepEqual(troubles, []);
  await close();
});

test('where Aisle cannot load, and on a phone: the search by name', async () => {
  const { page, close } = await visit({ viewport: { width: 340, height: 700 } });
  await page.route(/\.aisle$/, (route) => route.fulfill({ status: 404 }));
  await page.getByRole('searchbox', { name: 'Search the shop' }).fill('oak table');
  await page.locator('[data-outcome="error"] #note', { hasText: 'by name' }).waitFor();
  assert.deepEqual(await names(page), ['Oak coffee table', 'Glass coffee table']);
  assert.ok((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0);
  await close();
});

test('the shelf for every outcome', () => {
  const shown = (query, decision) => shelfFor(query, decision, PRODUCTS);
  const alternatives = [{ id: 'sports/racquet-sports', probability: 0.5 }, { id: 'shoes/sneakers', probability: 0.3 }];
  const labels = ({ products }) => [...new Set(products.map(({ label }) => label))];
  assert.deepEqual(labels(shown('x', { outcome: 'group', group: { id: 'tools', name: 'Tools' } })), ['tools/power-tools', 'tools/hand-tools']);
  assert.deepEqual(labels(shown('tenis', { outcome: 'ambiguous', alternatives })), ['shoes/sneakers', 'shoes/athletic-shoes']);
  assert.equal(shown('gift', { outcome: 'broad' }).products.length, PRODUCTS.length);
  assert.deepEqual(labels(shown('leather things', { outcome: 'unknown', alternatives })), ['shoes/sneakers']);
  assert.match(shown('zzz', { outcome: 'unknown', alternatives }).note, /nothing by that name/);
  assert.equal(shown('zzz', { outcome: 'unknown', alternatives }).products.length, PRODUCTS.length);
  const elsewhere = { outcome: 'category', category: { id: 'pets/dog-food', name: 'Dog Food' }, group: { id: 'pets', name: 'Pets' } };
  assert.match(shown('mug for dogs', elsewhere).note, /by name/, 'a department that it does not have');
});
