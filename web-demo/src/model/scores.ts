// What a labelled file says about the pack: the measures of `aisle eval`.
import type { Row } from './batch';
import { OUTCOMES } from './words';

export interface Bin {
  from: number;
  to: number;
  queries: number;
  /** Means within the bin. */
  confidence: number;
  accuracy: number;
}

export interface Scores {
  /** Rows with a subcategory among their labels. */
  withSubcategory: number;
  groupTop1: number;
  subcategoryTop1: number;
  /** Of each outcome: how often it was stated, and how often it was right. */
  outcomes: { outcome: Row['outcome']; stated: number; right: number }[];
  /** Of all that was stated, the share that was right; and the share of rows where something was. */
  precision: number;
  coverage: number;
  bins: Bin[];
  /** Expected calibration error of the first guess. */
  ece: number;
  /** First guesses that were wrong, the most frequent first. */
  mixups: { truth: string; guess: string; queries: number }[];
}

const BINS = 10;

export function score(rows: Row[]): Scores {
  const labelled = rows.filter(({ accepted }) => accepted.length > 0);
  const subs = labelled.filter(({ accepted }) => accepted.some((label) => label.includes('/')));
  const share = (part: number, whole: number) => (whole ? part / whole : NaN);
  const outcomes = OUTCOMES.map((outcome) => {
    const stated = labelled.filter((row) => row.outcome === outcome);
    return { outcome, stated: stated.length, right: stated.filter(isRight).length };
  });
  const answered = outcomes.filter(({ outcome }) => outcome !== 'unknown');
  const stated = answered.reduce((sum, { stated }) => sum + stated, 0);
  const bins = reliability(subs);
  return {
    withSubcategory: subs.length,
    groupTop1: share(subs.filter((row) => groupsOf(row.accepted).includes(row.first.split('/')[0]!)).length, subs.length),
    subcategoryTop1: share(subs.filter((row) => row.accepted.includes(row.first)).length, subs.length),
    outcomes,
    precision: share(answered.reduce((sum, { right }) => sum + right, 0), stated),
    coverage: share(stated, labelled.length),
    bins,
    ece: bins.reduce((sum, { queries, confidence, accuracy }) => sum + (queries ? queries * Math.abs(confidence - accuracy) : 0), 0) / subs.length,
    mixups: mixups(subs),
  };
}

const groupsOf = (accepted: string[]) => accepted.map((label) => (label.startsWith('group:') ? label.slice(6) : label.split('/')[0]!));

/** Is what was stated among the accepted labels? Silence is never wrong. */
export function isRight({ outcome, label, group, near, accepted }: Pick<Row, 'outcome' | 'label' | 'group' | 'near' | 'accepted'>): boolean {
  switch (outcome) {
    case 'group': return groupsOf(accepted).includes(group);
    case 'ambiguous': return accepted.includes('broad') || groupsOf(accepted).some((id) => near.includes(id));
    case 'unknown': return true;
    default: return accepted.includes(label);
  }
}

function reliability(subs: Row[]): Bin[] {
  return Array.from({ length: BINS }, (_, b) => {
    const inside = subs.filter(({ firstProbability: p }) => Math.min(BINS - 1, Math.floor(p * BINS)) === b);
    const mean = (value: (row: Row) => number) => inside.reduce((sum, row) => sum + value(row), 0) / inside.length;
    return { from: b / BINS, to: (b + 1) / BINS, queries: inside.length, confidence: mean((row) => row.firstProbability), accuracy: mean((row) => Number(row.accepted.includes(row.first))) };
  });
}

function mixups(subs: Row[]): Scores['mixups'] {
  const counts = new Map<string, number>();
  for (const { accepted, first } of subs) {
    if (!first || accepted.includes(first)) continue;
    const key = `${accepted.find((label) => label.includes('/'))}\t${first}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.map(([key, queries]) => ({ truth: key.split('\t')[0]!, guess: key.split('\t')[1]!, queries }));
}
