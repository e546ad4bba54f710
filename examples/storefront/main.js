// A product grid whose facets follow what the query is about. Without Aisle the same page searches by name.
import 'aisle/search';
import { picture } from './pictures.js';
import { PRODUCTS } from './products.js';
import { shelfFor } from './shelf.js';

/** @typedef {import('./products.js').Product} Product */

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const input = /** @type {HTMLInputElement} */ (document.querySelector('input[type=search]'));

/** What is ticked: of each facet some values. A new query starts afresh. @type {Map<string, Set<string>>} */
const ticked = new Map();
let shelf = shelfFor('', undefined, PRODUCTS);

document.addEventListener('aisle:decision', ({ detail: { query, decision } }) => put(shelfFor(query, decision, PRODUCTS), decision.outcome));
document.addEventListener('aisle:error', ({ detail: { query = '' } }) => put(shelfFor(query, undefined, PRODUCTS), 'error'));
// A search that Aisle never hears of, such as an emptied box, is the shop's own.
input.addEventListener('input', () => input.value.trim() === '' && put(shelfFor('', undefined, PRODUCTS), 'empty'));
element('search').addEventListener('submit', (event) => event.preventDefault());

/**
 * @param {import('./shelf.js').Shelf} next
 * @param {string} outcome
 */
function put(next, outcome) {
  shelf = next;
  ticked.clear();
  element('shop').dataset.outcome = outcome;
  element('title').textContent = shelf.title;
  element('note').textContent = shelf.note;
  const departments = shelf.departments.length > 0 ? [facet('Department', shelf.departments)] : [];
  element('facets').replaceChildren(...departments, ...[...shelf.facets].map(([name, values]) => facet(name, values)));
  showProducts();
}

function showProducts() {
  const products = shelf.products.filter((product) => [...ticked].every(([name, values]) => values.size === 0 || values.has(valueOf(product, name))));
  element('count').textContent = products.length === 1 ? '1 product' : `${products.length} products`;
  element('grid').replaceChildren(...products.map(card));
}

const valueOf = (/** @type {Product} */ product, /** @type {string} */ name) => (name === 'Department' ? product.label.split('/')[0] : product.facets[name]) ?? '';

/**
 * @param {string} name
 * @param {string[]} values
 */
function facet(name, values) {
  const set = document.createElement('fieldset');
  set.append(Object.assign(document.createElement('legend'), { textContent: name }));
  for (const value of values) {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
    box.addEventListener('change', () => {
      const chosen = ticked.get(name) ?? new Set();
      ticked.set(name, chosen);
      if (box.checked) chosen.add(value);
      else chosen.delete(value);
      showProducts();
    });
    label.append(box, ` ${value}`);
    set.append(label);
  }
  return set;
}

function card(/** @type {Product} */ { name, price, picture: drawing, hue }) {
  const item = document.createElement('li');
  const title = Object.assign(document.createElement('h3'), { textContent: name });
  const cost = Object.assign(document.createElement('p'), { textContent: `€ ${price}` });
  item.append(picture(drawing, hue), title, cost);
  return item;
}

put(shelf, 'empty');
