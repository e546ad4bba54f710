// The demo's pack view: what is inside, another pack dropped, a broken one explained, and the proof that nothing is sent.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from 'aisle';
import { packBytes } from '../node/support.mjs';
import { ask, headline, openDemo, screenshots } from './demo.mjs';

const drop = (page, name, bytes) => page.locator('#pack-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });

test('the card, the parts, the taxonomy and the scores of the pack', async () => {
  const aisle = await load();
  const { pack } = aisle;
  aisle.close();
  const { page, troubles, close } = await openDemo('#pack');
  assert.equal(await page.locator('#pack-title').innerText(), `${pack.name} ${pack.version}`);
  const facts = await page.locator('#pack-facts').innerText();
  for (const part of [pack.licence, pack.taxonomy, pack.prior, ...pack.languages, ...pack.sources]) assert.ok(facts.includes(part), part);
  assert.deepEqual((await page.locator('#sections .label-name').allInnerTexts()).map((name) => name.trim()), pack.sections.map(({ name }) => name));
  assert.equal(await page.locator('#pack-rates tbody tr').count(), pack.errorRates.length);
  assert.equal(await page.locator('#taxonomy details').count(), pack.groups.length);
  await page.getByRole('searchbox', { name: 'Find in the taxonomy' }).fill('dresses');
  assert.ok((await page.locator('#taxonomy li').allInnerTexts()).includes('Dresses'));
  await page.getByRole('button', { name: 'Run its self-test' }).click();
  await page.locator('#self-tested', { hasText: /^\d+ test queries come out as they should/ }).waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

// The version is a string of the FlatBuffer that no checksum covers.
function renamed(bytes, version) {
  const name = Buffer.from(version);
  const at = Buffer.from(bytes).indexOf(name);
  assert.ok(at > 0);
  const other = bytes.slice();
  other.set(Buffer.from('9.9.9'.padEnd(name.length)), at);
  return other;
}

test('another pack takes its place after its test, without a request', async () => {
  const aisle = await load();
  const bytes = renamed(packBytes(), aisle.pack.version);
  aisle.close();
  const { page, troubles, requests, close } = await openDemo('#pack');
  const before = requests.length;
  await drop(page, 'mine.aisle', bytes);
  await page.locator('#pack-title', { hasText: '9.9.9' }).waitFor();
  await page.locator('#self-tested', { hasText: 'as they should' }).waitFor();
  await page.locator('#facts', { hasText: '9.9.9' }).waitFor();
  assert.equal(await page.locator('#pack-rates thead th').count(), 2, 'the held-out scores are the shipped one’s');
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await ask(page, 'gold hoop earrings', 'Earrings');
  await page.getByRole('link', { name: 'Trade-off' }).click();
  await page.getByText('There are no held-out scores with this pack').waitFor();
  assert.equal(requests.length, before);
  assert.deepEqual(troubles, []);
  await close();
});

test('a broken pack is explained, and the one in use stays', async () => {
  const bytes = packBytes();
  const flipped = bytes.slice();
  flipped[bytes.length >> 1] ^= 1;
  const cases = [
    ['photo.aisle', new Uint8Array(3000).fill(7), /not an Aisle pack/],
    ['flipped.aisle', flipped, /checksum|xxh64|hash|damaged/i],
    ['half.aisle', bytes.slice(0, bytes.length >> 1), /./],
    ['empty.aisle', new Uint8Array(0), /./],
  ];
  const { page, troubles, close } = await openDemo('#pack');
  const title = await page.locator('#pack-title').innerText();
  for (const [name, broken, says] of cases) {
    await drop(page, name, broken);
    const alert = page.getByRole('alert').filter({ hasText: name });
    await alert.waitFor();
    assert.match(await alert.innerText(), says);
    assert.ok((await alert.innerText()).includes(`${title} stays in use`));
  }
  await page.screenshot({ path: `${screenshots}/broken-pack.png` });
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await headline(page, 'Dresses');
  assert.deepEqual(troubles, []);
  await close();
});

test('the count of requests, and an attempt that the browser refuses', async () => {
  const { page, requests, close } = await openDemo('#pack');
  assert.match(await page.locator('#requests').innerText(), /^0 requests$/);
  assert.match(await page.locator('#network-count').innerText(), /^0\s/);
  const before = requests.length;
  await page.getByRole('button', { name: 'Try to send a query home' }).click();
  await page.locator('#attempt', { hasText: 'The browser refused: nothing left this device.' }).waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(requests.slice(before).filter((url) => !url.includes('?query=')), []);
  assert.equal(await page.locator('#requests').innerText(), '0 requests');
  await close();
});

test('the count counts: a request after loading is shown', async () => {
  const { page, close } = await openDemo();
  await page.evaluate(() => document.body.append(Object.assign(new Image(), { src: './icon-192.png?again' }))); // images are not sealed
  await page.locator('#requests', { hasText: '1 request' }).waitFor();
  await close();
});
