// Earlier decisions of a session, with a pack that the command line gave a bound.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { aisleError, packFile } from './support.mjs';

const cli = fileURLToPath(new URL('../../build/release/aisle', import.meta.url));
const set = fileURLToPath(new URL('../../scripts/train/data/calibration.tsv', import.meta.url));

let aisle;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aisle-'));
  const [few, pack] = [path.join(folder, 'few.tsv'), path.join(folder, 'bound.aisle')];
  writeFileSync(few, readFileSync(set, 'utf8').split('\n').slice(0, 300).join('\n'));
  execFileSync(cli, ['calibrate', few, '--pack', packFile, '--out', pack, '--prior', 'a test', '--error-rates', '0.2', '--default-error-rate', '0.2', '--context-bound', '16']);
  aisle = await load({ pack: readFileSync(pack), relaxed: false });
});
after(() => {
  aisle?.close();
  rmSync(folder, { recursive: true });
});

const best = (query, context) => aisle.classify(query, { context }).alternatives[0].id;

test('it helps an ambiguous query and leaves a clear one alone', () => {
  assert.match(best('battery', ['phones/smartphones']), /^electronics\//);
  assert.match(best('battery', ['automotive/vehicles-marine']), /^automotive\//);
  assert.equal(best('cute floral summer dress', ['phones/smartphones', 'pets']), 'clothing/dresses');
});

test('an empty one changes nothing, and none is kept', () => {
  const without = aisle.classify('case');
  assert.deepEqual(aisle.classify('case', { context: [] }), without);
  assert.notDeepEqual(aisle.classify('case', { context: ['bags'] }), without);
  assert.deepEqual(aisle.classify('case', { context: undefined }), without);
});

test('only the last 8 count', () => {
  const eight = Array(8).fill('bags');
  assert.deepEqual(aisle.classify('case', { context: ['phones', 'no such id', ...eight] }), aisle.classify('case', { context: eight }));
});

test('what is no context is refused', () => {
  for (const context of ['phones', null, 5, {}, [5], ['phones', undefined], new Set(['phones'])]) {
    assert.throws(() => aisle.classify('case', { context }), aisleError('invalid_argument', /^options\.context is .+, expected an array of ids/));
  }
  for (const id of ['', 'none', 'Phones', 'phones/', 'phones/no-such', '\ud83d', 'x'.repeat(10000)]) {
    assert.throws(() => aisle.classify('case', { context: ['bags', id] }), aisleError('invalid_argument', /^context: ".*" is no group or subcategory/), id);
  }
});
