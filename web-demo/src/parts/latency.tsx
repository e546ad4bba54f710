import { line } from 'd3-shape';
import { scaleLinear } from 'd3-scale';
import { answer, latencies, quantile } from '../model/typed';
import { milliseconds } from '../model/words';

const WIDTH = 96;
const HEIGHT = 22;

/** Of this keystroke and of the last ones; the few slowest may leave the picture. */
export function Latency() {
  const all = latencies.value;
  if (all.length === 0) return <p class="latency">Type, and see how long each keystroke takes</p>;
  const [p50, p95] = [quantile(all, 0.5), quantile(all, 0.95)];
  const x = scaleLinear([0, Math.max(1, all.length - 1)], [1, WIDTH - 1]);
  const y = scaleLinear([0, Math.max(0.1, p95 * 1.2)], [HEIGHT - 1, 1]).clamp(true);
  const path = line<number>((_, i) => x(i), (ms) => y(ms))(all);
  return (
    <p class="latency">
      <span id="latency" class="number">{milliseconds(answer.value!.milliseconds)}</span> this keystroke
      {all.length > 1 && (
        <>
          <svg class="spark" width={WIDTH} height={HEIGHT} role="img" aria-label={`Latency of the last ${all.length} keystrokes`}>
            <line x1={0} x2={WIDTH} y1={y(p50)} y2={y(p50)} />
            <path d={path ?? ''} />
          </svg>
          <span id="quantiles"><abbr title="Half of the keystrokes took less">p50</abbr> <span class="number">{milliseconds(p50)}</span> <abbr title="95 of 100 keystrokes took less">p95</abbr> <span class="number">{milliseconds(p95)}</span></span>
        </>
      )}
    </p>
  );
}
