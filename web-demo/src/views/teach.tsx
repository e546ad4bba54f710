import { signal } from '@preact/signals';
import { download } from '../model/csv';
import { asRulesFile } from '../model/rules';
import { asJsonLines, canUndo, categories, corrections, forgetAll, undo } from '../model/teach';
import { Categories } from '../parts/categories';
import { askFor } from '../parts/correcting';
import { Corrections } from '../parts/corrections';

const text = signal('');

export function TeachView() {
  return (
    <>
      <div class="intro">
        <h1>Correct it, add to it</h1>
        <p>A correction decides its query at once; a new category competes with those of the pack. They stay in this browser; as files they become the store's rules, or teach the next pack.</p>
      </div>
      <form class="teach-form" onSubmit={(event) => (event.preventDefault(), text.value.trim() && askFor(text.value.trim(), ''))}>
        <input id="teach-query" type="search" aria-label="Query to correct" placeholder="A query it gets wrong" dir="auto" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        <button type="submit" class="primary" disabled={text.value.trim() === ''}>Choose the label</button>
      </form>
      <Corrections />
      <Categories />
      <Taught />
    </>
  );
}

function Taught() {
  const [corrected, made] = [corrections.value, categories.value];
  const nothing = corrected.length + made.length === 0;
  return (
    <p class="actions taught">
      <button type="button" id="undo" disabled={!canUndo.value} onClick={undo}>Undo</button>
      <button type="button" id="export" disabled={nothing} onClick={() => download('feedback.jsonl', 'application/x-ndjson', asJsonLines(corrected, made))}>Export JSONL</button>
      <button type="button" id="export-rules" disabled={corrected.length === 0} onClick={() => download('rules.tsv', 'text/tab-separated-values', asRulesFile(corrected))}>Export rules</button>
      <button type="button" disabled={nothing} onClick={forgetAll}>Remove all</button>
    </p>
  );
}
