// What clear queries come to, and that a Decision looks as documented.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { load } from 'aisle';

let aisle;
before(async () => (aisle = await load()));
after(() => aisle.close());

// Plain queries that no shipped pack may get wrong.
const clear = [
  ['cute floral summer dress', 'clothing/dresses'],
  ['mens running shoes', 'shoes/athletic-shoes'],
  ['leather wallet', 'bags/wallets'],
  ['gold hoop earrings', 'jewelry/earrings'],
  ['matte red lipstick', 'beauty/lip-makeup'],
  ['acoustic guitar', 'media/guitars'],
  ['queen size mattress', 'furniture/mattresses'],
  ['cordless drill', 'tools/power-tools'],
  ['dry dog food', 'pets/dog-food'],
  ['gaming laptop', 'computers/laptops'],
  ['iphone 15 case', 'phones/phone-cases'],
  ['noise cancelling headphones', 'electronics/headphones'],
  ['robot vacuum', 'appliances/vacuums'],
  ['non stick frying pan', 'kitchen/cookware'],
  ['ground coffee', 'food/coffee'],
];
for (const [query, id] of clear) {
  test(`"${query}" is ${id}, or at least of its group`, () => {
    const decision = aisle.classify(query);
    assert.equal(decision.alternatives[0].id, id);
    assert.ok(['category', 'group'].includes(decision.outcome), decision.outcome);
    assert.equal(decision.group.id, id.split('/')[0]);
    assert.equal(decision.category?.id, decision.outcome === 'category' ? id : undefined);
    assert.ok(decision.shopping > 0.9);
  });
}

test('most clear queries get a category', () => {
  const accepted = clear.filter(([query]) => aisle.classify(query).outcome === 'category');
  assert.ok(accepted.length > clear.length / 2, `${accepted.length} of ${clear.length}`);
});

for (const query of ['how tall is mount everest', 'what is the capital of france', 'who won the world series in 1986']) {
  test(`"${query}" is not shopping`, () => {
    const decision = aisle.classify(query);
    assert.equal(decision.outcome, 'none');
    assert.ok(decision.shopping < 0.5);
    assert.equal(decision.category, undefined);
  });
}

const probability = (p) => typeof p === 'number' && p >= 0 && p <= 1;

test('a Decision has the documented fields, for every outcome', () => {
  const queries = [...clear.map(([query]) => query), 'how tall is mount everest', 'gift', 'sale', 'red', '', 'zzxqj vvkq', 'case', 'pads'];
  const outcomes = new Set();
  for (const query of queries) {
    const decision = aisle.classify(query);
    outcomes.add(decision.outcome);
    const named = { category: ['category', 'group'], group: ['group'] }[decision.outcome] ?? [];
    const rest = ['confidence', 'band', 'shopping', 'labels', 'alternatives', 'source', 'pack'];
    assert.deepEqual(Object.keys(decision), ['query', 'outcome', ...named, ...rest]);
    assert.equal(decision.query, query);
    assert.ok(['category', 'group', 'ambiguous', 'broad', 'none', 'unknown'].includes(decision.outcome));
    assert.ok(probability(decision.confidence) && probability(decision.shopping));
    assert.equal(decision.band, band(decision.confidence));
    for (const key of named) {
      assert.deepEqual(Object.keys(decision[key]), ['id', 'name', 'confidence']);
      assert.ok(probability(decision[key].confidence));
    }
    for (const { id, probability: p } of decision.alternatives) assert.ok(subcategories().has(id) && probability(p));
    for (const label of decision.labels) assert.ok(subcategories().has(label));
    assert.equal(decision.source, 'model');
    assert.deepEqual(decision.pack, { name: aisle.pack.name, version: aisle.pack.version, taxonomy: aisle.pack.taxonomy });
  }
  assert.ok(outcomes.size >= 3, `only ${[...outcomes]}`);
});

