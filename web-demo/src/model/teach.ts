// Corrections: what the user said a query is about. Kept in this browser, newest last.
import { computed, effect, signal } from '@preact/signals';

export interface Correction {
  query: string;
  /** Empty: for every locale. */
  locale: string;
  /** `clothing/dresses`, `group:clothing`, `broad` or `none`. */
  label: string;
  /** What the page had said, in words. */
  was: string;
}

const KEY = 'aisle.corrections';

export const corrections = signal<Correction[]>(read());
/** What undoing would bring back. */
const history = signal<Correction[][]>([]);
export const canUndo = computed(() => history.value.length > 0);

effect(() => {
  try {
    localStorage.setItem(KEY, JSON.stringify(corrections.value));
  } catch {
    // a private window: they last as long as the page
  }
});

function change(next: Correction[]): void {
  history.value = [...history.value, corrections.value];
  corrections.value = next;
}

/** One a query and locale: a later one takes the place of an earlier one. */
export function correct(correction: Correction): void {
  const others = corrections.value.filter((other) => !same(other, correction));
  change([...others, correction]);
}

export const forget = (correction: Correction) => change(corrections.value.filter((other) => other !== correction));
export const forgetAll = () => change([]);

export function undo(): void {
  const before = history.value.at(-1);
  if (!before) return;
  history.value = history.value.slice(0, -1);
  corrections.value = before;
}

/** Labelled queries as JSON lines, as `aisle fit` reads them. */
export const asJsonLines = (list: Correction[]) => list.map(({ query, locale, label }) => `${JSON.stringify({ query, locale, label })}\n`).join('');

// Letter case, width and spaces make no difference, as to the engine.
const normal = (text: string) => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

const same = (a: Correction, b: Correction) => normal(a.query) === normal(b.query) && a.locale === b.locale;

function read(): Correction[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(sound) : [];
  } catch {
    return [];
  }
}

function sound(c: unknown): c is Correction {
  return typeof c === 'object' && c !== null && ['query', 'locale', 'label', 'was'].every((key) => typeof (c as Record<string, unknown>)[key] === 'string');
}
