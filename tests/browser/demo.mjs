// The built demo page over its own static server, for the tests beside.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../../web-demo/serve.mjs';
import { launch, newPage } from './chromium.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const dist = at('../../web-demo/dist');
export const screenshots = at('../../build/screenshots');

/** Of the file's tests: the server and the browser, there before the first of them. */
export const demo = {};

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  demo.server = await serve(dist);
  demo.browser = await launch();
});
after(async () => {
  await demo.browser?.close();
  await demo.server?.close();
});

/** A fresh page, loaded and ready. `address` is what follows the origin's slash. */
export async function openDemo(address = '', options = {}) {
  const opened = await newPage(demo.browser, { viewport: { width: 1180, height: 860 }, ...options });
  await opened.page.goto(`${demo.server.origin}/${address}`);
  await opened.page.locator('#facts').waitFor(); // the pack's, once it is loaded
  return opened;
}

/** Types the query in place of what was there, and waits until the page answers it so. */
export async function ask(page, query, says) {
  await page.getByRole('searchbox', { name: 'Search query' }).fill(query);
  await headline(page, says);
}

export const headline = (page, says) => page.locator('#headline', { hasText: says }).waitFor();

/** No page wider than its window. */
export async function assertFits(page, what) {
  const overflow = (await page.evaluate('document.documentElement.scrollWidth')) - page.viewportSize().width; // a phone's innerWidth grows along
  assert.ok(overflow <= 0, `${overflow} pixels too wide: ${what}`);
}

/** axe finds nothing wrong with what the selector finds. */
export async function assertAccessible(page, where) {
  if (!(await page.evaluate('globalThis.axe'))) await page.evaluate(AXE);
  const violations = await page.evaluate((root) => axe.run(root, { resultTypes: ['violations'] }).then((found) => found.violations), where);
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`), []);
}

/** The text of the file that pressing the button downloads. */
export async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString('utf8') };
}
