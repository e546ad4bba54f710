// Errors against answers: what was measured on held-out queries, and how the user's own would split.
import heldoutFile from '../generated/heldout.json';
import { engine, type Decision, type PackFacts } from './engine';

export interface Measured {
  queries: number;
  /** What the pack's thresholds did: share of queries stated, and of those the share that was wrong. */
  rates: { errorRate: number; coverage: number; error: number | null }[];
  /** [coverage, error] of the most confident first guesses. */
  curve: [number, number][];
}

/** Made by heldout.mjs when the page was built. */
export const heldout = heldoutFile as unknown as { pack: string; taxonomy: string; all: Measured; locales: Record<string, Measured> };

export const isMeasured = (facts: PackFacts) => heldout.pack === `${facts.name} ${facts.version}`;

export const FATES = [
  { id: 'accepted', name: 'Accepted', what: 'a subcategory is stated', outcomes: ['category'] },
  { id: 'rolled', name: 'Rolled up', what: 'a group, a few groups, or shopping in general', outcomes: ['group', 'ambiguous', 'broad'] },
  { id: 'none', name: 'Not shopping', what: 'stated as such', outcomes: ['none'] },
  { id: 'abstained', name: 'Abstained', what: 'too unsure to say', outcomes: ['unknown'] },
] as const;
export type Fate = (typeof FATES)[number]['id'];

export const fateOf = ({ outcome }: Pick<Decision, 'outcome'>): Fate => FATES.find(({ outcomes }) => (outcomes as readonly string[]).includes(outcome))!.id;

export interface Split {
  errorRate: number;
  decisions: Decision[];
  counts: Record<Fate, number>;
}

/** The queries at each of the pack's error rates. */
export async function split(queries: string[], locale: string, facts: PackFacts, stale: () => boolean): Promise<Split[]> {
  const splits: Split[] = facts.errorRates.map(({ errorRate }) => ({ errorRate, decisions: [], counts: { accepted: 0, rolled: 0, none: 0, abstained: 0 } }));
  for (const query of queries) {
    if (stale()) break;
    const decisions = await Promise.all(splits.map(({ errorRate }) => engine().classify(query, { locale, errorRate, top: 3 })));
    decisions.forEach((decision, i) => {
      splits[i]!.decisions.push(decision);
      splits[i]!.counts[fateOf(decision)]++;
    });
  }
  return splits;
}

export const SAMPLE = `cute floral summer dress
apple
dress shoes
nike
iphone 15 case
gift for dad
lawn mower battery
blue
running shoes women
how tall is mount everest
biscuits
kitchen island with seating
2x4
coffee table
case
stainless steel water bottle
where is my order
pants
garden hose 50 ft
saints row 2
cordless drill
weather tomorrow
yoga mat
mullions`;
