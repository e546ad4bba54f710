// A new category as it is written down, before the engine takes it.
import { signal } from '@preact/signals';
import type { PackFacts } from './engine';
import { categories, same, type Category } from './teach';

export interface Draft {
  name: string;
  /** Its id; `NEW_GROUP`; or empty, when it is not chosen. */
  group: string;
  /** Of a new group. */
  groupName: string;
  /** One a line. */
  examples: string;
  locale: string;
}

export const NEW_GROUP = '/'; // no group's id

/** Undefined while nothing is being made. */
export const draft = signal<Draft | undefined>(undefined);

export const startDraft = (example: string, locale: string) => (draft.value = { name: '', group: '', groupName: '', examples: example, locale });

/** As the engine is to have it. */
export function asCategory({ name, group, groupName, examples, locale }: Draft): Category {
  const groupId = group === NEW_GROUP ? slug(groupName) : group;
  return {
    id: `${groupId}/${slug(name)}`,
    name: tidy(name),
    groupName: group === NEW_GROUP ? tidy(groupName) : nameOfMade(groupId),
    examples: linesOf(examples),
    locale,
  };
}

/** Each once, however it is written. */
export function linesOf(examples: string): string[] {
  const lines = examples.split(/\r?\n/).map(tidy).filter(Boolean);
  return lines.filter((line, i) => lines.findIndex((other) => same(other, line)) === i);
}

/** What of the taxonomy stands in its way: ids are made here, so the engine could only name those. */
export function clash({ id, groupName }: Category, group: string, { groups }: PackFacts): string | undefined {
  const groupId = id.split('/')[0]!;
  const there = groups.find((other) => other.id === groupId);
  if (group === NEW_GROUP && there) return `there is a group ${there.name} already (${groupId}); choose it, or another name`;
  if (group === NEW_GROUP && OUTCOMES.includes(groupId)) return `${groupName} is what a decision may be; give the group another name`;
  const taken = [...(there?.subcategories ?? []), ...categories.value].find((other) => other.id === id);
  return taken && `there is a category ${taken.name} already (${id}); give it another name`;
}

const OUTCOMES = ['none', 'broad', 'unknown'];

/** Letters and digits of any script, joined by hyphens, Latin ones without accents; of a name without any, its code points. */
export function slug(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase().replace(/['’]/g, '').normalize('NFD').replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1').normalize('NFC');
  const words = plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? Array.from(name.trim(), (character) => character.codePointAt(0)!.toString(16));
  return words.join('-');
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

// A group that was made with an earlier category comes and goes with those in it, so each of them names it.
const nameOfMade = (groupId: string) => categories.value.find(({ id, groupName }) => groupName && id.split('/')[0] === groupId)?.groupName ?? '';
