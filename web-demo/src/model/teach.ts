// What the user taught: what queries are about, and categories that the pack lacks. Kept in this browser, newest last.
import { batch, computed, effect, signal, type Signal } from '@preact/signals';

export interface Correction {
  query: string;
  /** Empty: for every locale. */
  locale: string;
  /** `clothing/dresses`, `group:clothing`, `broad` or `none`. */
  label: string;
  /** What the page had said, in words. */
  was: string;
}

/** Made of a few example queries. */
export interface Category {
  /** `tools/laser-levels`. */
  id: string;
  name: string;
  /** Of a group that the pack lacks; empty for one of its own. */
  groupName: string;
  examples: string[];
  /** Of the examples; empty when it is not known. */
  locale: string;
}

interface Taught {
  corrections: Correction[];
  categories: Category[];
}

export const corrections = kept<Correction>('aisle.corrections', soundCorrection);
export const categories = kept<Category>('aisle.categories', soundCategory);
/** What undoing would bring back. */
const history = signal<Taught[]>([]);
export const canUndo = computed(() => history.value.length > 0);

function change(next: Partial<Taught>): void {
  const before = { corrections: corrections.value, categories: categories.value };
  history.value = [...history.value, before];
  put({ ...before, ...next });
}

function put(taught: Taught): void {
  batch(() => {
    corrections.value = taught.corrections;
    categories.value = taught.categories;
  });
}

/** One a query and locale: a later one takes the place of an earlier one. */
export function correct(correction: Correction): void {
  const others = corrections.value.filter((other) => !(same(other.query, correction.query) && other.locale === correction.locale));
  change({ corrections: [...others, correction] });
}

/** A later category takes the place of an earlier one of its id, and its further examples that of corrections, which would decide them. */
export function learn(category: Category): void {
  const earlier = categories.value.find(({ id }) => id === category.id);
  const further = category.examples.filter((example) => !earlier?.examples.includes(example));
  const decided = ({ query, locale }: Correction) => (!locale || !category.locale || locale === category.locale) && further.some((example) => same(example, query));
  change({
    corrections: corrections.value.filter((correction) => !decided(correction)),
    categories: earlier ? categories.value.map((other) => (other === earlier ? category : other)) : [...categories.value, category],
  });
}

export const forget = (correction: Correction) => change({ corrections: corrections.value.filter((other) => other !== correction) });
export const forgetCategory = (category: Category) => change({ categories: categories.value.filter((other) => other !== category) });
export const forgetAll = () => change({ corrections: [], categories: [] });

export function undo(): void {
  const before = history.value.at(-1);
  if (!before) return;
  history.value = history.value.slice(0, -1);
  put(before);
}

/** Labelled queries as JSON lines, as `aisle fit` reads them: corrections, then the examples of new categories. */
export function asJsonLines(corrected: Correction[], made: Category[]): string {
  const lines = [
    ...corrected.map(({ query, locale, label }) => ({ query, locale, label })),
    ...made.flatMap(({ id, name, groupName, examples, locale }) => examples.map((query) => ({ query, locale, label: id, name, ...(groupName && { groupName }) }))),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

// Letter case, width and spaces make no difference, as to the engine.
const normal = (text: string) => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

export const same = (a: string, b: string) => normal(a) === normal(b);

/** A list that lasts from visit to visit; what is damaged in it is left out. */
function kept<T>(key: string, sound: (item: unknown) => item is T): Signal<T[]> {
  const list = signal<T[]>(read(key).filter(sound));
  effect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(list.value));
    } catch {
      // a private window: it lasts as long as the page
    }
  });
  return list;
}

function read(key: string): unknown[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function areTexts(values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function soundCorrection(item: unknown): item is Correction {
  const { query, locale, label, was } = (item ?? {}) as Correction;
  return areTexts([query, locale, label, was]);
}

function soundCategory(item: unknown): item is Category {
  const { id, name, groupName, examples, locale } = (item ?? {}) as Category;
  return Array.isArray(examples) && areTexts([id, name, groupName, locale, ...examples]);
}
