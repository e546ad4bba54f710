import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { addExample, ownCategory } from '../model/categories';
import { startDraft } from '../model/draft';
import { pack } from '../model/engine';
import { correct } from '../model/teach';
import { locale } from '../model/typed';
import { TreePicker } from './tree-picker';

const asked = signal<{ query: string; was: string } | undefined>(undefined);

/** Opens the dialog that asks what the query is about. */
export const askFor = (query: string, was: string) => (asked.value = { query, was });

export function Correcting() {
  const now = asked.value;
  return now && pack.value ? <CorrectingDialog key={now.query} {...now} /> : null;
}

function CorrectingDialog({ query, was }: { query: string; was: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [here, setHere] = useState(false);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    dialog.current!.showModal();
    dialog.current!.querySelector('input')!.focus(); // the first control would be the one that gives up
  }, []);
  const choose = async (label: string) => {
    const own = ownCategory(label);
    try {
      if (own) await addExample(own, query); // rules know the pack's own labels alone
      else correct({ query, locale: here ? locale.value : '', label, was });
      dialog.current?.close();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  const makeNew = () => {
    dialog.current!.close();
    startDraft(query, locale.value);
    location.hash = 'teach';
  };
  return (
    <dialog ref={dialog} class="correcting" aria-labelledby="correcting-title" onClose={() => (asked.value = undefined)}>
      <header>
        <h2 id="correcting-title">What is <bdi class="quoted">{query}</bdi> about?</h2>
        <button type="button" class="quiet" onClick={() => dialog.current!.close()}>Cancel</button>
      </header>
      <TreePicker facts={pack.value!} aside={(label) => ownCategory(label) && 'one example more'} onChoose={(label) => void choose(label)} />
      {trouble && <p class="refusal" role="alert">That can’t be: {trouble}.</p>}
      <footer>
        <label class="check">
          <input type="checkbox" checked={here} onChange={(event) => setHere(event.currentTarget.checked)} /> Only in {locale.value}
        </label>
        <button type="button" class="quiet" id="not-in-list" onClick={makeNew}>A category that is not in the list…</button>
      </footer>
    </dialog>
  );
}
