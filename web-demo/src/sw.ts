// Keeps every file of the page, so that it opens without a network. A new build is another version: it fetches its files beside
// the old ones, and takes over at the next visit.
const worker = globalThis as unknown as ServiceWorkerScope;

const CACHE = 'aisle-demo-__VERSION__';
const FILES = '__FILES__' as unknown as string[];

worker.addEventListener('install', (event) => event.waitUntil(keep()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(worker.registration.scope)) return;
  event.waitUntil(tell(event));
  event.respondWith(answer(request));
});

// What the page has just loaded comes from the browser's cache, not over the wire a second time.
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const fetched = FILES.map((file) => new Request(new URL(file, worker.registration.scope), { cache: file === './' ? 'no-cache' : 'force-cache' }));
  await cache.addAll(fetched);
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith('aisle-demo-') && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: request.mode === 'navigate', ignoreVary: true })) ?? fetch(request);
}

// The page can't see what its classifier's worker asks for.
async function tell({ clientId, request }: FetchEventOfScope): Promise<void> {
  const client = clientId ? await worker.clients.get(clientId) : undefined;
  if (client?.type !== 'worker') return;
  for (const page of await worker.clients.matchAll({ type: 'window' })) page.postMessage({ asked: request.url });
}

// TypeScript's lib of service workers can't stand beside that of pages.
interface FetchEventOfScope {
  readonly request: Request;
  readonly clientId: string;
  respondWith(response: Promise<Response>): void;
  waitUntil(done: Promise<unknown>): void;
}
interface ClientOfScope {
  readonly type: 'window' | 'worker' | 'sharedworker';
  postMessage(message: unknown): void;
}
interface ServiceWorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<ClientOfScope | undefined>; matchAll(options: { type: 'window' }): Promise<ClientOfScope[]> };
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(done: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEventOfScope) => void): void;
}
