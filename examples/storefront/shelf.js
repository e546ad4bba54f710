// What the shop shows for a decision: which products, under which title, and which facets help with them.

/** @typedef {import('./products.js').Product} Product */
/** @typedef {{ title: string, note: string, products: Product[], facets: Map<string, string[]>, departments: string[] }} Shelf */

const groupOf = (/** @type {Product} */ { label }) => label.split('/')[0] ?? '';

/**
 * @param {string} query
 * @param {import('aisle').Decision | undefined} decision undefined when there is none: nothing typed, or Aisle could not load
 * @param {Product[]} all
 * @returns {Shelf}
 */
export function shelfFor(query, decision, all) {
  if (query.trim() === '') return shelf('Everything', '', all);
  switch (decision?.outcome) {
    case 'category': {
      const { id, name } = /** @type {import('aisle').Node} */ (decision.category);
      return orSearch(query, all, shelf(name, `in ${decision.group?.name}`, all.filter(({ label }) => label === id)));
    }
    case 'group': {
      const { id, name } = /** @type {import('aisle').Node} */ (decision.group);
      return orSearch(query, all, shelf(name, '', all.filter((product) => groupOf(product) === id)));
    }
    case 'ambiguous': {
      const groups = new Set(decision.alternatives.slice(0, 3).map(({ id }) => id.split('/')[0] ?? ''));
      return orSearch(query, all, shelf(`“${query.trim()}”`, 'in more than one department', all.filter((product) => groups.has(groupOf(product)))));
    }
    case 'none':
      return { ...search(query, all), note: 'This reads as a question. Our help pages may know more.' };
    case 'broad':
      return shelf('Everything', 'pick a department', all);
    default: // it abstains, or is not there: the shop searches as it did before
      return search(query, all);
  }
}

/** A department that this shop does not have is no reason to show nothing. */
const orSearch = (/** @type {string} */ query, /** @type {Product[]} */ all, /** @type {Shelf} */ found) => (found.products.length > 0 ? found : search(query, all));

/**
 * The plain search: products with any of the words in their names, those with the most first.
 * @param {string} query
 * @param {Product[]} all
 */
function search(query, all) {
  const words = query.toLowerCase().split(/\W+/).filter((word) => word.length > 2);
  const hits = ({ name = '' }) => words.filter((word) => name.toLowerCase().includes(word)).length;
  const found = all.filter((product) => hits(product) > 0).sort((a, b) => hits(b) - hits(a));
  return shelf(`“${query.trim()}”`, found.length > 0 ? 'by name' : 'nothing by that name; all we have', found.length > 0 ? found : all);
}

/**
 * Facets are those that at least half of the products have; departments only where there are several.
 * @param {string} title
 * @param {string} note
 * @param {Product[]} products
 * @returns {Shelf}
 */
function shelf(title, note, products) {
  const departments = [...new Set(products.map(groupOf))];
  /** @type {Map<string, string[]>} */
  const facets = new Map();
  for (const name of new Set(products.flatMap(({ facets }) => Object.keys(facets)))) {
    const values = products.flatMap(({ facets }) => facets[name] ?? []);
    if (values.length * 2 >= products.length && new Set(values).size > 1) facets.set(name, [...new Set(values)].sort());
  }
  return { title, note, products, facets, departments: departments.length > 1 ? departments : [] };
}
