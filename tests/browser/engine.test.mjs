// The package itself in a real browser: both builds compute the same bits as in Node.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { load } from 'aisle';
import { goldenLines } from '../node/support.mjs';
import { launch, newPage } from './chromium.mjs';
import { openShop } from './shop.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

// Runs in the page: the bits of every logit of every query, with either build.
async function bitsInPage(queries) {
  const { load } = await import('/aisle/index.js');
  const bits = {};
  for (const relaxed of [false, true]) {
    const aisle = await load({ relaxed });
    aisle.selfTest();
    bits[aisle.build] = queries.map((query) => Array.from(new Uint32Array(aisle.logits(query).buffer)).join());
    aisle.close();
  }
  return bits;
}

test('both builds compute the same bits as in Node', async (t) => {
  const queries = goldenLines()
    .filter((_, i) => i % 25 === 0)
    .map(({ query }) => query);
  const aisle = await load({ relaxed: false });
  const here = queries.map((query) => Array.from(new Uint32Array(aisle.logits(query).buffer)).join());
  aisle.close();
  assert.ok(here.filter((bits) => bits !== '').length >= 300);

  const shop = await openShop();
  t.after(shop.close);
  const { page, troubles } = await newPage(browser);
  await page.goto(shop.origin);
  assert.deepEqual(await page.evaluate(bitsInPage, queries), { simd: here, relaxed: here });
  assert.deepEqual(troubles, []);
});
