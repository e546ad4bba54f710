// Puts corrections to use: as exact rules of the engine where it has them, here in the page where it does not yet.
import { effect } from '@preact/signals';
import { engine, loading, pack, type Decision, type PackFacts } from './engine';
import { corrections, normal, type Correction } from './teach';

interface Rule {
  id: string;
  match: 'exact';
  text: string;
  decision: string;
  locale?: string;
}

interface WithRules {
  setRules?(rules: Rule[]): Promise<void>;
}

const asRule = ({ query, locale, label }: Correction, i: number): Rule => ({
  id: `correction-${i + 1}`,
  match: 'exact',
  text: query.replace(/\s+/g, ' ').trim(),
  decision: label,
  ...(locale && { locale }),
});

/** The corrections that the pack in use can follow: another pack may lack a label. */
const usable = (facts: PackFacts) => corrections.value.filter(({ label }) => knows(facts, label));

/** Keeps the engine's rules equal to the corrections. */
export function followCorrections(): void {
  effect(() => {
    if (loading.value.state !== 'ready' || !pack.value) return;
    const rules = usable(pack.value).map(asRule);
    void (engine() as WithRules).setRules?.(rules).catch(console.error); // all or none of them are taken
  });
}

/** For an engine without rules: the decision, or what a correction makes of it. */
export function overridden(decision: Decision, locale: string): Decision {
  const facts = pack.value!;
  if ((engine() as WithRules).setRules) return decision;
  const text = normal(decision.query);
  const found = usable(facts).findLast((c) => normal(c.query) === text && (c.locale === '' || locale === c.locale || locale.startsWith(`${c.locale}-`)));
  return found ? decided(decision, found.label, facts) : decision;
}

function decided(decision: Decision, label: string, facts: PackFacts): Decision {
  const { category: _category, group: _group, ...rest } = decision;
  const sure = { ...rest, confidence: 1, band: 'certain', source: 'override', labels: [] as string[] } as const;
  if (label === 'none') return { ...sure, outcome: 'none', shopping: 0 };
  if (label === 'broad') return { ...sure, outcome: 'broad', shopping: 1 };
  const groupId = label.startsWith('group:') ? label.slice(6) : label.split('/')[0];
  const { id, name, subcategories } = facts.groups.find((group) => group.id === groupId)!;
  const group = { id, name, confidence: 1 };
  if (label.startsWith('group:')) return { ...sure, outcome: 'group', shopping: 1, group };
  const category = subcategories.find((subcategory) => subcategory.id === label)!;
  return { ...sure, outcome: 'category', shopping: 1, group, category: { ...category, confidence: 1 }, labels: [label] };
}

function knows(facts: PackFacts, label: string): boolean {
  if (label === 'none' || label === 'broad') return true;
  return facts.groups.some(({ id, subcategories }) => label === `group:${id}` || subcategories.some((subcategory) => subcategory.id === label));
}
