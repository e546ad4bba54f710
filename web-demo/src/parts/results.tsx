import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
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
  const shown = useMemo(() => sorted(run.rows.filter(fits), sorting.value), [run.done, outcome.value, group.value, text.value, sorting.value]);
  const base = run.name.replace(/\.\w+$/, '');
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">Results</h2>
      <Totals rows={run.rows} done={run.done} />
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

function Totals({ rows, done }: { rows: Row[]; done: number }) {
  const { outcomes, groups } = useMemo(() => totals(rows), [done]);
  const names = new Map(pack.value!.groups.map(({ id, name }) => [id, name]));
  const most = groups[0]?.[1] ?? 1;
  return (
    <div class="totals">
      <ul class="outcome-totals" id="outcome-totals">
        {OUTCOMES.map((id) => (
          <li key={id} data-outcome={id}><span class="number">{count(outcomes[id])}</span> {OUTCOME_WORDS[id]} <small>{percent(done ? outcomes[id] / done : 0)}</small></li>
        ))}
      </ul>
      <ol class="group-totals" id="group-totals" aria-label="By group">
        {groups.slice(0, 12).map(([id, n]) => (
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

function totals(rows: Row[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((id) => [id, 0])) as Record<Row['outcome'], number>;
  const groups = new Map<string, number>();
  for (const row of rows) {
    outcomes[row.outcome]++;
    if (row.group) groups.set(row.group, (groups.get(row.group) ?? 0) + 1);
  }
  return { outcomes, groups: [...groups].sort((a, b) => b[1] - a[1]) };
}

const fits = (row: Row) =>
  (outcome.value === '' || row.outcome === outcome.value) && (group.value === '' || row.group === group.value) && (text.value === '' || row.query.toLowerCase().includes(text.value.toLowerCase()));

function sorted(rows: Row[], { by, descending }: Sorting): Row[] {
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => (a[by] < b[by] ? -sign : a[by] > b[by] ? sign : a.n - b.n));
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
