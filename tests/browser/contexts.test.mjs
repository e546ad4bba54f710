// The body that every runtime runs, in every context of a page, in Chromium and Firefox: under a strict content security policy and
// without cross-origin isolation.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { expectedReport } from '../shared/fresh.mjs';
import { BROWSERS, openShop } from './shop.mjs';

const expected = JSON.parse(JSON.stringify(await expectedReport()));

// As text: the drivers disagree about undefined and lone surrogates.
const reported = async (page, call) => JSON.parse(await page.evaluate(`${call}.then(JSON.stringify)`));

for (const [name, start] of Object.entries(BROWSERS)) {
  let browser, shop;
  test.describe(name, () => {
    before(async () => {
      shop = await openShop();
      browser = await start();
    });
    after(async () => {
      await browser?.close();
      await shop?.close();
    });

    test('page and workers', async (t) => {
      const { page, troubles, close } = await browser.open();
      await page.goto(shop.origin);
      assert.equal(await page.evaluate('crossOriginIsolated'), false);
      for (const context of await page.evaluate('Object.keys(contexts)')) {
        await t.test(context, async () => assert.deepEqual(await reported(page, `contexts['${context}']()`), expected));
      }
      assert.deepEqual(troubles, []);
      await close();
    });

    test('a service worker, and the page stays usable offline', async () => {
      const own = await openShop();
      const { page, troubles, close } = await browser.open();
      await page.goto(own.origin);
      assert.match(await page.evaluate('startServiceWorker()'), /^activat/);
      await own.close(); // no server from here on
      await page.reload();
      assert.deepEqual(await reported(page, 'inServiceWorker()'), expected);
      const decision = await page.evaluate("fetch('/about?q=cute floral summer dress').then((response) => response.json())");
      assert.deepEqual(decision, expected.decisions[0]);
      assert.deepEqual(await reported(page, 'contexts.page()'), expected);
      assert.deepEqual(troubles, []);
      await close();
    });
  });
}
