// Has the service worker keep the page for visits without a network.
import { signal } from '@preact/signals';

export const offline = signal<'no' | 'saving' | 'ready'>('no');

/** After loading, so that it takes nothing away from the first answer. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register(new URL('sw.js', document.baseURI));
    offline.value = 'saving';
    await navigator.serviceWorker.ready;
    offline.value = 'ready';
  } catch {
    offline.value = 'no'; // forbidden, as in some private windows
  }
}
