import { useMemo } from 'preact/hooks';
import { pack } from '../model/engine';
import type { Row } from '../model/batch';
import { score } from '../model/scores';
import { count, nameOf, OUTCOME_WORDS, percent1 } from '../model/words';
import { Reliability } from './reliability';

/** What the labels of the file say about the pack. */
export function Quality({ rows }: { rows: Row[] }) {
  const scores = useMemo(() => score(rows), [rows]);
  const figures = [
    ['Subcategory right at first', scores.subcategoryTop1],
    ['Group right at first', scores.groupTop1],
    ['Of the stated, right', scores.precision],
    ['Stated', scores.coverage],
  ] as const;
  return (
    <section class="quality" aria-labelledby="quality-title">
      <h2 id="quality-title">Against your labels</h2>
      <dl class="figures" id="figures">
        {figures.map(([name, share]) => (
          <div key={name}><dt>{name}</dt><dd>{Number.isNaN(share) ? '–' : percent1(share)}</dd></div>
        ))}
      </dl>
      <div class="columns">
        <section aria-labelledby="reliability-title">
          <h3 id="reliability-title">Reliability</h3>
          <Reliability bins={scores.bins} />
          <p class="note">First guesses of {count(scores.withSubcategory)} queries with a subcategory, by stated probability; on the diagonal it keeps its word. Expected calibration error {percent1(scores.ece)}.</p>
        </section>
        <section aria-labelledby="mixups-title">
          <h3 id="mixups-title">Confusion: most frequent mix-ups of the first guess</h3>
          <ol class="mixups" id="mixups">
            {scores.mixups.slice(0, 12).map(({ truth, guess, queries }) => (
              <li key={truth + guess}>
                <span>{nameOf(truth, pack.value!).title}</span> <span class="soft">taken for</span> <span>{nameOf(guess, pack.value!).title}</span>
                <span class="number">{queries}</span>
              </li>
            ))}
          </ol>
        </section>
      </div>
      <h3>By outcome</h3>
      <ul class="by-outcome" id="by-outcome">
        {scores.outcomes.filter(({ stated }) => stated > 0).map(({ outcome, stated, right }) => (
          <li key={outcome}>{OUTCOME_WORDS[outcome]} <span class="number">{count(stated)}</span>{outcome !== 'unknown' && <small> {percent1(right / stated)} right</small>}</li>
        ))}
      </ul>
    </section>
  );
}
