// Which part of the page is shown; it stands in the address.
import { signal } from '@preact/signals';

export const VIEWS = { search: 'Search', trade: 'Trade-off', batch: 'Batch', teach: 'Teach', pack: 'Pack' } as const;
export type View = keyof typeof VIEWS;

const asked = (): View => {
  const name = location.hash.slice(1);
  return name in VIEWS ? (name as View) : 'search';
};

export const view = signal<View>(asked());

addEventListener('hashchange', () => {
  view.value = asked();
  scrollTo({ top: 0 });
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
});
