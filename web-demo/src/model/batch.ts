// Many queries at once, in the worker that also answers keystrokes: a few are on their way at a time, so that a key waits for few.
import { signal } from '@preact/signals';
import { engine, pack, type Decision } from './engine';
import { locale, rate } from './typed';
import { overridden } from './overrides';
import type { Table } from './csv';
import { nameOf } from './words';

export interface Row {
  n: number;
  query: string;
  locale: string;
  accepted: string[];
  outcome: Decision['outcome'];
  /** What was decided: `clothing/dresses`, `group:clothing`, `broad`, `none`; empty when it was not. */
  label: string;
  /** That in words. */
  says: string;
  confidence: number;
  shopping: number;
  group: string;
  /** The most probable subcategory, whatever the outcome. */
  first: string;
  firstProbability: number;
  /** Ids of the groups that an ambiguous decision may mean, from its alternatives. */
  near: string[];
}

export interface Run {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  name: string;
  total: number;
  /** Grows while it runs; `done` tells how far. */
  rows: Row[];
  done: number;
  seconds: number;
  labelled: boolean;
  skipped: string[];
  error?: Error;
}

export const batch = signal<Run | undefined>(undefined);

const ON_THEIR_WAY = 24;
const REPORT_MS = 150;
let cancelled: AbortController | undefined;

export const cancel = () => cancelled?.abort();
export function clear(): void {
  cancel();
  batch.value = undefined;
}

export async function run(name: string, { lines, labelled, skipped }: Table): Promise<void> {
  cancel();
  const mine = (cancelled = new AbortController());
  const errorRate = rate.value;
  const rows: Row[] = [];
  const start = performance.now();
  let reported = 0;
  const report = (state: Run['state'], error?: Error) => {
    if (mine !== cancelled) return; // another took its place
    reported = performance.now();
    batch.value = { state, name, total: lines.length, rows, done: rows.length, seconds: (reported - start) / 1000, labelled, skipped, ...(error && { error }) };
  };
  report('running');
  try {
    for (let from = 0; from < lines.length && !mine.signal.aborted; from += ON_THEIR_WAY) {
      const some = lines.slice(from, from + ON_THEIR_WAY);
      const decisions = await Promise.all(some.map((line) => engine().classify(line.query, { locale: line.locale || locale.value, errorRate })));
      decisions.forEach((found, i) => rows.push(rowOf(found, some[i]!, from + i)));
      if (performance.now() - reported > REPORT_MS) report('running');
    }
    report(mine.signal.aborted ? 'cancelled' : 'done');
  } catch (error) {
    report('failed', error as Error);
  }
}

function rowOf(found: Decision, line: Table['lines'][number], n: number): Row {
  const decision = overridden(found, line.locale || locale.value);
  const [first] = decision.alternatives;
  const label = labelOf(decision);
  const { within, title } = label ? nameOf(label, pack.value!) : { title: decision.outcome === 'ambiguous' ? 'Several groups' : 'Not sure', within: undefined };
  return {
    n,
    ...line,
    outcome: decision.outcome,
    label,
    says: within ? `${within} › ${title}` : title,
    confidence: decision.confidence,
    shopping: decision.shopping,
    group: decision.group?.id ?? '',
    first: first?.id ?? '',
    firstProbability: first?.probability ?? 0,
    near: decision.outcome === 'ambiguous' ? [...new Set(decision.alternatives.map(({ id }) => id.split('/')[0]!))] : [],
  };
}

export function labelOf({ outcome, category, group }: Decision): string {
  if (outcome === 'category') return category!.id;
  if (outcome === 'group') return `group:${group!.id}`;
  return outcome === 'broad' || outcome === 'none' ? outcome : '';
}