function band(confidence) {
  const from = [[0.95, 'certain'], [0.85, 'very-likely'], [0.7, 'likely'], [0.5, 'possible'], [0, 'unlikely']];
  return from.find(([least]) => confidence >= least)[1];
}

const subcategories = () => new Set(aisle.pack.groups.flatMap((group) => group.subcategories.map(({ id }) => id)));

test('top limits the alternatives, which come best first', () => {
  const all = aisle.classify('red shoes', { top: 100 }).alternatives;
  assert.equal(all.length, Math.min(100, subcategories().size));
  for (let i = 1; i < all.length; ++i) assert.ok(all[i - 1].probability >= all[i].probability);
  for (const top of [0, 1, 7]) assert.deepEqual(aisle.classify('red shoes', { top }).alternatives, all.slice(0, top));
  assert.equal(aisle.classify('red shoes').alternatives.length, 5);
});

test('a larger error rate answers more', () => {
  const rates = aisle.pack.errorRates;
  assert.ok(rates.length >= 2);
  for (let i = 1; i < rates.length; ++i) {
    assert.ok(rates[i].errorRate > rates[i - 1].errorRate && rates[i].coverage >= rates[i - 1].coverage);
  }
  for (const { thresholds } of rates) assert.ok(Object.values(thresholds).every((p) => p > 0 && p <= 1), JSON.stringify(thresholds));
  for (const { errorRate, thresholds } of rates) {
    const { outcome, confidence } = aisle.classify('cute floral summer dress', { errorRate });
    if (outcome === 'category') assert.ok(confidence >= thresholds.category - 1e-5, `${confidence} at ${errorRate}`);
  }
  const answered = ({ errorRate }) => clear.filter(([query]) => aisle.classify(query, { errorRate }).outcome === 'category').length;
  assert.ok(answered(rates.at(-1)) >= answered(rates[0]));
  assert.deepEqual(aisle.classify('case', { errorRate: aisle.pack.defaultErrorRate }), aisle.classify('case'));
});

test('case and spaces make no difference', () => {
  const plain = aisle.classify('gold hoop earrings');
  for (const query of ['  Gold  HOOP earrings\t', 'gold\u00a0hoop\u3000earrings', 'ｇｏｌｄ hoop earrings']) {
    assert.deepEqual({ ...aisle.classify(query), query: '' }, { ...plain, query: '' });
  }
});

test('all probabilities', () => {
  const { outcomes, subcategories: parts } = aisle.probabilities('gold hoop earrings');
  assert.equal(outcomes.length, aisle.pack.groups.length + 2);
  assert.ok(Math.abs(outcomes.reduce((sum, p) => sum + p) - 1) < 1e-4);
  let start = 0;
  aisle.pack.groups.forEach((group, g) => {
    const own = parts.subarray(start, (start += group.subcategories.length));
    assert.ok(Math.abs(own.reduce((sum, p) => sum + p) - outcomes[g]) < 1e-4, group.id);
  });
  assert.equal(parts.length, start);
  assert.equal(aisle.probabilities(''), undefined);
});

test('the pack passes its own test queries here', () => {
  const { queries, largestDifference } = aisle.selfTest();
  assert.ok(queries >= 8);
  assert.ok(largestDifference < 0.5);
});

test('the facts of the pack', () => {
  const { pack } = aisle;
  assert.equal(pack.name, 'storefront');
  assert.match(pack.version, /^\d+\.\d+\.\d+$/);
  assert.match(pack.taxonomy, /^sha256:[0-9a-f]{64}$/);
  assert.ok(pack.languages.some((tag) => tag.startsWith('en')));
  assert.ok(pack.groups.length >= 20);
  assert.ok(pack.errorRates.some(({ errorRate }) => errorRate === pack.defaultErrorRate));
  assert.deepEqual(
    pack.sections.map(({ name }) => name).sort(),
    ['decision', 'encoder', 'golden', 'heads', 'prototypes', 'taxonomy', 'tokenizer'],
  );
  const together = pack.sections.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(together <= pack.bytes && together > pack.bytes - 10000);
});
