// similar(): the head queries of an index, which the command line has put into the pack.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { aisleError, nodeMajor, packFile } from './support.mjs';

const HEADS = ['wireless earbuds', 'maxi dress', 'Rain Boots', 'sectional couch', 'robot vacuum', 'dog treats', 'cordless drill', 'dog leash', '红色连衣裙'];
const cli = fileURLToPath(new URL('../../build/release/aisle', import.meta.url));

let aisle;
let pack;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aisle-'));
  const [list, indexed] = [path.join(folder, 'heads.txt'), path.join(folder, 'indexed.aisle')];
  writeFileSync(list, HEADS.join('\n'));
  execFileSync(cli, ['index', list, '--pack', packFile, '--out', indexed]);
  pack = readFileSync(indexed);
  aisle = await load({ pack, relaxed: false });
});
after(() => {
  aisle?.close();
  rmSync(folder, { recursive: true });
});

test('the nearest head queries, best first', () => {
  const found = aisle.similar('ear buds without wire');
  assert.equal(found.length, 5);
  assert.equal(found[0].query, 'wireless earbuds');
  assert.deepEqual(Object.keys(found[0]), ['query', 'score']);
  found.forEach(({ score }, i) => assert.ok(score >= 0 && score <= (found[i - 1]?.score ?? 1)));
  assert.deepEqual(aisle.similar('ear buds without wire', { top: 2 }), found.slice(0, 2));
  assert.deepEqual(aisle.similar('red shoes', { top: 0 }), []);
  assert.equal(aisle.similar('red shoes', { top: 100, locale: 'en-US' }).length, HEADS.length);
});

test('a head query finds itself, however it is written', () => {
  for (const head of HEADS) {
    for (const query of [head, head.toUpperCase(), `  ${head} `]) {
      const [first] = aisle.similar(query);
      assert.equal(first.query, head);
      assert.ok(first.score > 0.97, `${query}: ${first.score}`);
    }
  }
});

test('nothing to compare, and odd queries', () => {
  for (const query of ['', ' \t\n', '\0']) assert.deepEqual(aisle.similar(query), []);
  for (const query of ['👗👠', 'x'.repeat(10000), 'red \ud83d shoes', '"\\"', '\u202eفستان']) {
    for (const { score } of aisle.similar(query)) assert.ok(score >= 0 && score <= 1);
  }
});

test('bad arguments are refused', () => {
  for (const query of [undefined, null, 5, {}, ['red shoes']]) {
    assert.throws(() => aisle.similar(query), aisleError('invalid_argument', /^the query is .+, expected a string$/));
  }
  for (const top of [-1, 1.5, NaN, '5', null, 101]) {
    assert.throws(() => aisle.similar('red shoes', { top }), aisleError('invalid_argument', /top is .+ 0 to 100/));
  }
  assert.throws(() => aisle.similar('red shoes', { locale: 'english' }), aisleError('invalid_argument', /locale/));
  assert.throws(() => aisle.similar('red shoes', null), aisleError('invalid_argument', /^options is null, expected an object$/));
});

test('a pack without an index says so, also after an update', async () => {
  const plain = await load();
  assert.throws(() => plain.similar('red shoes'), aisleError('no_index', /no index of head queries/));
  await plain.updatePack(pack);
  assert.equal(plain.similar('maxi dress')[0].query, 'maxi dress');
  plain.close();
  assert.throws(() => plain.similar('red shoes'), aisleError('closed', /is closed/));
});

test('it decides as it did without the index, and lists the section', async () => {
  const plain = await load({ relaxed: false });
  assert.deepEqual(aisle.classify('cute floral summer dress'), plain.classify('cute floral summer dress'));
  assert.deepEqual(aisle.pack.sections.map(({ name }) => name), [...plain.pack.sections.map(({ name }) => name), 'index']);
  plain.close();
});

test('both builds and the native engine agree', { skip: nodeMajor < 22 && 'Node 20 miscomputes relaxed SIMD' }, async () => {
  const relaxed = await load({ pack, relaxed: true });
  const indexed = path.join(folder, 'indexed.aisle');
  for (const query of ['ear buds without wire', 'boots for rain', 'lead for my dog', 'summer dress', '红裙子']) {
    const ours = aisle.similar(query);
    assert.deepEqual(relaxed.similar(query), ours);
    const theirs = JSON.parse(execFileSync(cli, ['similar', '--pack', indexed, '--json', query], { encoding: 'utf8' }));
    assert.equal(theirs.query, query);
    assert.equal(theirs.similar[0].query, ours[0].query);
    theirs.similar.forEach(({ score }, i) => assert.ok(Math.abs(score - ours[i].score) < 0.02));
  }
  relaxed.close();
});
