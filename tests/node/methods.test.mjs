// classifyMany, and the life of a classifier.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load, loadInWorker } from 'aisle';
import { aisleError, goldenLines } from './support.mjs';

const queries = goldenLines()
  .slice(0, 300)
  .map(({ query }) => query);

async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

test('classifyMany answers in order, from arrays and from streams', async () => {
  const aisle = await load();
  const expected = queries.map((query) => aisle.classify(query, { top: 2 }));
  assert.deepEqual(await collect(aisle.classifyMany(queries, { top: 2 })), expected);
  async function* stream() {
    for (const query of queries) yield query;
  }
  assert.deepEqual(await collect(aisle.classifyMany(stream(), { top: 2 })), expected);
  assert.deepEqual(await collect(aisle.classifyMany([])), []);
  aisle.close();
});

test('classifyMany lets timers and events through', async () => {
  const aisle = await load();
  let ticks = 0;
  const timer = setInterval(() => ++ticks, 1);
  const start = performance.now();
  for await (const decision of aisle.classifyMany(queries)) assert.ok(decision);
  const elapsed = performance.now() - start;
  clearInterval(timer);
  assert.ok(elapsed > 30, `${elapsed} ms are too few to tell`);
  assert.ok(ticks >= elapsed / 100, `${ticks} turns in ${elapsed} ms`);
  aisle.close();
});

test('classifyMany stops: on abort, when left, at a bad query, when closed', async () => {
  const aisle = await load();
  const abort = new AbortController();
  const reason = new Error('enough');
  const seen = [];
  await assert.rejects(async () => {
    for await (const { query } of aisle.classifyMany(queries, { signal: abort.signal })) {
      seen.push(query);
      if (seen.length === 3) abort.abort(reason);
    }
  }, reason);
  assert.deepEqual(seen, queries.slice(0, 3));

  let taken = 0;
  function* source() {
    for (const query of queries) {
      ++taken;
      yield query;
    }
  }
  for await (const decision of aisle.classifyMany(source())) if (decision) break;
  assert.equal(taken, 1);

  await assert.rejects(collect(aisle.classifyMany(['red shoes', 5])), aisleError('invalid_argument', /^the query is 5/));
  aisle.close();
  await assert.rejects(collect(aisle.classifyMany(queries)), aisleError('closed', /is closed/));
});

test('`using` closes it', { skip: !Symbol.dispose && 'no Symbol.dispose here' }, async () => {
  const aisle = await load();
  aisle[Symbol.dispose]();
  assert.throws(() => aisle.classify('q'), aisleError('closed', /is closed/));
});

test('without Worker, loadInWorker says so', { skip: typeof Worker !== 'undefined' && 'there are workers here' }, () =>
  assert.rejects(loadInWorker(), aisleError('no_worker', /^there are no workers here$/)));
