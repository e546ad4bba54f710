import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Bin } from '../model/scores';
import { percent } from '../model/words';

const SIZE = 260;
const EDGE = 34;

export function Reliability({ bins }: { bins: Bin[] }) {
  const x = scaleLinear([0, 1], [EDGE, SIZE - 8]);
  const y = scaleLinear([0, 1], [SIZE - EDGE, 8]);
  const full = bins.filter(({ queries }) => queries > 0);
  const most = Math.max(...full.map(({ queries }) => queries), 1);
  const path = line<Bin>(({ confidence }) => x(confidence), ({ accuracy }) => y(accuracy))(full) ?? '';
  const says = full.map(({ confidence, accuracy }) => `stated ${percent(confidence)}, right ${percent(accuracy)}`).join('; ');
  return (
    <svg class="reliability" id="reliability" viewBox={`0 0 ${SIZE} ${SIZE}`} width={SIZE} height={SIZE} role="img" aria-label={`Reliability diagram: ${says}`}>
      {[0, 0.5, 1].map((tick) => (
        <g key={tick} class="grid">
          <line x1={EDGE} x2={SIZE - 8} y1={y(tick)} y2={y(tick)} />
          <text x={EDGE - 6} y={y(tick)} dy="0.32em" text-anchor="end">{tick * 100}</text>
          <text x={x(tick)} y={SIZE - EDGE + 16} text-anchor={tick === 1 ? 'end' : 'middle'}>{tick * 100}</text>
        </g>
      ))}
      <text class="title" x={EDGE} y={SIZE - 4}>stated probability, %</text>
      <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      <path class="curve" d={path} />
      {full.map(({ from, confidence, accuracy, queries }) => (
        <circle key={from} cx={x(confidence)} cy={y(accuracy)} r={2.5 + 6 * Math.sqrt(queries / most)}>
          <title>{`${queries} queries: stated ${percent(confidence)}, right ${percent(accuracy)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
