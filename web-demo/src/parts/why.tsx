import { isFromExamples } from '../model/categories';
import { pack } from '../model/engine';
import { answer, locale, rate, thresholds } from '../model/typed';
import { inForce, isCorrection } from '../model/rules';
import { atRates, icicle, margin, withoutWords } from '../model/why';
import { inWords, percent, short } from '../model/words';
import { Icicle } from './icicle';
import { useSettled } from './use-settled';

export function Why() {
  const { decision, probabilities, facts } = answer.value!;
  if (!probabilities || !thresholds.value) return null;
  return (
    <section class="why" aria-labelledby="why-title">
      <h2 id="why-title">Why</h2>
      <p class="lead" id="margin">
        {decision.source === 'override' ? `${isCorrection(decision.rule) ? 'Your correction' : 'A rule of the pack'} decides; the model alone would see it so:` : margin(decision, probabilities, facts, thresholds.value)}
        {isFromExamples(decision) && ' How near the query lies to your examples makes that probability.'}
      </p>
      <Icicle tree={icicle(probabilities, facts)} thresholds={thresholds.value} decision={decision} />
      <div class="columns">
        <OtherRates query={decision.query} />
        <OtherWords query={decision.query} said={short(inWords(decision))} />
      </div>
    </section>
  );
}

function OtherRates({ query }: { query: string }) {
  const rates = useSettled([query, locale.value, pack.value, inForce.value], (stale) => atRates(query, locale.value, pack.value!, stale));
  return (
    <section aria-labelledby="rates-title">
      <h3 id="rates-title">If you put up with other error rates</h3>
      <ul class="changes" id="rates">
        {rates?.map(({ errorRate, decision }) => (
          <li key={errorRate} class={errorRate === rate.value ? 'now' : ''}>
            <span class="number">{percent(errorRate)}</span>
            <span>{short(inWords(decision))}{errorRate === rate.value && <small> now</small>}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OtherWords({ query, said }: { query: string; said: string }) {
  const options = { locale: locale.value, errorRate: rate.value };
  const without = useSettled([query, locale.value, rate.value, pack.value, inForce.value], (stale) => withoutWords(query, options, stale));
  return (
    <section aria-labelledby="words-title">
      <h3 id="words-title">Without a word</h3>
      {without?.length ? (
        <ul class="changes" id="without">
          {without.map(({ word, decision }, i) => {
            const says = short(inWords(decision));
            return (
              <li key={i} class={says === said ? '' : 'differs'}>
                <del dir="auto">{word}</del>
                <span>{says} <small>{percent(decision.confidence)}</small></span>
              </li>
            );
          })}
        </ul>
      ) : (
        <p class="note">With two to ten words, this shows what each of them does.</p>
      )}
    </section>
  );
}
