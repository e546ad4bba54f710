import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { pack } from '../model/engine';
import type { Row, Run } from '../model/batch';
import { download, toCsv } from '../model/csv';
import { count, OUTCOMES, OUTCOME_WORDS, percent } from '../model/words';
import { Rows, type Sorting } from './rows';

const outcome = signal<Row['outcome'] | ''>('');
const group = signal('');
const text = signal('');
const sorting = signal<Sorting>({ by: 'n', descending: false });

/** The table of a run with its filters, the totals, and the files to take away. */
export function Results({ run }: { run: Run }) {
  const shown = useShown(run);
  const base = run.name.replace(/\.\w+$/, '');
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">Results</h2>
      <Totals totals={run.totals} done={run.done} />
      <div class="filters">
        <input type="search" aria-label="Find in queries" placeholder="Find" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        <select aria-label="Outcome" value={outcome.value} onChange={(event) => (outcome.value = event.currentTarget.value as Row['outcome'])}>
          <option value="">Every outcome</option>
          {OUTCOMES.map((id) => <option key={id} value={id}>{OUTCOME_WORDS[id]}</option>)}
        </select>
        <select aria-label="Group" value={group.value} onChange={(event) => (group.value = event.currentTarget.value)}>
          <option value="">Every group</option>
          {pack.value!.groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
        <span id="shown" class="number">{count(shown.length)} shown</span>
        <span class="downloads">
          <button type="button" onClick={() => download(`${base}.csv`, 'text/csv', toCsv(shown.map(flat)))}>CSV</button>
          <button type="button" onClick={() => download(`${base}.json`, 'application/json', JSON.stringify(shown.map(flat), null, 1))}>JSON</button>
        </span>
      </div>
      <Rows rows={shown} sorting={sorting.value} onSort={(by) => (sorting.value = { by, descending: sorting.value.by === by && !sorting.value.descending })} />
    </section>
  );
}

function Totals({ totals: { outcomes, groups }, done }: { totals: Run['totals']; done: number }) {
  const names = new Map(pack.value!.groups.map(({ id, name }) => [id, name]));
  const sorted = [...groups].sort((a, b) => b[1] - a[1]);
  const most = sorted[0]?.[1] ?? 1;
  return (
    <div class="totals">
      <ul class="outcome-totals" id="outcome-totals">
        {OUTCOMES.map((id) => (
          <li key={id} data-outcome={id}><span class="number">{count(outcomes[id])}</span> {OUTCOME_WORDS[id]} <small>{percent(done ? outcomes[id] / done : 0)}</small></li>
        ))}
      </ul>
      <ol class="group-totals" id="group-totals" aria-label="By group">
        {sorted.slice(0, 12).map(([id, n]) => (
          <li key={id}>
            <button type="button" aria-pressed={group.value === id} onClick={() => (group.value = group.value === id ? '' : id)}>
              <span>{names.get(id)}</span>
              <span class="track"><span class="fill" style={{ inlineSize: `${(n / most) * 100}%` }} /></span>
              <span class="number">{count(n)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

const fits = (row: Row) =>
  (outcome.value === '' || row.outcome === outcome.value) && (group.value === '' || row.group === group.value) && (text.value === '' || row.query.toLowerCase().includes(text.value.toLowerCase()));

// While a run goes on, the rows that were shown before are in order, which the sort makes use of: it merges.
function useShown({ rows, done }: Run): Row[] {
  const last = useRef({ rows, filter: '', shown: [] as Row[], seen: 0 });
  const filter = JSON.stringify([outcome.value, group.value, text.value, sorting.value]);
  const grows = last.current.rows === rows && last.current.filter === filter;
  const { shown, seen } = grows ? last.current : { shown: [], seen: 0 };
  if (grows && seen === done) return shown;
  const found = [...shown, ...rows.slice(seen, done).filter(fits)].sort(before(sorting.value));
  last.current = { rows, filter, shown: found, seen: done };
  return found;
}

function before({ by, descending }: Sorting): (a: Row, b: Row) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => (a[by] < b[by] ? -sign : a[by] > b[by] ? sign : a.n - b.n);
}

const flat = ({ query, locale, outcome, label, confidence, shopping, first, firstProbability, accepted }: Row) => ({
  query,
  ...(locale && { locale }),
  outcome,
  label,
  confidence,
  shopping,
  first,
  firstProbability,
  ...(accepted.length > 0 && { accepted: accepted.join('|') }),
});
