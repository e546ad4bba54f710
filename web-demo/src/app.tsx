// The frame: name, navigation, the chosen view, and what the page owes its visitor at the bottom.
import { loading } from './model/engine';
import { VIEWS, view, type View } from './model/view';
import { Correcting } from './parts/correcting';
import { Footer } from './parts/footer';
import { LoadingBar } from './parts/loading-bar';
import { Mark } from './parts/mark';
import { BatchView } from './views/batch';
import { PackView } from './views/pack';
import { SearchView } from './views/search';
import { TeachView } from './views/teach';
import { TradeView } from './views/trade';

const PAGES: Record<View, () => preact.JSX.Element | null> = { search: SearchView, trade: TradeView, batch: BatchView, teach: TeachView, pack: PackView };

export function App() {
  const Page = PAGES[view.value];
  return (
    <>
      <a class="skip" href="#content" onClick={toContent}>Skip to the content</a>
      <header class="top">
        <a class="name" href="#search" aria-label="Aisle, to the search"><Mark /> Aisle</a>
        <nav aria-label="Parts of this page">
          <ul>
            {(Object.keys(VIEWS) as View[]).map((name) => (
              <li key={name}>
                <a href={`#${name}`} aria-current={view.value === name ? 'page' : undefined}>{VIEWS[name]}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {loading.value.state === 'ready' || view.value === 'search' ? <Page /> : <LoadingBar />}
      </main>
      <Footer />
      <Correcting />
    </>
  );
}

// The address names the view, so it can't lead to a part of it.
function toContent(event: Event) {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')!.focus();
}
