// Where the probability flows, and what would have changed the outcome.
import { hierarchy, partition } from 'd3-hierarchy';
import { engine, type Decision, type PackFacts, type Probabilities } from './engine';
import type { Thresholds } from 'aisle';

interface Leaf {
  id: string;
  name: string;
  p?: number;
  children?: Leaf[];
}

/** A piece of a row, from x0 to x1 of 0..1. */
export interface Segment {
  id: string;
  name: string;
  x0: number;
  x1: number;
  /** The most probable of its row's siblings, all the way up. */
  best: boolean;
}

export interface Icicle {
  /** Groups, broad and none, the most probable first, so that it starts at 0 as the lines do. */
  outcomes: Segment[];
  /** Under each group its subcategories, likewise. */
  subcategories: Segment[];
  best: 'group' | 'broad' | 'none';
}

const SMALLEST = 0.004; // a thinner piece can't be seen

export function icicle({ outcomes, subcategories }: Probabilities, facts: PackFacts): Icicle {
  let s = 0;
  const groups: Leaf[] = facts.groups.map((group) => ({ id: group.id, name: group.name, children: group.subcategories.map(({ id, name }) => ({ id, name, p: subcategories[s++]! })) }));
  const broad = { id: 'broad', name: 'No department', p: outcomes[facts.groups.length]! };
  const none = { id: 'none', name: 'Not shopping', p: outcomes[facts.groups.length + 1]! };
  const root = hierarchy<Leaf>({ id: '', name: '', children: [...groups, broad, none] })
    .sum(({ p = 0 }) => p)
    .sort((a, b) => b.value! - a.value!);
  const laid = partition<Leaf>()(root);
  const segments = (depth: number): Segment[] =>
    laid
      .descendants()
      .filter((node) => node.depth === depth && node.x1 - node.x0 >= SMALLEST)
      .map((node) => ({ id: node.data.id, name: node.data.name, x0: node.x0, x1: node.x1, best: node.x0 === 0 }));
  const first = laid.children![0]!.data.id;
  return { outcomes: segments(1), subcategories: segments(2), best: first === 'broad' || first === 'none' ? first : 'group' };
}

/** What the first piece of each row must reach to be stated. */
export function lines(best: Icicle['best'], thresholds: Thresholds): { outcome: number; subcategory: number | undefined } {
  return { outcome: thresholds[best], subcategory: best === 'group' ? thresholds.category : undefined };
}

/** In a sentence, how near it was. */
export function margin(decision: Decision, found: Probabilities, facts: PackFacts, thresholds: Thresholds): string {
  const { outcomes, subcategories, best } = icicle(found, facts);
  const [first] = outcomes;
  if (!first) return '';
  const sub = subcategories[0];
  const name = best === 'group' && sub ? sub.name : first.name;
  const p = best === 'group' && sub ? sub.x1 : first.x1;
  const needed = best === 'group' ? thresholds.category : thresholds[best];
  const say = (value: number) => `${(value * 100).toFixed(0)} %`;
  if (needed > 0.9995) return `${name} has ${say(p)}; at this error rate ${best === 'group' ? 'no subcategory is ever' : 'that is never'} stated.`;
  if (p >= needed) return `${name} has ${say(p)} and takes ${say(needed)} to be stated: ${points(p, needed)} to spare.`;
  const short = `${name} has ${say(p)} and takes ${say(needed)} to be stated: ${points(needed, p)} short.`;
  if (decision.outcome === 'group') return `${short} The whole of ${first.name} has ${say(first.x1)}, which is enough for the group.`;
  if (decision.outcome === 'ambiguous') return `${short} The likely departments together have ${say(decision.confidence)}, which is enough to name them.`;
  return short;
}

// The difference of the figures beside it, which are rounded.
function points(more: number, less: number): string {
  const whole = Math.round(more * 100) - Math.round(less * 100);
  return whole > 0 ? `${whole} ${whole === 1 ? 'point' : 'points'}` : `${Math.max(0.1, (more - less) * 100).toFixed(1)} points`;
}

/** The decision without one of the words. */
export interface Without {
  word: string;
  rest: string;
  decision: Decision;
}

export interface AtRate {
  errorRate: number;
  decision: Decision;
}

export interface InLocale {
  locale: string;
  decision: Decision;
}

/** Each stops early, with what it has, when `stale` says so: keystrokes come first. */
export async function withoutWords(query: string, options: { locale: string; errorRate: number }, stale: () => boolean): Promise<Without[]> {
  const words = query.trim().split(/\s+/);
  if (words.length < 2 || words.length > 10) return [];
  return each(words.keys(), stale, async (i) => {
    const rest = words.toSpliced(i, 1).join(' ');
    return { word: words[i]!, rest, decision: await engine().classify(rest, options) };
  });
}

export const atRates = (query: string, locale: string, facts: PackFacts, stale: () => boolean): Promise<AtRate[]> =>
  each(facts.errorRates, stale, async ({ errorRate }) => ({ errorRate, decision: await engine().classify(query, { locale, errorRate }) }));

export const inLocales = (query: string, errorRate: number, facts: PackFacts, stale: () => boolean): Promise<InLocale[]> =>
  each(facts.languages, stale, async (locale) => ({ locale, decision: await engine().classify(query, { locale, errorRate }) }));

async function each<T, U>(items: Iterable<T>, stale: () => boolean, make: (item: T) => Promise<U>): Promise<U[]> {
  const made: U[] = [];
  for (const item of items) {
    if (stale()) break;
    made.push(await make(item));
  }
  return made;
}
