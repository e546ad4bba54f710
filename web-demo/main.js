// The page: classifies at every keystroke, in this thread, since it takes less than a frame by far.
import { load } from './aisle/index.js';
import { inWords, namesOf, percent } from './words.js';

const EXAMPLES = ['cute floral summer dress', 'dress shoes', 'lawn mower battery', 'iphone 15 case', 'apple', 'where is my order', 'how tall is mount everest'];

const element = (id) => document.getElementById(id);
const input = element('query');
const errorRate = element('error-rate');
let announcing;

async function start() {
  const aisle = await load();
  aisle.classify('warm up'); // the first query sizes the buffers
  showFacts(aisle);
  showExamples(aisle);
  showErrorRates(aisle);
  input.placeholder = 'Search for anything';
  input.disabled = false;
  input.value = new URLSearchParams(location.search).get('q') ?? '';
  input.addEventListener('input', () => show(aisle));
  input.form.addEventListener('submit', (event) => event.preventDefault());
  if (matchMedia('(hover: hover)').matches) input.focus(); // on a phone it would raise the keyboard
  show(aisle);
}

function fail(error) {
  console.error(error);
  input.placeholder = '';
  element('decision').dataset.outcome = 'error';
  element('headline').textContent = 'It did not load';
  element('announcement').textContent = `${error.message}. ${error.hint ?? ''}`;
  element('announcement').classList.remove('unseen');
}

function show(aisle) {
  const query = input.value;
  const start = performance.now();
  const decision = aisle.classify(query, { errorRate: Number(errorRate.value) });
  const elapsed = performance.now() - start;

  const empty = query.trim() === '';
  const words = empty ? { title: 'Type a query', sure: '' } : inWords(decision, aisle);
  element('decision').dataset.outcome = empty ? 'empty' : decision.outcome;
  element('headline').replaceChildren(...named(words));
  element('confidence').textContent = words.sure;
  element('meter').ariaValueNow = Math.round(decision.confidence * 100);
  element('meter').style.setProperty('--share', decision.confidence);
  element('alternatives').replaceChildren(...decision.alternatives.map((alternative) => row(alternative, aisle.pack)));
  element('pieces').replaceChildren(...aisle.pieces(query).map((piece) => item(piece.replaceAll('▁', ' ').trim() || '␣')));
  element('latency').textContent = empty ? '–' : elapsed < 0.1 ? '< 0.1 ms' : `${elapsed.toFixed(1)} ms`;
  announce(empty ? '' : [words.within, words.title, words.sure].filter(Boolean).join(', '), 700);
}

// For screen readers: what it came to once the typing pauses, not every letter's result.
function announce(text, afterMs) {
  clearTimeout(announcing);
  announcing = setTimeout(() => (element('announcement').textContent = text), afterMs);
}

function showExamples(aisle) {
  const buttons = EXAMPLES.map((query) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: query });
    button.addEventListener('click', () => {
      input.value = query;
      show(aisle);
    });
    const entry = document.createElement('li');
    entry.append(button);
    return entry;
  });
  element('examples').replaceChildren(...buttons);
}

// Fewer errors, fewer answers: the shopkeeper's choice.
function showErrorRates(aisle) {
  const { errorRates, defaultErrorRate } = aisle.pack;
  const useful = errorRates.filter(({ coverage }) => coverage > 0);
  const options = useful.map(({ errorRate, coverage }) => new Option(`${percent(errorRate)}, answers ${percent(coverage)}`, errorRate));
  errorRate.replaceChildren(...options);
  errorRate.value = defaultErrorRate;
  errorRate.addEventListener('change', () => show(aisle));
}

function showFacts({ pack, build }) {
  const subcategories = pack.groups.reduce((sum, group) => sum + group.subcategories.length, 0);
  const engine = performance.getEntriesByType('resource').filter(({ name }) => /\/aisle\/.*\.(js|wasm)$/.test(name));
  const engineBytes = engine.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  const facts = [
    `Pack ${pack.name} ${pack.version}, ${(pack.bytes / 1e6).toFixed(1)} MB`,
    `${pack.groups.length} groups, ${subcategories} subcategories`,
    `engine ${Math.round(engineBytes / 1e3)} KB, ${build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}`,
  ];
  element('facts').textContent = facts.join(' · ');
}

function row({ id, probability }, pack) {
  const entry = document.createElement('li');
  const name = document.createElement('span');
  name.append(...named(namesOf(id, pack)));
  const bar = Object.assign(document.createElement('span'), { className: 'bar' });
  bar.style.setProperty('--share', probability);
  const share = Object.assign(document.createElement('span'), { className: 'share', textContent: percent(probability) });
  entry.append(name, bar, share);
  return entry;
}

function named({ within, title }) {
  if (!within) return [title];
  return [Object.assign(document.createElement('span'), { className: 'within', textContent: `${within} › ` }), title];
}

function item(text) {
  return Object.assign(document.createElement('li'), { textContent: text });
}

start().catch(fail);
