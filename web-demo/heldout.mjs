// Measures the packed package on held-out queries (tests/data/locales.tsv: written log lines of 24 locales that no training saw, the
// first hundred of each) for the risk-coverage curve: src/generated/heldout.json. Run by `scripts/demo`, so that the curve is always
// that of the shipped pack.
//
//   node web-demo/heldout.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'aisle';

const here = (file) => path.join(import.meta.dirname, file);
const POINTS = 60;
const OF_EACH = 100;

const aisle = await load();
const { pack } = aisle;
const queries = readFileSync(here('../tests/data/locales.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [locale, query, accepted] = line.split('\t');
    return { locale, query, accepted: accepted.split('|') };
  })
  .filter(((seen) => ({ locale }) => (seen[locale] = (seen[locale] ?? 0) + 1) <= OF_EACH)({}));

const measured = queries.map(({ locale, query, accepted }) => {
  const { stated, first } = statedAt(query, locale, accepted);
  const hasSubcategory = accepted.some((label) => label.includes('/'));
  return { locale, stated, answer: hasSubcategory && { score: first?.probability ?? 0, right: accepted.includes(first?.id) } };
});

// Of each error rate: was it right? From the highest down, since what abstains at one does so at all below. And the first guess.
function statedAt(query, locale, accepted) {
  const stated = pack.errorRates.map(() => undefined);
  let first;
  for (let r = stated.length - 1; r >= 0; --r) {
    const decision = aisle.classify(query, { locale, errorRate: pack.errorRates[r].errorRate, top: 1 });
    [first] = decision.alternatives;
    stated[r] = right(decision, query, locale, accepted);
    if (stated[r] === undefined) break;
  }
  return { stated, first };
}

// As `aisle eval` counts: undefined when it abstains.
function right(decision, query, locale, accepted) {
  const groups = accepted.map((label) => label.replace(/^group:/, '').split('/')[0]);
  switch (decision.outcome) {
    case 'category': return accepted.includes(decision.category.id);
    case 'group': return groups.includes(decision.group.id);
    case 'ambiguous': return accepted.includes('broad') || likely(decision, query, locale).some((id) => groups.includes(id));
    case 'unknown': return undefined;
    default: return accepted.includes(decision.outcome);
  }
}

function likely({ confidence }, query, locale) {
  const { outcomes } = aisle.probabilities(query, { locale });
  const groups = pack.groups.map(({ id }, g) => ({ id, p: outcomes[g] })).sort((a, b) => b.p - a.p);
  let sum = 0;
  return groups.filter(({ p }) => sum < confidence - 1e-3 && (sum += p)).map(({ id }) => id);
}

/** Coverage and error of the most confident first guesses, from the fewest to all of them. */
function curve(answers) {
  answers.sort((a, b) => b.score - a.score);
  const points = [];
  let wrong = 0;
  answers.forEach(({ right }, i) => {
    wrong += !right;
    const n = i + 1;
    if (n === answers.length || (n * POINTS) % answers.length < POINTS) points.push([round(n / answers.length), round(wrong / n)]);
  });
  return points;
}

const round = (share) => Math.round(share * 1e4) / 1e4;

function summary(rows) {
  const rates = pack.errorRates.map(({ errorRate }, r) => {
    const answered = rows.filter(({ stated }) => stated[r] !== undefined);
    const wrong = answered.filter(({ stated }) => !stated[r]).length;
    return { errorRate, coverage: round(answered.length / rows.length), error: answered.length ? round(wrong / answered.length) : null };
  });
  return { queries: rows.length, rates, curve: curve(rows.map(({ answer }) => answer).filter(Boolean)) };
}

const locales = Object.fromEntries(pack.languages.map((locale) => [locale, summary(measured.filter((row) => row.locale === locale))]).filter(([, { queries }]) => queries));
const result = { pack: `${pack.name} ${pack.version}`, taxonomy: pack.taxonomy, all: summary(measured), locales };
mkdirSync(here('src/generated'), { recursive: true });
writeFileSync(here('src/generated/heldout.json'), JSON.stringify(result));
console.log(`heldout.json: ${queries.length} queries, ${result.all.rates.map(({ errorRate, coverage, error }) => `${errorRate}: ${coverage} stated, ${error} wrong`).join('; ')}`);
aisle.close();
