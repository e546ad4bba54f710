// The one classifier of the page, in its worker.
import { loadInWorker, type Decision, type ErrorRate, type PackFacts, type Probabilities, type RemoteAisle } from 'aisle';
import { batch, signal } from '@preact/signals';

export type Loading = { state: 'loading' } | { state: 'ready' } | { state: 'failed'; error: Error };

export const loading = signal<Loading>({ state: 'loading' });
/** Bytes of the pack that are there; apart from `loading`, on which the whole page depends. */
export const loaded = signal(0);
/** Changes with new categories, too. */
export const pack = signal<PackFacts | undefined>(undefined);
/** Another number whenever another pack is open. */
export const opened = signal(0);
/** Of the pack in use: whether it is the one that came with the page. */
export const shipped = signal(true);

const STEP = 2.5e5; // a page that draws each of the hundred pieces that come draws little else

let aisle: RemoteAisle | undefined;

export async function start(): Promise<void> {
  try {
    aisle = await loadInWorker({ onProgress: (progress) => (loaded.value = Math.floor(progress.loaded / STEP) * STEP) });
    await aisle.classify('warm up'); // the first query has code compiled and sizes the buffers
    batch(() => {
      pack.value = aisle!.pack;
      opened.value++;
      loading.value = { state: 'ready' };
    });
  } catch (error) {
    console.error(error);
    loading.value = { state: 'failed', error: error as Error };
  }
}

/** Once it is loaded. */
export function engine(): RemoteAisle {
  if (!aisle) throw new Error('the classifier is used before it is loaded');
  return aisle;
}

let last: Promise<unknown> = Promise.resolve();

/** What changes the engine goes one after another. */
export function inTurn<T>(change: () => Promise<T>): Promise<T> {
  const done = last.then(change);
  last = done.catch(() => {});
  return done;
}

export type { Decision, ErrorRate, PackFacts, Probabilities };
