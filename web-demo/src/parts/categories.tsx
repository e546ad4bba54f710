import { useEffect, useRef } from 'preact/hooks';
import { refusedCategories } from '../model/categories';
import { draft, startDraft } from '../model/draft';
import { pack } from '../model/engine';
import { categories, forgetCategory, type Category } from '../model/teach';
import { locale, type } from '../model/typed';
import { counted, nameOf } from '../model/words';
import { CategoryForm } from './category-form';

export function Categories() {
  const list = categories.value;
  const making = draft.value !== undefined;
  const start = useRef<HTMLButtonElement>(null);
  const made = useRef(making);
  useEffect(() => {
    if (made.current && !making) start.current!.focus(); // the form that had the focus is gone
    made.current = making;
  }, [making]);
  return (
    <section class="categories" aria-labelledby="categories-title">
      <div class="head">
        <h2 id="categories-title">{counted(list.length, 'new category', 'new categories')}</h2>
        {!making && <button type="button" id="new-category" ref={start} onClick={() => startDraft('', locale.value)}>New category…</button>}
      </div>
      {making && <CategoryForm />}
      <ul id="categories">{list.toReversed().map((category) => <OneCategory key={category.id} category={category} />)}</ul>
      {list.length === 0 && !making && <p class="soft">One that the pack lacks is made of 1 to 20 example queries.</p>}
      <p class="note">
        A query is given to it by how near it lies to the examples; the probability is taken from all other categories in proportion. JSONL has a line {'{"query", "locale", "label", "name"}'} for each example, with <code>"groupName"</code> for a new group: <code>aisle fit</code> makes categories of the pack of them.
      </p>
    </section>
  );
}

function OneCategory({ category }: { category: Category }) {
  const { id, name, groupName, examples, locale: tag } = category;
  const refusal = refusedCategories.value.get(category);
  const within = groupName || nameOf(`group:${id.split('/')[0]}`, pack.value!).title;
  return (
    <li>
      <span class="named"><span class="soft">{within} › </span><bdi>{name}</bdi>{refusal && <small class="refusal">not in force: {refusal}</small>}</span>
      <span class="of" lang={tag || undefined}>
        {examples.map((example) => <a key={example} href="#search" dir="auto" onClick={() => type(example)}>{example}</a>)}
        {tag && <small lang="en">{tag}</small>}
      </span>
      <button type="button" class="quiet" aria-label={`Remove the category ${name}`} onClick={() => forgetCategory(category)}>Remove</button>
    </li>
  );
}
