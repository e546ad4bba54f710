import { useEffect, useRef, useState } from 'preact/hooks';
import { makeCategory } from '../model/categories';
import { asCategory, clash, draft, linesOf, NEW_GROUP, type Draft } from '../model/draft';
import { pack } from '../model/engine';
import { LocaleOptions } from './search-box';

const MOST = 20; // as the engine has it, which refuses more

type Change = (change: Partial<Draft>) => void;

/** Of the draft, which stays until it is added or given up. */
export function CategoryForm() {
  const now = draft.value!;
  const form = useRef<HTMLFormElement>(null);
  const [trouble, setTrouble] = useState('');
  useEffect(() => form.current!.querySelector('input')!.focus(), []);
  const set: Change = (change) => (draft.value = { ...now, ...change });
  const count = linesOf(now.examples).length;
  const isWhole = now.name.trim() !== '' && now.group !== '' && !(now.group === NEW_GROUP && now.groupName.trim() === '') && count > 0;

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isWhole) setTrouble(await take(now));
  };
  return (
    <form ref={form} class="card category-form" id="category-form" aria-label="New category" onSubmit={(event) => void submit(event)}>
      <label class="field">Name
        <input type="text" id="category-name" dir="auto" maxLength={100} autocomplete="off" placeholder="Laser levels" value={now.name} onInput={(event) => set({ name: event.currentTarget.value })} />
      </label>
      <GroupFields now={now} set={set} />
      <label class="field">Locale of the examples
        <select id="category-locale" value={now.locale} onChange={(event) => set({ locale: event.currentTarget.value })}>
          <option value="">Any</option>
          <LocaleOptions />
        </select>
      </label>
      <label class="field examples-field">Example queries, one a line
        <textarea id="category-examples" rows={6} dir="auto" spellcheck={false} aria-describedby="examples-count" placeholder={'cross line laser\nself leveling laser level\ngreen laser level 360'} value={now.examples} onInput={(event) => set({ examples: event.currentTarget.value })} />
      </label>
      <p class="note" id="examples-count">{count} of {MOST}, as different as shoppers type them</p>
      {trouble && <p class="refusal" role="alert">It was not added: {trouble}</p>}
      <p class="actions">
        <button type="submit" class="primary" disabled={!isWhole}>Add the category</button>
        <button type="button" onClick={() => (draft.value = undefined)}>Cancel</button>
      </p>
    </form>
  );
}

function GroupFields({ now, set }: { now: Draft; set: Change }) {
  return (
    <>
      <label class="field">Group
        <select id="category-group" value={now.group} onChange={(event) => set({ group: event.currentTarget.value })}>
          <option value="" disabled>Choose one</option>
          {pack.value!.groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          <option value={NEW_GROUP}>A new group…</option>
        </select>
      </label>
      {now.group === NEW_GROUP && (
        <label class="field">Name of the group
          <input type="text" id="category-group-name" dir="auto" maxLength={100} autocomplete="off" value={now.groupName} onInput={(event) => set({ groupName: event.currentTarget.value })} />
        </label>
      )}
    </>
  );
}

/** What stands in its way, or nothing when it is in force. */
async function take(now: Draft): Promise<string> {
  const category = asCategory(now);
  const stands = clash(category, now.group, pack.value!);
  if (stands) return `${stands}.`;
  try {
    await makeCategory(category);
    draft.value = undefined;
    return '';
  } catch (error) {
    const { message, code, hint } = error as Error & { code?: string; hint?: string };
    return code === 'invalid_argument' ? `${message}.` : `${message}. ${hint ?? ''}`;
  }
}
