// What the page asked the network for, and the proof that it asks for nothing more.
import { effect, signal } from '@preact/signals';
import { loading } from './engine';

export interface Asked {
  url: string;
  /** Over the wire; 0 from a cache. */
  bytes: number;
}

/** Everything up to the first answer. */
export const during = signal<Asked[]>([]);
/** Everything after it, which should be nothing. */
export const since = signal<Asked[]>([]);
/** Whether the page forbade itself every further connection. */
export const sealed = signal(false);
/** What became of the attempt to break the seal. */
export const attempt = signal<'refused' | 'let through' | undefined>(undefined);

/** Watches from now on; seals the page once the classifier is ready. The worker's own requests are told by the service worker. */
export function watch(): void {
  let ready = false;
  const note = (asked: Asked) => {
    const list = ready ? since : during;
    list.value = [...list.value, asked];
  };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => note(told(entry as PerformanceResourceTiming))));
  observer.observe({ type: 'resource', buffered: true });
  navigator.serviceWorker?.addEventListener('message', ({ data }) => data?.asked && note({ url: data.asked, bytes: 0 }));
  effect(() => {
    if (loading.value.state !== 'ready' || ready) return;
    observer.takeRecords().forEach((entry) => note(told(entry as PerformanceResourceTiming)));
    ready = true;
    seal();
  });
}

const told = ({ name, transferSize }: PerformanceResourceTiming): Asked => ({ url: name, bytes: transferSize });

// A policy can be made stricter while the page runs, never looser: from here on the browser refuses it every connection.
function seal(): void {
  const policy = Object.assign(document.createElement('meta'), { httpEquiv: 'content-security-policy', content: "connect-src 'none'" });
  document.head.append(policy);
  sealed.value = true;
}

/** Tries to send something home, for all to see. */
export async function tryToSend(): Promise<void> {
  const refused = new Promise<void>((resolve) => document.addEventListener('securitypolicyviolation', () => resolve(), { once: true }));
  const sent = fetch(`./?query=${Date.now()}`).then(() => 'let through' as const);
  attempt.value = await Promise.race([refused.then(() => 'refused' as const), sent.catch(() => 'refused' as const)]);
}
