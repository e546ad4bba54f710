import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Measured } from '../model/trade';
import { percent, percent1 } from '../model/words';
import { useWidth } from './use-width';

const HEIGHT = 300;
const EDGE = { left: 44, right: 14, top: 18, bottom: 40 };
const HIGHEST = 0.5; // no one asks for more errors than that

/** Of the surest share of the queries, how many were wrong; and where each of the pack's error rates came out. */
export function RiskCurve({ measured, errorRate }: { measured: Measured; errorRate: number }) {
  const [box, width] = useWidth<HTMLDivElement>(560);
  const top = Math.min(HIGHEST, Math.max(0.1, Math.ceil(Math.max(...measured.curve.map(([, error]) => error)) * 10) / 10));
  const x = scaleLinear([0, 1], [EDGE.left, width - EDGE.right]);
  const y = scaleLinear([0, top], [HEIGHT - EDGE.bottom, EDGE.top]).clamp(true);
  const shape = line<[number, number]>(([coverage]) => x(coverage), ([, error]) => y(error))(measured.curve) ?? '';
  const under = area<[number, number]>(([coverage]) => x(coverage), y(0), ([, error]) => y(error))(measured.curve) ?? '';
  const dots = measured.rates.filter(({ coverage }) => coverage > 0.001);
  const now = measured.rates.find((rate) => rate.errorRate === errorRate)!;
  const says = now.error === null ? 'nothing is stated' : `${percent(now.coverage)} of the queries are stated and ${percent1(now.error)} of those are wrong`;
  return (
    <div class="risk-curve" ref={box}>
      <svg id="curve" width={width} height={HEIGHT} role="img" aria-label={`Risk-coverage curve. At an error rate of ${percent(errorRate)}, ${says}.`}>
        {y.ticks(5).map((tick) => (
          <g key={tick} class="grid">
            <line x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} />
            <text x={EDGE.left - 8} y={y(tick)} dy="0.32em" text-anchor="end">{Math.round(tick * 100)} %</text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
          <text key={tick} class="tick" x={x(tick)} y={HEIGHT - EDGE.bottom + 18} text-anchor={tick === 1 ? 'end' : 'middle'}>{tick * 100} %</text>
        ))}
        <text class="title" x={EDGE.left} y={HEIGHT - 4}>share of queries answered →</text>
        <text class="title" x={EDGE.left} y={10}>share of answers wrong</text>
        <path class="under" d={under} />
        <path class="curve" d={shape} />
        <line class="allowed" x1={EDGE.left} x2={width - EDGE.right} y1={y(errorRate)} y2={y(errorRate)} />
        {dots.map(({ errorRate: each, coverage, error }) => (
          <circle key={each} class={each === errorRate ? 'dot now' : 'dot'} cx={x(coverage)} cy={y(error ?? 0)} r={each === errorRate ? 6 : 4}>
            <title>{`asked for ${percent(each)}: ${percent(coverage)} stated, ${percent1(error ?? 0)} of them wrong`}</title>
          </circle>
        ))}
      </svg>
    </div>
  );
}
