// Override rules given at run time.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { load } from 'aisle';
import { aisleError, packBytes } from './support.mjs';

let aisle;
before(async () => (aisle = await load()));
after(() => aisle.close());

test('each kind of rule decides what it matches, until other rules take its place', () => {
  aisle.setRules([
    { id: 'exact', match: 'exact', text: 'Red  ＳＨＯＥＳ', decision: ['shoes/boots', 'shoes/sandals'] },
    { id: 'prefix', match: 'prefix', text: 'red', decision: 'group:shoes', priority: -1 },
    { id: 'contains', match: 'contains', text: 'grün', decision: 'none', locale: 'de' },
    { id: 'pattern', match: 'pattern', text: String.raw`\bm\d+ bolts?\b`, decision: 'broad', locale: undefined, priority: undefined },
  ]);
  const decision = aisle.classify('red shoes');
  assert.equal(decision.source, 'override');
  assert.equal(decision.rule, 'exact');
  assert.equal(decision.outcome, 'category');
  assert.deepEqual(decision.category, { id: 'shoes/boots', name: 'Boots', confidence: 1 });
  assert.deepEqual(decision.labels, ['shoes/boots', 'shoes/sandals']);
  assert.equal(decision.alternatives.length, 5);
  assert.equal(aisle.classify('red hat').group.id, 'shoes');
  assert.equal(aisle.classify('GRÜN 5', { locale: 'de-AT' }).rule, 'contains');
  assert.equal(aisle.classify('GRÜN 5').rule, undefined);
  assert.equal(aisle.classify('steel M8 bolts').outcome, 'broad');
  assert.equal(aisle.classify('hammer').source, 'model');
  assert.ok(aisle.probabilities('red shoes')); // the model's, whatever the rule says
  aisle.setRules([{ id: 'only', match: 'exact', text: 'hammer', decision: 'unknown' }]);
  assert.equal(aisle.classify('red shoes').source, 'model');
  assert.deepEqual([aisle.classify('hammer').outcome, aisle.classify('hammer').confidence], ['unknown', 0]);
  aisle.setRules([]);
  assert.equal(aisle.classify('hammer').source, 'model');
});

const sound = { id: 'a', match: 'exact', text: 'hammer', decision: 'none' };
const refused = {
  'no array': [{}, /^the rules are a Object, expected an array$/],
  'a rule that is none': [[sound, null], /^rules\[1\] is null, expected an object$/],
  'no id': [[{ ...sound, id: '' }], /^rules\[0\]\.id is "", expected something that is not empty$/],
  'an id twice': [[sound, sound], /^the id "a" is there twice$/],
  'no text': [[{ ...sound, text: undefined }], /^rules\[0\]\.text is of type undefined, expected a string$/],
  'a text of spaces': [[{ ...sound, text: '  ' }], /^rule "a": its text is empty/],
  'a tab': [[{ ...sound, text: 'a\tb' }], /^rules\[0\]\.text is "a\tb", expected text without tabs and line ends$/],
  'a line end': [[{ ...sound, id: 'a\nb' }], /^rules\[0\]\.id is/],
  'another kind': [[{ ...sound, match: 'suffix' }], /^rule "a": its match is "suffix", expected exact, prefix/],
  'an unknown label': [[{ ...sound, decision: ['shoes/boots', 'shoes/wheels'] }], /^rule "a": no label "shoes\/wheels"/],
  'no label': [[{ ...sound, decision: [] }], /^rules\[0\]\.decision is a Array, expected something that is not empty$/],
  'a number as the label': [[{ ...sound, decision: 5 }], /^rules\[0\]\.decision is 5, expected a string, or an array/],
  'a bad pattern': [[{ ...sound, match: 'pattern', text: '(a' }], /^rule "a": its pattern is wrong at character 1: a \( without its \)$/],
  'a pattern that looks ahead': [[{ ...sound, match: 'pattern', text: 'a(?=b)' }], /of groups that start with \(\? only \(\?: is known/],
  'no locale': [[{ ...sound, locale: 'German please' }], /^rule "a": "German please" is no locale/],
  'half a priority': [[{ ...sound, priority: 0.5 }], /^rules\[0\]\.priority is 0\.5, expected a whole number$/],
  'too high a priority': [[{ ...sound, priority: 2 ** 31 }], /^rules\[0\]\.priority is 2147483648/],
};
for (const [what, [rules, message]] of Object.entries(refused)) {
  test(`refuses ${what}, and leaves the rules in use`, () => {
    aisle.setRules([{ ...sound, id: 'before' }]);
    assert.throws(() => aisle.setRules(rules), aisleError('invalid_argument', message));
    assert.equal(aisle.classify('hammer').rule, 'before');
  });
}

test('rules stay when the pack changes', async () => {
  aisle.setRules([sound]);
  await aisle.updatePack(packBytes());
  assert.equal(aisle.classify('hammer').rule, 'a');
});

test('after close there are none to set', async () => {
  const closed = await load();
  closed.close();
  assert.throws(() => closed.setRules([]), aisleError('closed', /is closed/));
});

test('a pattern that would stop a backtracking engine takes no time', () => {
  aisle.setRules([{ ...sound, match: 'pattern', text: '^(([a-z])+.)+[0-9]([a-z])+$' }]);
  const start = performance.now();
  for (let i = 0; i < 20; ++i) aisle.classify('a'.repeat(250));
  assert.ok(performance.now() - start < 5000);
});

test('ten thousand rules, set again and again, do not grow the heap', () => {
  const many = (round) => Array.from({ length: 10000 }, (_, i) => ({ id: `${i}`, match: ['exact', 'prefix', 'contains'][i % 3], text: `thing number ${i} of ${round}`, decision: 'none' }));
  for (let round = 0; round < 3; ++round) aisle.setRules(many(round));
  const settled = aisle.heapBytes;
  for (let round = 0; round < 5; ++round) aisle.setRules(many(round));
  assert.equal(aisle.heapBytes, settled);
  assert.equal(aisle.classify('thing number 3 of 4').rule, '3');
  console.log(`WebAssembly heap with 10,000 rules: ${(settled / 1e6).toFixed(1)} MB`);
  aisle.setRules([]);
});
