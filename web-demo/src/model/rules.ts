// Corrections as override rules of the engine: put to use as soon as they are made, and as a file for other doors (models/RULES.md).
import { effect, signal } from '@preact/signals';
import type { Rule } from 'aisle';
import { engine, inTurn, loading, opened } from './engine';
import { corrections, type Correction } from './teach';

/** What the engine says against corrections that it does not take, as those of another taxonomy. */
export const refused = signal<ReadonlyMap<Correction, string>>(new Map());
/** Another number whenever other rules are in force. */
export const inForce = signal(0);

const ID = 'correction-';

/** Does the decision follow a correction, rather than a rule of the pack's own? */
export const isCorrection = (rule: string | undefined) => rule?.startsWith(ID) ?? false;

const asRule = ({ query, locale, label }: Correction, i: number): Rule => ({
  id: `${ID}${i + 1}`,
  match: 'exact',
  text: query.replace(/\s+/g, ' ').trim(),
  decision: label,
  ...(locale && { locale }),
});

/** The newest first, which decides where several match. */
const asRules = (list: Correction[]) => list.map(asRule).reverse();

/** Tab-separated, as `aisle rules` reads them. */
export function asRulesFile(list: Correction[]): string {
  const lines = asRules(list).map(({ id, match, text, decision, locale = '' }) => [id, match, text, decision, locale]);
  return [['id', 'match', 'text', 'decision', 'locale'], ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}

/** Keeps the engine's rules equal to the corrections, also when another pack comes. */
export function followCorrections(): void {
  let given: number | undefined;
  effect(() => {
    const [now, list] = [opened.value, corrections.value];
    if (loading.value.state !== 'ready') return;
    if (list.length === 0 && given !== now) return; // a pack's own rules stay until there is something to put in their place
    given = now;
    inTurn(() => give(list)).catch(console.error);
  });
}

/** Takes all of them from the engine, for a pack that does not take them. */
export async function withdrawCorrections(): Promise<void> {
  if (corrections.value.length > 0) await engine().setRules([]);
}

async function give(list: Correction[]): Promise<void> {
  const refusals = await engine().setRules(asRules(list)).then(() => new Map<Correction, string>(), () => giveSound(list));
  refused.value = refusals;
  inForce.value++;
}

// The engine takes all or none; here those that it would refuse are to stand in no other's way.
async function giveSound(list: Correction[]): Promise<Map<Correction, string>> {
  const refusals = new Map<Correction, string>();
  const taken: Rule[] = [];
  await engine().setRules(taken);
  for (const [i, correction] of list.entries()) {
    const rule = asRule(correction, i);
    try {
      await engine().setRules([rule, ...taken]);
      taken.unshift(rule);
    } catch (error) {
      refusals.set(correction, (error as Error).message);
    }
  }
  return refusals;
}
