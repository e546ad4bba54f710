// Bad and odd input of the methods: each a defined result or a clear error.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { AisleError, load } from 'aisle';
import { aisleError } from './support.mjs';

let aisle;
before(async () => (aisle = await load()));
after(() => aisle.close());

const EMPTY = { '': '', 'only spaces': '  \t\n ', 'only control characters': '\u0000\u0001\u001f\u007f', 'a zero byte': '\0' };
for (const [what, query] of Object.entries(EMPTY)) {
  test(`nothing to classify: ${what || 'an empty query'}`, () => {
    const decision = aisle.classify(query);
    assert.equal(decision.query, query);
    assert.equal(decision.outcome, 'unknown');
    assert.equal(decision.confidence, 0);
    assert.deepEqual(decision.alternatives, []);
    assert.deepEqual(aisle.pieces(query), []);
    assert.deepEqual(aisle.tokens(query), []);
    assert.equal(aisle.logits(query).length, 0);
  });
}

const ODD = {
  '10,000 characters': 'summer dress '.repeat(770).slice(0, 10000),
  '10,000 characters without a space': 'x'.repeat(10000),
  '10,000 emoji': '👗'.repeat(10000),
  'a million characters': 'red shoes '.repeat(100000),
  emoji: '👗👠 💄',
  'emoji of several code points': '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪',
  'control characters between letters': 'red\u0000 \u0007sh\u001boes\u007f',
  'combining marks': 'e\u0301'.repeat(50) + '\u0300'.repeat(500),
  'right to left with overrides': '\u202eفستان\u202c أحمر',
  'quotes and backslashes': '"\\" \\u0041 </script> \'',
  'line separators': 'a\u2028b\u2029c\nd',
  'Chinese, Japanese, Korean': '红色连衣裙 赤いドレス 빨간 드레스',
  'characters outside the first plane': '𝓻𝓮𝓭 𠮷野家',
  'a byte order mark': '\ufeffred shoes',
  noncharacters: '\uffff\ufffe\u{10ffff}',
  digits: '0'.repeat(500),
};
for (const [what, query] of Object.entries(ODD)) {
  test(`odd query: ${what}`, () => {
    const decision = aisle.classify(query);
    assert.equal(decision.query, query);
    assert.ok(decision.confidence >= 0 && decision.confidence <= 1);
    assert.deepEqual(aisle.classify(query), decision, 'the same again');
    assert.ok(aisle.tokens(query).every((token) => Number.isInteger(token) && token >= 0));
    assert.ok(aisle.pieces(query).every((piece) => typeof piece === 'string'));
    assert.ok(aisle.logits(query).every(Number.isFinite));
  });
}

test('lone surrogates count as U+FFFD', () => {
  for (const query of ['\ud83d', 'red \ud83d shoes', '\udc57\ud83d', 'shoes\udfff', '\ud800'.repeat(10000)]) {
    const repaired = query.toWellFormed();
    assert.notEqual(repaired, query);
    assert.deepEqual(aisle.classify(query), aisle.classify(repaired));
    assert.equal(aisle.classify(query).query, repaired);
    assert.deepEqual(aisle.pieces(query), aisle.pieces(repaired));
  }
});

test('only the first characters count', () => {
  const long = 'red shoes '.repeat(1000);
  assert.deepEqual(aisle.classify(long + 'guitar').alternatives, aisle.classify(long).alternatives);
});

test('a query leaves no trace on the next', () => {
  const before = aisle.classify('gold hoop earrings');
  for (const query of [...Object.values(EMPTY), ...Object.values(ODD)]) aisle.classify(query);
  assert.deepEqual(aisle.classify('gold hoop earrings'), before);
});

const notStrings = [undefined, null, 42, NaN, true, {}, ['red shoes'], Symbol('q'), 10n, () => 'q', new String('red')];
for (const method of ['classify', 'pieces', 'tokens', 'logits', 'probabilities']) {
  test(`${method} refuses a query that is no string`, () => {
    for (const query of notStrings) {
      assert.throws(() => aisle[method](query), aisleError('invalid_argument', /^the query is .+, expected a string$/));
    }
  });
}

test('locales', () => {
  const without = aisle.classify('red shoes');
  for (const locale of ['en', 'en-US', 'EN_us', 'zh-Hant-TW', 'xx-XX', 'tlh', undefined, '']) {
    assert.equal(aisle.classify('red shoes', { locale }).query, 'red shoes');
  }
  assert.deepEqual(aisle.classify('red shoes', { locale: 'xx-XX' }), without, 'an unknown locale acts as none');
  for (const locale of ['english', 'e', '-', 'en-', '1234567890', 'en US', 'é', '\ud83d', 'x'.repeat(1000)]) {
    assert.throws(() => aisle.classify('red shoes', { locale }), aisleError('invalid_argument', /locale/), locale);
  }
  for (const locale of [5, null, {}, ['en']]) {
    assert.throws(() => aisle.classify('red shoes', { locale }), aisleError('invalid_argument', /^options\.locale is .+, expected a string$/));
  }
});

test('options out of range', () => {
  for (const top of [-1, 1.5, NaN, Infinity, '5', null, 101, 1e9, 2 ** 32 + 3]) {
    assert.throws(() => aisle.classify('red shoes', { top }), aisleError('invalid_argument', /top is .+ 0 to 100/), String(top));
  }
  for (const errorRate of [0, -0.1, NaN, '0.05', null, 0.123, 1, Infinity]) {
    assert.throws(() => aisle.classify('red shoes', { errorRate }), aisleError('invalid_argument', /rate/i), String(errorRate));
  }
  for (const options of [null, 5, 'en-US']) {
    assert.throws(() => aisle.classify('red shoes', options), aisleError('invalid_argument', /^options is .+, expected an object$/));
  }
});

test('a closed classifier says so', async () => {
  const closed = await load();
  closed.close();
  closed.close();
  for (const call of [() => closed.classify('q'), () => closed.pieces('q'), () => closed.tokens('q'), () => closed.logits('q'), () => closed.selfTest(), () => closed.pack]) {
    assert.throws(call, aisleError('closed', /is closed/));
  }
});

test('errors are Errors', () => {
  try {
    aisle.classify(5);
    assert.fail('did not throw');
  } catch (error) {
    assert.ok(error instanceof Error && error instanceof AisleError);
    assert.equal(error.name, 'AisleError');
    assert.match(error.stack, /AisleError: the query is 5/);
  }
});
