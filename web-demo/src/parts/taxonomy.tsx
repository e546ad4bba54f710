import { signal } from '@preact/signals';
import type { PackFacts } from '../model/engine';

const search = signal('');

export function Taxonomy({ facts }: { facts: PackFacts }) {
  const wanted = search.value.trim().toLowerCase();
  const groups = facts.groups
    .map((group) => ({ ...group, subcategories: group.subcategories.filter(({ name }) => `${group.name} ${name}`.toLowerCase().includes(wanted)) }))
    .filter(({ subcategories }) => subcategories.length > 0);
  return (
    <section class="taxonomy" aria-labelledby="taxonomy-title">
      <div class="head">
        <h2 id="taxonomy-title">Taxonomy</h2>
        <input type="search" aria-label="Find in the taxonomy" placeholder="Find" value={search.value} onInput={(event) => (search.value = event.currentTarget.value)} />
      </div>
      <div class="groups" id="taxonomy">
        {groups.map(({ id, name, subcategories }) => (
          <details key={id} open={wanted !== ''}>
            <summary>{name} <small>{subcategories.length}</small></summary>
            <ul>{subcategories.map((sub) => <li key={sub.id}>{sub.name}</li>)}</ul>
          </details>
        ))}
      </div>
    </section>
  );
}
