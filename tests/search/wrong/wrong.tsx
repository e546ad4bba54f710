// What the typings must refuse; checked with the samples, never run.
import 'aisle/search';
import type {} from 'aisle/search/react';

export const right = <aisle-search pack="p.aisle" error-rate={0.1} debounce={120} worker="off" disabled class="wide" />;
// @ts-expect-error: on or off
export const worker = <aisle-search worker="perhaps" />;
// @ts-expect-error: a tag
export const locale = <aisle-search locale={5} />;

document.addEventListener('aisle:decision', ({ detail }) => {
  // @ts-expect-error: a category may be absent
  detail.decision.category.name;
});
// @ts-expect-error: no such property
document.querySelector('aisle-search')?.errorrate;
const rate: number | undefined = document.createElement('aisle-search').errorRate;
export { rate };
