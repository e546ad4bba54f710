import { signal } from '@preact/signals';
import { pack } from '../model/engine';
import { download } from '../model/csv';
import { asRulesFile, refused } from '../model/rules';
import { asJsonLines, canUndo, corrections, forget, forgetAll, undo } from '../model/teach';
import { nameOf } from '../model/words';
import { type } from '../model/typed';
import { askFor } from '../parts/correcting';

const text = signal('');

export function TeachView() {
  const list = corrections.value;
  return (
    <>
      <div class="intro">
        <h1>Correct it</h1>
        <p>A correction decides its query at once. Corrections stay in this browser; as a file they become the store's rules, or teach the next pack.</p>
      </div>
      <form class="teach-form" onSubmit={(event) => (event.preventDefault(), text.value.trim() && askFor(text.value.trim(), ''))}>
        <input id="teach-query" type="search" aria-label="Query to correct" placeholder="A query it gets wrong" dir="auto" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        <button type="submit" class="primary" disabled={text.value.trim() === ''}>Choose the label</button>
      </form>
      <section class="corrections" aria-labelledby="corrections-title">
        <div class="head">
          <h2 id="corrections-title">{list.length === 0 ? 'No corrections yet' : list.length === 1 ? 'One correction' : `${list.length} corrections`}</h2>
          <p class="actions">
            <button type="button" id="undo" disabled={!canUndo.value} onClick={undo}>Undo</button>
            <button type="button" id="export" disabled={list.length === 0} onClick={() => download('feedback.jsonl', 'application/x-ndjson', asJsonLines(list))}>Export JSONL</button>
            <button type="button" id="export-rules" disabled={list.length === 0} onClick={() => download('rules.tsv', 'text/tab-separated-values', asRulesFile(list))}>Export rules</button>
            <button type="button" disabled={list.length === 0} onClick={forgetAll}>Remove all</button>
          </p>
        </div>
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
          Each is an exact rule of the engine; together they stand in the place of rules that the pack may have. Rules are for <code>aisle rules</code>, <code>aisle classify --rules</code> and <code>setRules</code>; JSONL, a line {'{"query", "locale", "label"}'} each, is training data.
        </p>
      </section>
    </>
  );
}
