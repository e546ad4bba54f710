// What a customer downloads.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { packFile } from '../node/support.mjs';
import { measure, statedIn } from '../../scripts/readme-sizes.mjs';

const folder = path.dirname(path.dirname(packFile));
const KB = 1024;

test('sizes: within the budget, and as the README states them', () => {
  const sizes = measure(path.join(folder, 'dist'));
  console.log(sizes);
  assert.ok(sizes.simd <= 150 * KB && sizes.relaxed <= 150 * KB);
  assert.ok(sizes.pack <= 4 * KB * KB);
  const stated = statedIn(readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8'));
  for (const [what, bytes] of Object.entries(sizes)) {
    const off = Math.abs(stated[what] * KB - bytes) / bytes;
    assert.ok(off <= 0.02, `README.md states ${stated[what]} KB for ${what}, it is ${bytes} bytes: run scripts/readme-sizes.mjs`);
  }
});

test('it holds what it says and nothing else', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
  assert.deepEqual(files.sort(), [
    'LICENSE',
    'README.md',
    'THIRD_PARTY.md',
    'dist/aisle-relaxed.wasm',
    'dist/aisle.wasm',
    'dist/client.d.ts',
    'dist/engine.js',
    'dist/errors.d.ts',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/load.d.ts',
    'dist/remote.d.ts',
    'dist/search-react.d.ts',
    'dist/search-vue.d.ts',
    'dist/search.d.ts',
    'dist/search.js',
    'dist/storefront.aisle',
    'dist/types.d.ts',
    'dist/worker.js',
    'package.json',
  ]);
  const { dependencies, scripts, exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  assert.ok(!Object.keys(scripts).some((script) => script.includes('install')));
  for (const target of Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)))) {
    assert.ok(files.includes(path.normalize(target)), target);
  }
});
