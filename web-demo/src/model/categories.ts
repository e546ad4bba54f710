// New categories as the engine's: put to use as soon as they are made.
import { batch, effect, signal } from '@preact/signals';
import { engine, inTurn, loading, opened, pack, type Decision } from './engine';
import { categories, learn, same, type Category } from './teach';

/** What the engine says against categories that it does not take, as those of another pack's groups. */
export const refusedCategories = signal<ReadonlyMap<Category, string>>(new Map());

/** Those that the engine has. */
let given: Category[] = [];

/** The one with this id, when it is in force. */
export const ownCategory = (id: string) => categories.value.find((category) => category.id === id && !refusedCategories.value.has(category));

/** Is it decided by examples of the user's, rather than of the pack's own? */
export const isFromExamples = ({ source, category, group }: Decision) =>
  source === 'prototype' && categories.value.some((own) => !refusedCategories.value.has(own) && (category ? own.id === category.id : own.id.split('/')[0] === group?.id));

/** Rejects with `AisleError` when the engine refuses it; then nothing has changed. */
export const makeCategory = (category: Category): Promise<void> =>
  inTurn(async () => {
    await add(category);
    taught(category);
  });

/** The same of one example more. */
export const addExample = (category: Category, query: string): Promise<void> =>
  inTurn(async () => {
    if (category.examples.some((example) => same(example, query))) throw new Error(`it is one of the examples of ${category.name} already`);
    const next = { ...category, examples: [...category.examples, query] };
    await remove(category);
    try {
      await add(next);
    } catch (error) {
      await add(category);
      throw error;
    }
    taught(next);
  });

/** Keeps the engine's categories equal to those taught, also when another pack comes. */
export function followCategories(): void {
  effect(() => {
    void opened.value;
    const list = categories.value;
    if (loading.value.state === 'ready') inTurn(() => give(list)).catch(console.error);
  });
}

/** Takes all of them from the engine, for a pack that does not take them. */
export async function withdrawCategories(): Promise<void> {
  for (const category of given) await remove(category);
}

async function give(list: Category[]): Promise<void> {
  for (const category of given) if (!list.includes(category)) await remove(category);
  const refusals = new Map<Category, string>();
  for (const category of list) {
    if (!given.includes(category)) await add(category).catch((error: Error) => refusals.set(category, error.message));
  }
  batch(() => {
    refusedCategories.value = refusals;
    pack.value = engine().pack; // which lists them
  });
}

async function add(category: Category): Promise<void> {
  const { groupName, ...others } = category;
  await engine().addCategory({ ...others, ...(groupName && { groupName }) });
  given = [...given, category];
}

async function remove(category: Category): Promise<void> {
  await engine().removeCategory(category.id);
  given = given.filter((other) => other !== category);
}

function taught(category: Category): void {
  batch(() => {
    learn(category);
    pack.value = engine().pack;
  });
}
