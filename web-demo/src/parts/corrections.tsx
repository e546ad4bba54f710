import { pack } from '../model/engine';
import { refused } from '../model/rules';
import { corrections, forget } from '../model/teach';
import { type } from '../model/typed';
import { counted, nameOf } from '../model/words';

export function Corrections() {
  const list = corrections.value;
  return (
    <section class="corrections" aria-labelledby="corrections-title">
      <h2 id="corrections-title">{counted(list.length, 'correction', 'corrections')}</h2>
      <ul id="corrections">
        {list.toReversed().map((correction) => {
          const { query, locale, label, was } = correction;
          const { within, title } = nameOf(label, pack.value!);
          return (
            <li key={`${query} ${locale}`}>
              <a href="#search" dir="auto" onClick={() => type(query)}>{query}</a>
              <span>{within && <span class="soft">{within} › </span>}{title}{locale && <small> only {locale}</small>}{was && <small class="was">was: {was}</small>}{refused.value.has(correction) && <small class="refusal">not in force: {refused.value.get(correction)}</small>}</span>
              <button type="button" class="quiet" aria-label={`Remove the correction of ${query}`} onClick={() => forget(correction)}>Remove</button>
            </li>
          );
        })}
      </ul>
      {list.length === 0 && <p class="soft">Mark a decision on the Search page as not right, or name a query above.</p>}
      <p class="note">
        Each is an exact rule of the engine; together they stand in the place of rules that the pack may have. Rules are for <code>aisle rules</code>, <code>aisle classify --rules</code> and <code>setRules</code>; JSONL, a line {'{"query", "locale", "label"}'} each, is for <code>aisle fit</code>.
      </p>
    </section>
  );
}
