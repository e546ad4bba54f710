import { useRef, useState } from 'preact/hooks';
import type { Row } from '../model/batch';
import { pack } from '../model/engine';
import { isRight } from '../model/scores';
import { nameOf, OUTCOME_WORDS, percent } from '../model/words';

export interface Sorting {
  by: 'n' | 'query' | 'says' | 'outcome' | 'confidence';
  descending: boolean;
}

const HEIGHT = 40; // of a row, as in the style sheet
const VIEW = 480;
const SPARE = 6;

const COLUMNS: { by: Sorting['by']; title: string }[] = [
  { by: 'n', title: '#' },
  { by: 'query', title: 'Query' },
  { by: 'says', title: 'Decision' },
  { by: 'outcome', title: 'Outcome' },
  { by: 'confidence', title: 'Sure' },
];

/** A table of any length: only the rows in view are there. */
export function Rows({ rows, sorting, onSort }: { rows: Row[]; sorting: Sorting; onSort: (by: Sorting['by']) => void }) {
  const [top, setTop] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const from = Math.max(0, Math.min(Math.floor(top / HEIGHT) - SPARE, rows.length - 1));
  const some = rows.slice(from, from + Math.ceil(VIEW / HEIGHT) + 2 * SPARE);
  return (
    <div class="table" role="table" aria-label="Results" aria-rowcount={rows.length + 1}>
      <div role="rowgroup" class="head">
        <div role="row" aria-rowindex={1}>
          {COLUMNS.map(({ by, title }) => (
            <div key={by} role="columnheader" class={by} aria-sort={sorting.by !== by ? 'none' : sorting.descending ? 'descending' : 'ascending'}>
              <button type="button" onClick={() => (onSort(by), scroller.current!.scrollTo({ top: 0 }))}>{title}</button>
            </div>
          ))}
        </div>
      </div>
      <div class="scroller" role="rowgroup" ref={scroller} tabIndex={0} aria-label="Rows" onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <div class="all-rows" role="presentation" style={{ blockSize: `${rows.length * HEIGHT}px` }}>
          {some.map((row, i) => <OneRow key={row.n} row={row} at={from + i} />)}
        </div>
      </div>
    </div>
  );
}

function OneRow({ row, at }: { row: Row; at: number }) {
  const wrong = row.accepted.length > 0 && !isRight(row);
  return (
    <div role="row" class={wrong ? 'wrong' : ''} aria-rowindex={at + 2} style={{ insetBlockStart: `${at * HEIGHT}px` }}>
      <div role="cell" class="n number">{row.n + 1}</div>
      <div role="cell" class="query" title={row.query}><bdi>{row.query}</bdi></div>
      <div role="cell" class="says" title={wrong ? `labelled ${row.accepted.join(', ')}` : row.says}>{row.outcome === 'unknown' ? <span class="soft">{row.first ? `${nameOf(row.first, pack.value!).title}?` : '–'}</span> : row.says}</div>
      <div role="cell" class="outcome">{OUTCOME_WORDS[row.outcome]}</div>
      <div role="cell" class="confidence number">{percent(row.confidence)}</div>
    </div>
  );
}
