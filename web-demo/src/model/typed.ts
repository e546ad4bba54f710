// What is typed, and all that the page says about it.
import { computed, effect, signal } from '@preact/signals';
import { engine, loading, pack, type Decision, type ErrorRate, type PackFacts, type Probabilities } from './engine';
import { inForce } from './rules';
import { examplesFor } from './examples';
import { likelyGroups } from './words';

export interface Answer {
  decision: Decision;
  probabilities: Probabilities | undefined;
  /** Whose labels the probabilities are of. */
  facts: PackFacts;
  pieces: string[];
  /** From the keystroke to the decision, there and back to the worker. */
  milliseconds: number;
}

const asked = new URLSearchParams(location.search);
export const locale = signal(asked.get('locale') ?? 'en-US');
export const query = signal(asked.get('q') ?? examplesFor(locale.value)[0]!);
const began = query.value;
export const errorRate = signal<number | undefined>(undefined);
export const answer = signal<Answer | undefined>(undefined);
/** Of the last keystrokes, in milliseconds. */
export const latencies = signal<number[]>([]);

const KEPT = 120;

export const rate = computed(() => errorRate.value ?? pack.value?.defaultErrorRate ?? 0.05);
export const thresholds = computed(() => (pack.value ? ratesFor(pack.value, locale.value).find(({ errorRate }) => errorRate === rate.value)?.thresholds : undefined));

/** The error rates that hold for a locale. */
function ratesFor({ errorRates, otherLanguages, languages }: PackFacts, tag: string): ErrorRate[] {
  const other = otherLanguages.length > 0 && languages[0]?.split('-')[0] !== tag.split('-')[0];
  return other ? otherLanguages : errorRates;
}

/** Names of the groups of an ambiguous answer. */
export const likely = computed(() => {
  const now = answer.value;
  if (now?.decision.outcome !== 'ambiguous' || !now.probabilities) return [];
  return likelyGroups(now.decision.confidence, now.probabilities.outcomes, now.facts).map(({ name }) => name);
});

export function type(text: string): void {
  query.value = text;
}

async function classify(text: string, options: { locale: string; errorRate: number }): Promise<void> {
  if (text.trim() === '') return void (answer.value = undefined);
  const start = performance.now();
  const decision = await engine().classifyLatest(text, options);
  if (!decision) return; // a later key made it stale
  const milliseconds = performance.now() - start;
  performance.mark('aisle:decision');
  const [probabilities, pieces] = await Promise.all([engine().probabilities(text, options), engine().pieces(text)]);
  const { pack: facts } = engine(); // with what came before the probabilities, as the worker answers in turn
  if (text !== query.value) return;
  const isFirst = !answer.value && latencies.value.length === 0 && text === began; // no key was pressed for it
  answer.value = { decision, probabilities, facts, pieces, milliseconds };
  if (!isFirst) latencies.value = [...latencies.value.slice(1 - KEPT), milliseconds];
}

/** Answers every change of query, locale, error rate, pack, categories or rules from now on. */
export function listen(): void {
  effect(() => {
    if (loading.value.state !== 'ready' || !pack.value) return;
    void inForce.value;
    void classify(query.value, { locale: locale.value, errorRate: rate.value });
  });
}

/** The value below which the given share of the numbers lies. */
export function quantile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
