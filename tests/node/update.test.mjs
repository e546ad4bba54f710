// Changing over to another pack while the classifier is in use.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from 'aisle';
import { failingSelfTest, ofFormat, withVersion } from '../shared/packs.mjs';
import { aisleError, packBytes, sha256 } from './support.mjs';

const bytes = packBytes();
const QUERY = 'cute floral summer dress';

test('another pack takes over without a gap', async () => {
  const updates = [];
  const aisle = await load({ onPackUpdate: (update) => updates.push(update) });
  const before = aisle.pack;
  const updating = aisle.updatePack(withVersion(bytes, '9.9.9'));
  assert.equal(aisle.classify(QUERY).pack.version, before.version, 'the old one answers until then');
  const after = await updating;
  assert.equal(after.version, '9.9.9');
  assert.equal(aisle.pack, after);
  assert.equal(aisle.classify(QUERY).pack.version, '9.9.9');
  assert.deepEqual(updates, [{ pack: after }]);
  aisle.close();
});

const refused = {
  'fails its self-test': [() => failingSelfTest(bytes), 'self_test', /golden query/],
  'is of another format': [() => ofFormat(bytes, 1), 'unsupported_pack', /format version 1/],
  'is damaged': [() => bytes.subarray(0, 100_000), 'bad_pack', /truncated or damaged/],
  'is not there': [() => 'no/such.aisle', 'not_found', /no\/such\.aisle/],
  'is no pack at all': [() => 5, 'invalid_argument', /^the pack is 5/],
};
for (const [what, [pack, code, message]] of Object.entries(refused)) {
  test(`a pack that ${what} is refused, and the old one stays`, async () => {
    const updates = [];
    const aisle = await load({ onPackUpdate: (update) => updates.push(update) });
    const before = aisle.classify(QUERY);
    await assert.rejects(aisle.updatePack(pack()), aisleError(code, message));
    assert.deepEqual(aisle.classify(QUERY), before);
    assert.deepEqual(updates, []);
    await aisle.updatePack(withVersion(bytes, '9.9.9'));
    assert.equal(aisle.pack.version, '9.9.9', 'the next one is taken');
    aisle.close();
  });
}

test('updates run one after another, whatever becomes of each', async () => {
  const aisle = await load();
  const slow = new Response(new ReadableStream({ start: (stream) => setImmediate(() => (stream.enqueue(withVersion(bytes, '1.1.1')), stream.close())) }));
  const results = await Promise.allSettled([aisle.updatePack(slow), aisle.updatePack(new Uint8Array(9)), aisle.updatePack(withVersion(bytes, '3.3.3'))]);
  assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.equal(aisle.pack.version, '3.3.3');
  aisle.close();
});

test('its options: hash, progress, abort', async () => {
  const aisle = await load();
  const next = withVersion(bytes, '9.9.9');
  await assert.rejects(aisle.updatePack(next, { integrity: sha256(bytes) }), aisleError('integrity', /^the pack has the hash sha256-/));
  const reason = new Error('changed my mind');
  await assert.rejects(aisle.updatePack(next, { signal: AbortSignal.abort(reason) }), reason);
  assert.notEqual(aisle.pack.version, '9.9.9');
  const progress = [];
  await aisle.updatePack(next, { integrity: sha256(next), onProgress: (step) => progress.push(step) });
  assert.deepEqual(progress.at(-1), { loaded: next.length, total: next.length });
  aisle.close();
});

test('closed meanwhile', async () => {
  const aisle = await load();
  const updating = aisle.updatePack(withVersion(bytes, '9.9.9'));
  aisle.close();
  await assert.rejects(updating, aisleError('closed', /is closed/));
});

test('updates do not grow the heap', async () => {
  const aisle = await load();
  const next = withVersion(bytes, '9.9.9');
  const failing = failingSelfTest(bytes);
  const once = async () => {
    await aisle.updatePack(next);
    await assert.rejects(aisle.updatePack(failing));
  };
  for (let i = 0; i < 5; ++i) await once();
  const settled = aisle.heapBytes;
  for (let i = 0; i < 20; ++i) await once();
  // Some fragmentation may remain, but of 40 packs nothing.
  assert.ok(aisle.heapBytes < settled + bytes.length / 4, `40 updates took the heap from ${settled} to ${aisle.heapBytes} bytes`);
  aisle.close();
});
