// The page: it draws, and answers what is typed once the classifier is there.
import { render } from 'preact';
import { App } from './app';
import { followCategories } from './model/categories';
import { watch } from './model/network';
import { followCorrections } from './model/rules';
import { listen } from './model/typed';

export function draw(): void {
  watch();
  render(<App />, document.getElementById('app')!);
  followCorrections();
  followCategories();
  listen();
}
