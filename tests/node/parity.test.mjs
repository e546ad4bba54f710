// The same query, the same answer: against Python's tokens, between the two WebAssembly builds, and against the native engine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { aisleError, goldenLines, nodeMajor, packFile } from './support.mjs';

const lines = goldenLines();
const some = lines.filter((_, i) => i % 10 === 0);

let aisle;
before(async () => (aisle = await load({ relaxed: false })));
after(() => aisle.close());

test('10,000 queries have the tokens and the normalised text of training', () => {
  assert.ok(lines.length >= 10000, `only ${lines.length} lines in tests/golden/tokens.tsv`);
  const wrong = lines.filter(({ query, tokens, normalized }) => {
    const read = aisle.pieces(query).join('').replaceAll('▁', ' ').replace(/^ +| +$/g, '');
    return aisle.tokens(query).join() !== tokens.join() || read !== normalized;
  });
  assert.deepEqual(wrong, []);
});

test('which build runs', { skip: nodeMajor !== 20 && 'Node 20 only' }, async () => {
  const chosen = await load();
  assert.equal(chosen.build, 'simd');
  chosen.close();
  await assert.rejects(load({ relaxed: true }), aisleError('no_simd', /relaxed SIMD was asked for/));
});

test('both builds compute the same bits', { skip: nodeMajor < 22 && 'Node 20 miscomputes relaxed SIMD' }, async () => {
  const chosen = await load();
  assert.equal(chosen.build, 'relaxed');
  chosen.close();

  const relaxed = await load({ relaxed: true });
  assert.deepEqual([aisle.build, relaxed.build], ['simd', 'relaxed']);
  const bits = (floats) => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('hex');
  let compared = 0;
  for (const { query } of some) {
    assert.equal(bits(relaxed.logits(query)), bits(aisle.logits(query)), query);
    assert.deepEqual(relaxed.classify(query), aisle.classify(query));
    compared += aisle.logits(query).length > 0;
  }
  assert.ok(compared >= 900, `only ${compared} queries had logits`);
  relaxed.close();
});

const cli = fileURLToPath(new URL('../../build/release/aisle', import.meta.url));
const native = (...options) =>
  execFileSync(cli, ['classify', '--pack', packFile, ...options], {
    input: some.map(({ query }) => `${query}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

// Native code adds up in another order: its last bits differ, and XNNPACK rounds activations to 8 bits, where a last bit can
// become a whole step.
const LOGIT_TOLERANCE = 0.15;

test('the native engine has the same tokens, and logits within a tolerance', () => {
  const theirs = native('--logits');
  assert.equal(theirs.length, some.length);
  let largest = 0;
  some.forEach(({ query }, i) => {
    assert.deepEqual(aisle.tokens(query), theirs[i].tokens, query);
    const logits = aisle.logits(query);
    assert.equal(logits.length, theirs[i].logits.length, query);
    logits.forEach((logit, j) => (largest = Math.max(largest, Math.abs(logit - theirs[i].logits[j]))));
  });
  console.log(`largest difference of a logit from the native engine: ${largest}`);
  assert.ok(largest <= LOGIT_TOLERANCE, `${largest}`);
});

test('the native engine decides the same', () => {
  const theirs = native('--json');
  let sameOutcome = 0;
  let sameTop = 0;
  some.forEach(({ query }, i) => {
    const ours = aisle.classify(query);
    assert.deepEqual(Object.keys(theirs[i]).filter((key) => key !== 'category' && key !== 'group'), Object.keys(ours).filter((key) => key !== 'category' && key !== 'group'));
    assert.equal(ours.query, theirs[i].query);
    sameOutcome += ours.outcome === theirs[i].outcome && ours.category?.id === theirs[i].category?.id && ours.group?.id === theirs[i].group?.id;
    sameTop += ours.alternatives[0]?.id === theirs[i].alternatives[0]?.id;
  });
  console.log(`of ${some.length} queries the native engine has the same best subcategory for ${sameTop}, the same outcome for ${sameOutcome}`);
  assert.ok(sameTop >= 0.995 * some.length && sameOutcome >= 0.995 * some.length);
});
