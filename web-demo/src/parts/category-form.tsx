import { useEffect, useRef, useState } from 'preact/hooks';
import { makeCategory } from '../model/categories';
import { asCategory, clash, draft, linesOf, NEW_GROUP, type Draft } from '../model/draft';
import { pack } from '../model/engine';
import { LocaleOptions } from './search-box';

const MOST = 20; // as the engine has it, which refuses more

/** Of the draft, which stays until it is added or given up. */
export function CategoryForm() {
  const now = draft.value!;
  const form = useRef<HTMLFormElement>(null);
  const [trouble, setTrouble] = useState('');
  useEffect(() => form.current!.querySelector('input')!.focus(), []);
  const set = (change: Partial<Draft>) => (draft.value = { ...now, ...change });
  const isNew = now.group === NEW_GROUP;
  const count = linesOf(now.examples).length;
  const isWhole = now.name.trim() !== '' && now.group !== '' && !(isNew && now.groupName.trim() === '') && count > 0;

  const add = async () => {
    const category = asCategory(now);
    const stands = clash(category, now.group, pack.value!);
    if (stands) return setTrouble(`${stands}.`);
    try {
      await makeCategory(category);
      draft.value = undefined;
    } catch (error) {
      const { message, code, hint } = error as Error & { code?: string; hint?: string };
      setTrouble(code === 'invalid_argument' ? `${message}.` : `${message}. ${hint ?? ''}`);
    }
  };
  return (
    <form ref={form} class="card category-form" id="category-form" aria-label="New category" onSubmit={(event) => (event.preventDefault(), isWhole && void add())}>
      <label class="field">Name
        <input type="text" id="category-name" dir="auto" maxLength={100} autocomplete="off" placeholder="Laser levels" value={now.name} onInput={(event) => set({ name: event.currentTarget.value })} />
      </label>
      <label class="field">Group
        <select id="category-group" value={now.group} onChange={(event) => set({ group: event.currentTarget.value })}>
          <option value="" disabled>Choose one</option>
          {pack.value!.groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          <option value={NEW_GROUP}>A new group…</option>
        </select>
      </label>
      {isNew && (
        <label class="field">Name of the group
          <input type="text" id="category-group-name" dir="auto" maxLength={100} autocomplete="off" value={now.groupName} onInput={(event) => set({ groupName: event.currentTarget.value })} />
        </label>
      )}
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
