import type { Thresholds } from 'aisle';
import type { Decision } from '../model/engine';
import { lines, type Icicle as Tree, type Segment } from '../model/why';
import { percent } from '../model/words';

/** Two rows of one hundred percent: where the probability goes, and the lines that the first piece of each must reach. */
export function Icicle({ tree, thresholds, decision }: { tree: Tree; thresholds: Thresholds; decision: Decision }) {
  const needed = lines(tree.best, thresholds);
  const { outcome } = decision;
  const groupStated = outcome === 'category' || outcome === 'group' || outcome === 'broad' || outcome === 'none';
  const best = tree.outcomes.slice(0, 3).map(({ name, x0, x1 }) => `${name} ${percent(x1 - x0)}`);
  const subs = tree.subcategories.slice(0, 3).map(({ name, x0, x1 }) => `${name} ${percent(x1 - x0)}`);
  return (
    <figure class="icicle" id="icicle" role="img" aria-label={`Probability by department: ${best.join(', ')}. By subcategory: ${subs.join(', ')}.`}>
      <Row segments={tree.outcomes} needed={needed.outcome} stated={groupStated} what="department" />
      <Row segments={tree.subcategories} needed={needed.subcategory} stated={outcome === 'category'} what="subcategory" />
      <div class="axis" aria-hidden="true">
        {[0, 25, 50, 75, 100].map((tick) => <span key={tick} style={{ insetInlineStart: `${tick}%` }}>{tick}{tick === 100 ? ' %' : ''}</span>)}
      </div>
    </figure>
  );
}

function Row({ segments, needed, stated, what }: { segments: Segment[]; needed: number | undefined; stated: boolean; what: string }) {
  return (
    <div class="icicle-row">
      <div class="pieces-of-row">
        {segments.map((segment, i) => <Piece key={segment.id} segment={segment} rank={i} stated={stated && segment.best} />)}
      </div>
      {needed !== undefined && needed < 0.9995 && (
        <div class={needed > 0.5 ? 'line late' : 'line'} style={{ insetInlineStart: `${needed * 100}%` }}>
          <span>{what} stated from {percent(needed)}</span>
        </div>
      )}
    </div>
  );
}

function Piece({ segment: { name, x0, x1, best }, rank, stated }: { segment: Segment; rank: number; stated: boolean }) {
  const width = x1 - x0;
  const style = { insetInlineStart: `${x0 * 100}%`, inlineSize: `${width * 100}%` };
  return (
    <div class={`piece${best ? ' best' : ''}${stated ? ' stated' : ''}${rank % 2 ? ' odd' : ''}`} style={style} title={`${name}: ${percent(width)}`}>
      {width > 0.07 && <span>{name}{width > 0.16 && <small> {percent(width)}</small>}</span>}
    </div>
  );
}
