// Keeps the shop working offline: its files and the pack from a cache of its own, and a classification at /about?q=….
import { load } from './aisle/index.js';
import { exercise } from './body.mjs';

const FILES = ['./', 'favicon.ico', 'page.js', 'body.mjs', 'aisle/index.js', 'aisle/engine.js', 'aisle/aisle.wasm', 'aisle/aisle-relaxed.wasm', 'aisle/storefront.aisle'];

let loading;
addEventListener('install', (event) => event.waitUntil(caches.open('shop').then((cache) => cache.addAll(FILES)).then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => event.respondWith(answer(event.request)));
addEventListener('message', (event) => event.waitUntil(report(event.ports[0])));

const kept = (file) => caches.match(new URL(`aisle/${file}`, location.href));

// From the cache by hand: a service worker's own requests do not pass through itself.
const fromCache = (options = {}) => load({ wasm: kept('aisle.wasm'), pack: kept('storefront.aisle'), ...options });

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== '/about') return (await caches.match(request)) ?? fetch(request);
  const aisle = await (loading ??= fromCache());
  return Response.json(aisle.classify(searchParams.get('q')));
}

async function report(port) {
  try {
    port.postMessage({ report: await exercise(fromCache) });
  } catch (error) {
    port.postMessage({ error: `${error.code}: ${error.message}` });
  }
}
