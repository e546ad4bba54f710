import { scaleLinear } from 'd3-scale';
import { BANDS, percent } from '../model/words';

// The bands in five equal parts, since the surest are the narrowest and matter most.
const borders = [0, 0.5, 0.7, 0.85, 0.95, 1];
const place = scaleLinear(borders, borders.map((_, i) => i / (borders.length - 1)));

export function ConfidenceBar({ value }: { value: number }) {
  const now = BANDS.find(({ from }) => value >= from)!;
  const bands = BANDS.toReversed();
  return (
    <div class="confidence">
      <div class="bands" role="meter" aria-label="Confidence" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(value * 100)} aria-valuetext={`${percent(value)}, ${now.words}`} id="meter">
        <div class="fill" style={{ inlineSize: `${place(value) * 100}%` }} />
        {borders.slice(1, -1).map((border) => (
          <i class="cut" key={border} style={{ insetInlineStart: `${place(border) * 100}%` }} />
        ))}
      </div>
      <ol class="band-names" aria-hidden="true">
        {bands.map((band) => (
          <li key={band.id} class={value > 0 && band === now ? 'now' : ''}>
            <span>{band.words}</span>
            {band.from > 0 && <small>{band.from * 100}</small>}
          </li>
        ))}
      </ol>
    </div>
  );
}
