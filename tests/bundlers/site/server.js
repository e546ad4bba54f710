// What a server renders: the decision as text.
import { load } from 'aisle';

export async function render(query) {
  const aisle = await load();
  const { category } = aisle.classify(query);
  aisle.close();
  return `<h1>${category?.name}</h1>`;
}
