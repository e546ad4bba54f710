// Many queries at once, in the worker that also answers keystrokes: a few are on their way at a time, so that a key waits for few.
import { signal } from '@preact/signals';
import { engine, pack, type Decision } from './engine';
import { locale, rate } from './typed';
import { parse, type Line, type Table } from './csv';
import { nameOf, OUTCOMES } from './words';

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

/** Of the rows so far. */
export interface Totals {
  outcomes: Record<Row['outcome'], number>;
  groups: Map<string, number>;
}

export interface Run {
  state: 'reading' | 'running' | 'done' | 'cancelled' | 'failed';
  name: string;
  total: number;
  /** Grows while it runs; `done` tells how far. */
  rows: Row[];
  totals: Totals;
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

export async function run(name: string, text: string): Promise<void> {
  cancel();
  const mine = (cancelled = new AbortController());
  const errorRate = rate.value;
  const rows: Row[] = [];
  const totals: Totals = { outcomes: Object.fromEntries(OUTCOMES.map((id) => [id, 0])) as Totals['outcomes'], groups: new Map() };
  let table: Table = { lines: [], labelled: false, skipped: [] };
  let start = performance.now();
  let reported = 0;
  const report = (state: Run['state'], error?: Error) => {
    if (mine !== cancelled) return; // another took its place
    reported = performance.now();
    batch.value = { state, name, total: table.lines.length, rows, totals, done: rows.length, seconds: (reported - start) / 1000, labelled: table.labelled, skipped: table.skipped, ...(error && { error }) };
  };
  report('reading');
  try {
    table = await parse(text);
    start = performance.now();
    report('running');
    for (let from = 0; from < table.lines.length && !mine.signal.aborted; from += ON_THEIR_WAY) {
      const some = table.lines.slice(from, from + ON_THEIR_WAY);
      const decisions = await Promise.all(some.map((line) => engine().classify(line.query, { locale: line.locale || locale.value, errorRate })));
      decisions.forEach((decision, i) => add(rowOf(decision, some[i]!, from + i), rows, totals));
      if (performance.now() - reported > REPORT_MS) report('running');
    }
    report(mine.signal.aborted ? 'cancelled' : 'done');
  } catch (error) {
    report('failed', error as Error);
  }
}

function add(row: Row, rows: Row[], { outcomes, groups }: Totals): void {
  rows.push(row);
  outcomes[row.outcome]++;
  if (row.group) groups.set(row.group, (groups.get(row.group) ?? 0) + 1);
}

function rowOf(decision: Decision, line: Line, n: number): Row {
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
