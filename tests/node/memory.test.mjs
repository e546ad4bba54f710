// Memory comes back: classifiers of one engine share its heap and reuse what a closed one leaves.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { load } from 'aisle';
import { packBytes, packFile, simdFile } from './support.mjs';

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
  const aisle = await load({ wasm: new WebAssembly.Module(readFileSync(simdFile)) });
  aisle.classify('red shoes');
  console.log(`WebAssembly heap with one pack: ${(aisle.heapBytes / 1e6).toFixed(1)} MB, of which the pack ${(aisle.pack.bytes / 1e6).toFixed(1)} MB`);
  assert.ok(aisle.heapBytes <= 12e6);
  aisle.close();
});

test('an engine nobody uses goes back to the system', () => {
  // 50 engines, one after another, in a process of its own that collects garbage on demand; kept, they would be 50 heaps.
  const script = `
    import { readFileSync } from 'node:fs';
    import { load } from 'aisle';
    const [pack, wasm] = process.argv.slice(1).map((file) => new Uint8Array(readFileSync(file)));
    const grown = [];
    let heap = 0;
    for (let i = 0; i < 50; ++i) {
      const aisle = await load({ pack, wasm });
      aisle.classify('red shoes');
      heap = aisle.heapBytes;
      if (i % 2) aisle.close(); // the others are left to the garbage collector
      await new Promise((later) => setTimeout(later));
      globalThis.gc();
      grown.push(process.memoryUsage().rss);
    }
    console.log((Math.max(...grown.slice(10)) - Math.max(...grown.slice(0, 10))) / heap);`;
  const heaps = Number(
    execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script, packFile, simdFile], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }),
  );
  assert.ok(heaps < 10, `40 engines left ${heaps} heaps behind`);
});
