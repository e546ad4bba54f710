// Rules as the engine reads them: tab-separated, one a line (models/RULES.md).
import { AisleError } from './errors.js';
import { describe } from './source.js';
import type { Rule } from './types.js';

const COLUMNS = ['id', 'match', 'text', 'decision', 'locale', 'priority'] as const;

/** What only the engine can tell (labels, patterns, locales) stays unchecked. */
export function toTsv(rules: readonly Rule[]): Uint8Array {
  if (!Array.isArray(rules)) throw new AisleError('invalid_argument', `the rules are ${describe(rules)}, expected an array`);
  const lines = rules.map((rule: Rule, i) => COLUMNS.map((column) => cell(rule, column, `rules[${i}]`)).join('\t'));
  return new TextEncoder().encode([COLUMNS.join('\t'), ...lines].join('\n'));
}

function cell(rule: Rule, column: (typeof COLUMNS)[number], place: string): string {
  if (typeof rule !== 'object' || rule === null) throw new AisleError('invalid_argument', `${place} is ${describe(rule)}, expected an object`);
  const refuse = (expected: string) => new AisleError('invalid_argument', `${place}.${column} is ${describe(rule[column])}, expected ${expected}`);
  const value = rule[column];
  if (column === 'priority') {
    if (value === undefined) return '';
    if (!Number.isInteger(value) || Math.abs(value as number) >= 2 ** 31) throw refuse('a whole number');
    return String(value);
  }
  const text = column === 'decision' && Array.isArray(value) ? value.join('|') : column === 'locale' ? (value ?? '') : value;
  if (typeof text !== 'string') throw refuse(column === 'decision' ? 'a string, or an array of them' : 'a string');
  if (text === '' && column !== 'locale') throw refuse('something that is not empty');
  if (/[\t\r\n]/.test(text)) throw refuse('text without tabs and line ends');
  return text;
}
