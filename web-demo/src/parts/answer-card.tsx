import { useEffect, useState } from 'preact/hooks';
import { pack } from '../model/engine';
import { answer, likely, query } from '../model/typed';
import { isCorrection, refused } from '../model/rules';
import { inWords, nameOf, percent, short } from '../model/words';
import { askFor } from './correcting';
import { ConfidenceBar } from './confidence-bar';
import { Latency } from './latency';

export function AnswerCard() {
  const now = answer.value;
  if (!now) {
    return (
      <section class="card answer" data-outcome="empty" aria-label="Decision">
        <h2 class="says" id="headline">Type a query</h2>
        <p class="soft">Or take one of the examples above.</p>
      </section>
    );
  }
  const { decision } = now;
  const words = inWords(decision, likely.value);
  const further = decision.labels.filter((id) => id !== decision.category?.id);
  return (
    <section class="card answer" data-outcome={decision.outcome} data-source={decision.source} aria-label="Decision">
      <h2 class="says" id="headline">
        {words.within && <span class="within">{words.within} › </span>}
        {words.title}
      </h2>
      <p class="sure" id="confidence">
        <strong>{words.sure}</strong> {decision.confidence > 0 && <span>{decision.outcome === 'unknown' ? 'best guess ' : ''}{percent(decision.confidence)}{decision.outcome === 'ambiguous' ? ' together' : ''}</span>}
      </p>
      <ConfidenceBar value={decision.confidence} />
      {further.length > 0 && (
        <p class="labels" id="labels">
          {decision.category ? 'Also fits' : 'Fits'}{' '}
          {further.map((id) => (
            <span class="label" key={id}>{nameOf(id, pack.value!).title}</span>
          ))}
        </p>
      )}
      <div class="under">
        <Latency />
        <button type="button" class="quiet" id="wrong" onClick={() => askFor(decision.query, short(words))}>
          {isCorrection(decision.rule) ? 'Change the correction' : 'Not right? Correct it'}
        </button>
      </div>
      <Refusal query={decision.query} />
      <Announcement text={[words.within, words.title, words.sure].filter(Boolean).join(', ')} />
    </section>
  );
}

function Refusal({ query }: { query: string }) {
  const refusal = [...refused.value].find(([correction]) => correction.query === query);
  return refusal ? <p class="refusal" role="alert">The engine refused your correction: {refusal[1]}.</p> : null;
}

// For screen readers: what it came to once the typing pauses, not every letter's result.
function Announcement({ text }: { text: string }) {
  const [said, say] = useState('');
  useEffect(() => {
    const later = setTimeout(() => say(text), 700);
    return () => clearTimeout(later);
  }, [text, query.value]);
  return <p class="unseen" role="status" id="announcement">{said}</p>;
}
