// Decisions in words.
import type { Decision, PackFacts } from './engine';
import { isFromExamples } from './categories';
import { isCorrection } from './rules';

export const BANDS = [
  { id: 'certain', from: 0.95, words: 'certain' },
  { id: 'very-likely', from: 0.85, words: 'very likely' },
  { id: 'likely', from: 0.7, words: 'likely' },
  { id: 'possible', from: 0.5, words: 'possible' },
  { id: 'unlikely', from: 0, words: 'a guess' },
] as const;

export interface Words {
  /** The group of a category; with categories alone. */
  within?: string;
  title: string;
  /** "very likely", or what there is to say of an abstention. */
  sure: string;
}

/** `likely`: the names of an ambiguous decision's groups. */
export function inWords(decision: Decision, likely: string[] = []): Words {
  const sure = howSure(decision);
  switch (decision.outcome) {
    case 'category': return { within: decision.group!.name, title: decision.category!.name, sure };
    case 'group': return { title: `Somewhere in ${decision.group!.name}`, sure };
    case 'ambiguous': return { title: likely.length > 1 ? `Could be ${either(likely)}` : 'Could be several departments', sure };
    case 'broad': return { title: 'Shopping, no department in particular', sure };
    case 'none': return { title: 'Not a shopping query', sure };
    default: return { title: 'Not sure', sure: decision.confidence > 0 ? 'too unsure to say' : 'nothing to go by' };
  }
}

function howSure(decision: Decision): string {
  const { source, rule, band } = decision;
  if (source === 'override') return isCorrection(rule) ? 'by your correction' : `by the pack's rule ${rule}`;
  const words = BANDS.find(({ id }) => id === band)!.words;
  return source === 'prototype' ? `${words}, from ${isFromExamples(decision) ? 'your' : "the pack's"} examples` : words;
}

export const short = (words: Words) => (words.within ? `${words.within} › ${words.title}` : words.title);

export const OUTCOMES = ['category', 'group', 'ambiguous', 'broad', 'none', 'unknown'] as const;
export const OUTCOME_WORDS = {
  category: 'Accepted',
  group: 'Rolled up to the group',
  ambiguous: 'Several groups',
  broad: 'Shopping, no department',
  none: 'Not shopping',
  unknown: 'Abstained',
} as const;

export const percent = (p: number) => (p > 0 && p < 0.005 ? '< 1 %' : `${Math.round(p * 100)} %`);
export const percent1 = (p: number) => `${(p * 100).toFixed(1)} %`;
export const count = (n: number) => n.toLocaleString('en-US');
export const bytes = (n: number) => (n < 1e3 ? `${n} bytes` : n < 1e6 ? `${Math.round(n / 1e3)} KB` : `${(n / 1e6).toFixed(2)} MB`);
export const milliseconds = (ms: number) => (ms < 0.1 ? '< 0.1 ms' : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);

/** Names of a label: `clothing/dresses`, `group:clothing`, `broad`, `none`. */
export function nameOf(label: string, facts: PackFacts): { within?: string; title: string } {
  if (label === 'none') return { title: OUTCOME_WORDS.none };
  if (label === 'broad') return { title: OUTCOME_WORDS.broad };
  const groupId = label.startsWith('group:') ? label.slice(6) : label.split('/')[0];
  const group = facts.groups.find(({ id }) => id === groupId);
  if (!group) return { title: label };
  if (label.startsWith('group:')) return { title: group.name };
  return { within: group.name, title: group.subcategories.find(({ id }) => id === label)?.name ?? label };
}

/** The groups whose probabilities make up the confidence of an ambiguous decision. */
export function likelyGroups(confidence: number, outcomes: Float32Array, facts: PackFacts): { id: string; name: string }[] {
  const groups = facts.groups.map((group, g) => ({ ...group, probability: outcomes[g]! }));
  groups.sort((a, b) => b.probability - a.probability);
  let sum = 0;
  return groups.filter(({ probability }) => sum < confidence - 1e-3 && (sum += probability) > 0);
}

const either = (names: string[]) => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** "No corrections yet", "One correction", "2 corrections": a list's heading. */
export function counted(count: number, one: string, several: string): string {
  return count === 0 ? `No ${several} yet` : count === 1 ? `One ${one}` : `${count} ${several}`;
}
