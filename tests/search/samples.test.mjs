// The samples of <aisle-search>: their types, and what Vite makes of them, in Chromium under the content security policy of
// web-demo/serve.mjs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { build } from 'vite';
import { HEADERS, serve } from '../../web-demo/serve.mjs';
import { launch, newPage } from '../browser/chromium.mjs';
import { SAMPLES, sampleProject } from './project.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const modules = path.join(import.meta.dirname, '../node_modules');
/** Whether all workers of the page have ended; a while later is soon enough. */
const gone = async (page) => {
  for (let waited = 0; page.workers().length > 0 && waited < 5000; waited += 50) await page.waitForTimeout(50);
  return page.workers().length === 0;
};

for (const [name, from] of Object.entries(SAMPLES)) {
  test.describe(name, () => {
    let folder, server;
    before(() => (folder = sampleProject(name, from)));
    after(() => server?.close());

    test('its types hold', () => {
      const compiler = from.sample === 'vue' ? 'vue-tsc/bin/vue-tsc.js' : 'typescript/bin/tsc';
      const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(modules, compiler), '--noEmit'], { cwd: folder, encoding: 'utf8' });
      assert.equal(stdout + stderr, '');
      assert.equal(status, 0);
    });

    test('Vite builds it, and it says what is typed, seen and heard; unmounted, it leaves no worker', async () => {
      await build({ root: folder, logLevel: 'warn', build: { outDir: 'out' } });
      writeFileSync(path.join(folder, 'out/favicon.ico'), ''); // which browsers ask for
      assert.match(HEADERS['content-security-policy'], /script-src 'self' 'wasm-unsafe-eval';/);
      server = await serve(path.join(folder, 'out'));
      const { page, troubles, close } = await newPage(browser);
      await page.goto(server.origin);
      await typeInto(page);
      assert.equal(page.workers().length, 1);
      if (from.sample === 'html') await page.locator('aisle-search').evaluate((element) => element.remove());
      else await page.getByRole('button', { name: 'Close search' }).click();
      assert.ok(await gone(page), 'the worker still runs');
      if (from.sample !== 'html') {
        await page.getByRole('button', { name: 'Open search' }).click();
        await typeInto(page);
      }
      assert.deepEqual(troubles, []);
      await close();
    });
  });
}

async function typeInto(page) {
  await page.evaluate(() => {
    globalThis.heard = [];
    globalThis.listening ??= ['aisle:decision', 'aisle:error'].map((type) =>
      document.addEventListener(type, ({ detail, target }) => heard.push([type, detail.query, target.localName])),
    );
  });
  const input = page.getByRole('searchbox', { name: 'Search the shop' });
  await input.pressSequentially('cute floral summer dress');
  await page.locator('#department', { hasText: 'In Clothing › Dresses' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Clothing, Dresses' }).waitFor({ state: 'attached' });
  const heard = await page.evaluate('heard');
  assert.deepEqual(heard.at(-1), ['aisle:decision', 'cute floral summer dress', 'aisle-search']);
  assert.ok(heard.length < 24, `${heard.length} decisions for 24 keys`);
  assert.equal(await page.evaluate('document.activeElement.name'), 'q', 'the focus stays');
  await input.fill('how tall is mount everest');
  await page.locator('#department', { hasText: /^$/ }).waitFor({ state: 'attached' });
}
