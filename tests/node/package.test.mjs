// What a customer downloads.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { packFile, relaxedFile, simdFile } from './support.mjs';

const folder = path.dirname(path.dirname(packFile));

const BUDGET = 150 * 1024;

function brotli(file) {
  const bytes = readFileSync(file);
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
}
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

test('script and one engine take at most 150 KB with brotli', () => {
  const script = brotli(path.join(folder, 'dist/index.js'));
  for (const engine of [simdFile, relaxedFile]) {
    const wasm = brotli(engine);
    console.log(`${path.basename(engine)} ${kilobytes(wasm)} + index.js ${kilobytes(script)} = ${kilobytes(wasm + script)} brotli`);
    assert.ok(wasm + script <= BUDGET);
  }
});

test('the pack takes at most 4 MB with brotli', () => {
  const pack = brotli(packFile);
  console.log(`storefront.aisle ${(pack / 1024 / 1024).toFixed(2)} MB brotli`);
  assert.ok(pack <= 4 * 1024 * 1024);
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
    'dist/errors.d.ts',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/storefront.aisle',
    'dist/types.d.ts',
    'package.json',
  ]);
  const { dependencies, scripts, exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  assert.ok(!Object.keys(scripts).some((script) => script.includes('install')));
  for (const target of Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)))) {
    assert.ok(files.includes(path.normalize(target)), target);
  }
});

test('its types hold under the strictest settings', () => {
  const scratch = mkdtempSync(path.join(folder, '../types-')); // where 'aisle' is found
  try {
    writeFileSync(
      path.join(scratch, 'sample.ts'),
      `import { AisleError, load, type Decision } from 'aisle';
       const aisle = await load({ pack: 'p.aisle', wasm: new URL('https://shop.example/aisle.wasm'), signal: AbortSignal.timeout(1000) });
       const decision: Decision = aisle.classify('red shoes', { locale: 'en-US', top: 3, errorRate: 0.05 });
       const name: string | undefined = decision.category?.name;
       const facts: number[] = aisle.pack.errorRates.map((rate) => rate.coverage);
       try { aisle.pieces('q'); } catch (error) { if (error instanceof AisleError && error.code === 'closed') console.log(error.hint); }
       // @ts-expect-error: a query is a string
       aisle.classify(5);
       // @ts-expect-error: no such outcome
       decision.outcome === 'perhaps';
       // @ts-expect-error: no such error
       new AisleError('oops', '');
       aisle.close();
       console.log(name, facts);\n`,
    );
    const options = { strict: true, noEmit: true, target: 'es2022', types: [], exactOptionalPropertyTypes: true };
    for (const module of [{ module: 'nodenext' }, { module: 'esnext', moduleResolution: 'bundler' }]) {
      const config = { compilerOptions: { ...options, ...module, skipLibCheck: false, lib: ['es2022', 'dom'] }, files: ['sample.ts'] };
      writeFileSync(path.join(scratch, 'package.json'), '{"type":"module"}');
      writeFileSync(path.join(scratch, 'tsconfig.json'), JSON.stringify(config));
      const tsc = path.join(import.meta.dirname, '../node_modules/typescript/bin/tsc');
      execFileSync(process.execPath, [tsc, '--project', scratch], { stdio: 'inherit' });
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
