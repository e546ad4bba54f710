// Memory comes back: classifiers of one engine share its heap and reuse what a closed one leaves.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from 'aisle';
import { packBytes } from './support.mjs';

test('200 times load and close do not grow the heap', async () => {
  const pack = packBytes();
  const keeper = await load({ pack }); // keeps the engine alive, so that all share one heap
  const once = async () => {
    const aisle = await load({ pack });
    for (const query of ['red shoes', 'x'.repeat(10000), '\ud800']) aisle.classify(query);
    aisle.close();
  };
  await once();
  const settled = keeper.heapBytes;
  for (let i = 0; i < 200; ++i) await once();
  assert.equal(keeper.heapBytes, settled);
  console.log(`WebAssembly heap with two packs open: ${(settled / 1e6).toFixed(1)} MB`);
  keeper.close();
});

test('a failed load does not grow it either', async () => {
  const pack = packBytes();
  const keeper = await load({ pack });
  const damaged = pack.slice();
  damaged[damaged.length >> 1] ^= 1;
  const once = () => assert.rejects(load({ pack: damaged }));
  await once();
  const settled = keeper.heapBytes;
  for (let i = 0; i < 50; ++i) await once();
  assert.equal(keeper.heapBytes, settled);
  keeper.close();
});

test('one pack fits the budget', async () => {
  // An engine of its own: a compiled module is never shared.
  const { readFileSync } = await import('node:fs');
  const { simdFile } = await import('./support.mjs');
  const aisle = await load({ wasm: new WebAssembly.Module(readFileSync(simdFile)) });
  aisle.classify('red shoes');
  console.log(`WebAssembly heap with one pack: ${(aisle.heapBytes / 1e6).toFixed(1)} MB, of which the pack ${(aisle.pack.bytes / 1e6).toFixed(1)} MB`);
  assert.ok(aisle.heapBytes < 2 * aisle.pack.bytes + 8e6);
  aisle.close();
});
