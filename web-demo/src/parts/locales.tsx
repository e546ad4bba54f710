import { pack } from '../model/engine';
import { locale, query, rate } from '../model/typed';
import { inLocales, type InLocale } from '../model/why';
import { nameOf, percent } from '../model/words';
import { useSettled } from './use-settled';

const wide = matchMedia('(min-width: 44rem)').matches;

/** The same words as shoppers of each locale may mean them. */
export function Locales() {
  const text = query.value;
  const found = useSettled([text, rate.value, pack.value], (stale) => inLocales(text, rate.value, pack.value!, stale), 300);
  if (!found?.length) return null;
  const mine = found.find((entry) => entry.locale === locale.value);
  return (
    <section class="locales" aria-labelledby="locales-title">
      <h2 id="locales-title">The same words in {found.length} locales</h2>
      <p class="lead" id="locales-summary">{summary(found)}</p>
      <details open={wide}>
        <summary>Locale by locale</summary>
        <ul id="locales">
          {found.map((entry) => (
            <li key={entry.locale}>
              <button type="button" aria-pressed={entry.locale === locale.value} class={guess(entry) === (mine && guess(mine)) ? '' : 'differs'} onClick={() => (locale.value = entry.locale)}>
                <span class="tag">{entry.locale}</span>
                <span class="guess">{nameOf(guess(entry), pack.value!).title}</span>
                <span class="number">{percent(chance(entry))}</span>
              </button>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

const isNone = ({ decision }: InLocale) => decision.shopping < 0.5;
const guess = (entry: InLocale) => (isNone(entry) ? 'none' : (entry.decision.alternatives[0]?.id ?? 'none'));
const chance = (entry: InLocale) => (isNone(entry) ? 1 - entry.decision.shopping : (entry.decision.alternatives[0]?.probability ?? 0));

function summary(found: InLocale[]): string {
  const byGuess = new Map<string, InLocale[]>();
  for (const entry of found) byGuess.set(guess(entry), [...(byGuess.get(guess(entry)) ?? []), entry]);
  const [first, ...others] = [...byGuess].sort((a, b) => b[1].length - a[1].length);
  const name = (id: string) => nameOf(id, pack.value!).title;
  const sorted = first![1].toSorted((a, b) => chance(a) - chance(b));
  const span = `${name(first![0])} comes first, from ${percent(chance(sorted[0]!))} (${sorted[0]!.locale}) to ${percent(chance(sorted.at(-1)!))} (${sorted.at(-1)!.locale})`;
  if (others.length === 0) return `${span}, in all of them.`;
  return `${span}; ${others.map(([id, entries]) => `${name(id)} in ${entries.map((entry) => entry.locale).join(', ')}`).join('; ')}.`;
}
