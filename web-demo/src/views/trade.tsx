import { signal } from '@preact/signals';
import { pack } from '../model/engine';
import { inForce } from '../model/rules';
import { errorRate, locale, rate } from '../model/typed';
import { FATES, fateOf, heldout, isMeasured, SAMPLE, split, type Split } from '../model/trade';
import { count, inWords, percent, percent1, short } from '../model/words';
import { RiskCurve } from '../parts/risk-curve';
import { SplitBars } from '../parts/split-bars';
import { useSettled } from '../parts/use-settled';

const MOST = 1000;
const SHOWN = 20; // of each fate

const pasted = signal(SAMPLE);
const ofLocale = signal(false);

export function TradeView() {
  const queries = pasted.value.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const some = queries.slice(0, MOST);
  const splits = useSettled([pasted.value, locale.value, pack.value, inForce.value], (stale) => split(some, locale.value, pack.value!, stale), 250);
  return (
    <>
      <div class="intro">
        <h1>How sure must it be?</h1>
        <p>The fewer errors you put up with, the more often it says nothing, or only the group.</p>
      </div>
      <div class="trade">
        <Slider />
        <Curve />
      </div>
      <section class="own" aria-labelledby="own-title">
        <h2 id="own-title">Your own queries</h2>
        <p class="lead">Paste some; a query a line. {queries.length > MOST && `The first ${count(MOST)} of ${count(queries.length)} are shown here; Batch takes them all.`}</p>
        <div class="own-columns">
          <textarea id="pasted" aria-label="Queries, one a line" rows={12} dir="auto" spellcheck={false} value={pasted.value} onInput={(event) => (pasted.value = event.currentTarget.value)} />
          <div>{splits && splits[0]?.decisions.length ? <SplitBars splits={splits} errorRate={rate.value} /> : <p class="note">Nothing to split yet.</p>}</div>
        </div>
        {splits && <Decided split={splits.find((each) => each.errorRate === rate.value)} />}
      </section>
    </>
  );
}

function Slider() {
  const { errorRates } = pack.value!;
  const at = errorRates.findIndex((each) => each.errorRate === rate.value);
  return (
    <section class="card slider" aria-labelledby="rate-title">
      <h2 id="rate-title">Errors allowed</h2>
      <p class="big" id="rate">{percent(rate.value)}</p>
      <input
        id="rate-slider"
        type="range"
        min={0}
        max={errorRates.length - 1}
        step={1}
        value={at}
        aria-labelledby="rate-title"
        aria-valuetext={percent(rate.value)}
        onInput={(event) => (errorRate.value = errorRates[Number(event.currentTarget.value)]!.errorRate)}
      />
      <ol class="stops" aria-hidden="true">
        {errorRates.map((each) => <li key={each.errorRate} class={each.errorRate === rate.value ? 'now' : ''}>{Math.round(each.errorRate * 100)}</li>)}
      </ol>
      <p class="note">It holds everywhere on this page. The pack was made for these {errorRates.length} rates, {percent(pack.value!.defaultErrorRate)} by default.</p>
    </section>
  );
}

function Curve() {
  if (!isMeasured(pack.value!)) {
    return (
      <section class="card curve-card">
        <h2>Measured</h2>
        <p>There are no held-out scores with this pack; its own promise is to answer {percent(pack.value!.errorRates.find((each) => each.errorRate === rate.value)!.coverage)} of queries like those it was tuned on. Drop a labelled file into <a href="#batch">Batch</a> to measure it.</p>
      </section>
    );
  }
  const own = heldout.locales[locale.value];
  const measured = ofLocale.value && own ? own : heldout.all;
  const now = measured.rates.find((each) => each.errorRate === rate.value)!;
  return (
    <section class="card curve-card" aria-labelledby="curve-title">
      <h2 id="curve-title">Measured on {count(measured.queries)} held-out queries</h2>
      <p class="lead" id="measured">
        {now.error === null ? 'At this rate nothing is stated.' : <>Asked for {percent(rate.value)}: <strong>{percent(now.coverage)}</strong> answered, <strong>{percent1(now.error)}</strong> of the answers wrong.</>}
      </p>
      <RiskCurve measured={measured} errorRate={rate.value} />
      {own && (
        <label class="check">
          <input type="checkbox" id="of-locale" checked={ofLocale.value} onChange={(event) => (ofLocale.value = event.currentTarget.checked)} /> Only {locale.value}
        </label>
      )}
      <p class="note">
        Dots: what the pack's thresholds did. Curve: the first guess alone, the surest first. Queries written in 24 locales that training never saw (tests/data/locales.tsv), run through {heldout.pack} when this page was built; real traffic differs.
      </p>
    </section>
  );
}

function Decided({ split }: { split: Split | undefined }) {
  if (!split) return null;
  return (
    <div class="fates" id="fates">
      {FATES.map(({ id, name, what }) => {
        const decisions = split.decisions.filter((decision) => fateOf(decision) === id);
        return (
          <section key={id} class={id} aria-label={name}>
            <h3>{name} <span class="number">{decisions.length}</span></h3>
            <p class="note">{what}</p>
            <ul>
              {decisions.slice(0, SHOWN).map((decision, i) => (
                <li key={i}>
                  <bdi>{decision.query}</bdi>
                  {id !== 'none' && id !== 'abstained' && <small>{short(inWords(decision))}</small>}
                </li>
              ))}
            </ul>
            {decisions.length > SHOWN && <p class="note">and {count(decisions.length - SHOWN)} more</p>}
          </section>
        );
      })}
    </div>
  );
}
