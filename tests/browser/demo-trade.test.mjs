// The demo's trade-off: the error rate, the curve measured when the page was built, and the split of pasted queries.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { load } from 'aisle';
import { ask, headline, openDemo, screenshots } from './demo.mjs';

const heldout = JSON.parse(readFileSync(new URL('../../web-demo/src/generated/heldout.json', import.meta.url), 'utf8'));

const log = readFileSync(new URL('../data/locales.tsv', import.meta.url), 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
const americanQueries = log.filter(([locale]) => locale === 'en-US').map(([, query]) => query);

test('the measurement is of the shipped pack, and sound', async () => {
  const aisle = await load();
  assert.equal(heldout.pack, `${aisle.pack.name} ${aisle.pack.version}`);
  assert.equal(heldout.taxonomy, aisle.pack.taxonomy);
  assert.deepEqual(heldout.all.rates.map(({ errorRate }) => errorRate), aisle.pack.errorRates.map(({ errorRate }) => errorRate));
  assert.deepEqual(Object.keys(heldout.locales), aisle.pack.languages);
  aisle.close();
  for (const { curve, rates } of [heldout.all, ...Object.values(heldout.locales)]) {
    assert.equal(curve.at(-1)[0], 1);
    curve.forEach(([coverage, error], i) => assert.ok(error >= 0 && error <= 1 && (i === 0 || coverage > curve[i - 1][0])));
    rates.forEach(({ coverage }, i) => assert.ok(i === 0 || coverage >= rates[i - 1].coverage));
  }
  assert.ok(heldout.all.curve[5][1] < heldout.all.curve.at(-1)[1], 'the surest are right more often than all');
});

test('the slider moves the point on the curve, and the answers on every view', async () => {
  const aisle = await load();
  const { errorRate } = aisle.pack.errorRates.at(-1);
  const outcome = (query, options) => aisle.classify(query, { locale: 'en-US', ...options }).outcome;
  const unsure = americanQueries.find((query) => outcome(query) === 'unknown' && outcome(query, { errorRate }) === 'category');
  assert.ok(unsure, 'no query that a higher error rate decides');
  const { name } = aisle.classify(unsure, { locale: 'en-US', errorRate }).category;
  aisle.close();

  const { page, troubles, close } = await openDemo();
  await ask(page, unsure, 'Not sure');
  await page.getByRole('link', { name: 'Trade-off' }).click();
  const slider = page.getByRole('slider', { name: 'Errors allowed' });
  assert.equal(await slider.getAttribute('aria-valuetext'), '5 %');
  const dot = () => page.locator('#curve .dot.now').getAttribute('cx').then(Number);
  const before = await dot();
  await slider.press('End');
  assert.equal(await page.locator('#rate').innerText(), '20 %');
  assert.ok((await dot()) > before, 'more is answered');
  const { coverage, error } = heldout.all.rates.at(-1);
  assert.equal(await page.locator('#measured').innerText(), `Asked for 20 %: ${Math.round(coverage * 100)} % answered, ${(error * 100).toFixed(1)} % of the answers wrong.`);
  await page.locator('#of-locale').check();
  assert.match(await page.locator('#curve-title').innerText(), new RegExp(`^Measured on ${heldout.locales['en-US'].queries} held-out`));
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await headline(page, `› ${name}`);
  assert.deepEqual(troubles, []);
  await close();
});

test('pasted queries split as the engine decides them, at every error rate', async () => {
  const queries = ['cute floral summer dress', 'dress shoes', 'how tall is mount everest', 'mullions', 'pants', 'cordless drill'];
  const fates = { category: 'Accepted', group: 'Rolled up', ambiguous: 'Rolled up', broad: 'Rolled up', none: 'Not shopping', unknown: 'Abstained' };
  const aisle = await load();
  const expected = aisle.pack.errorRates.map(({ errorRate }) => {
    const counts = { Accepted: 0, 'Rolled up': 0, 'Not shopping': 0, Abstained: 0 };
    for (const query of queries) ++counts[fates[aisle.classify(query, { locale: 'en-US', errorRate }).outcome]];
    return `At ${errorRate * 100} %: ${Object.entries(counts).map((entry) => entry.join(' ')).join(', ')}`;
  });
  aisle.close();

  const { page, troubles, close } = await openDemo('#trade');
  await page.getByRole('textbox', { name: 'Queries, one a line' }).fill(queries.join('\n'));
  await page.locator('#splits').getByRole('img', { name: expected[2] }).waitFor();
  assert.deepEqual(await page.locator('#splits .stack').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label'))), expected);
  assert.ok((await page.getByRole('region', { name: 'Not shopping' }).innerText()).includes('how tall is mount everest'));
  await page.screenshot({ path: `${screenshots}/trade.png`, fullPage: true });
  await page.getByRole('textbox', { name: 'Queries, one a line' }).fill('');
  await page.getByText('Nothing to split yet.').waitFor();
  assert.deepEqual(troubles, []);
  await close();
});
