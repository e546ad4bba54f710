import { FATES, type Split } from '../model/trade';
import { percent } from '../model/words';

/** One bar an error rate: what would become of the queries. */
export function SplitBars({ splits, errorRate }: { splits: Split[]; errorRate: number }) {
  return (
    <div class="splits" id="splits">
      <ul class="legend">
        {FATES.map(({ id, name, what }) => <li key={id} class={id} title={what}>{name}</li>)}
      </ul>
      {splits.map(({ errorRate: each, counts, decisions }) => (
        <div key={each} class={each === errorRate ? 'split now' : 'split'} data-rate={each}>
          <span class="number">{percent(each)}</span>
          <div class="stack" role="img" aria-label={`At ${percent(each)}: ${FATES.map(({ id, name }) => `${name} ${counts[id]}`).join(', ')}`}>
            {FATES.filter(({ id }) => counts[id] > 0).map(({ id }) => (
              <span key={id} class={id} style={{ flexGrow: counts[id] }}>{each === errorRate && counts[id] / decisions.length > 0.04 ? counts[id] : ''}</span>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
