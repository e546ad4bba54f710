// The one classifier of the page, in its worker.
import { loadInWorker, type Decision, type ErrorRate, type PackFacts, type Probabilities, type RemoteAisle } from 'aisle';
import { signal } from '@preact/signals';

export type Loading = { state: 'loading'; loaded: number; total: number | undefined } | { state: 'ready' } | { state: 'failed'; error: Error };

export const loading = signal<Loading>({ state: 'loading', loaded: 0, total: undefined });
export const pack = signal<PackFacts | undefined>(undefined);
/** Of the pack in use: whether it is the one that came with the page. */
export const shipped = signal(true);

let aisle: RemoteAisle | undefined;

export async function start(): Promise<void> {
  try {
    const onProgress = ({ loaded, total }: { loaded: number; total: number | undefined }) => (loading.value = { state: 'loading', loaded, total });
    aisle = await loadInWorker({ onProgress });
    pack.value = aisle.pack;
    loading.value = { state: 'ready' };
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

/** Changes over to another pack; throws `AisleError` and keeps the one in use when it is not sound. */
export async function usePack(bytes: ArrayBuffer): Promise<void> {
  pack.value = await engine().updatePack(bytes);
  shipped.value = false;
}

export type { Decision, ErrorRate, PackFacts, Probabilities };
