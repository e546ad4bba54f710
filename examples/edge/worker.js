// At the CDN's edge, in front of a shop: adds to each search request what its query is about, so that the shop can route, redirect
// or pick facets. It never holds a request up: whatever fails here, the request goes on as it came.
//
// For Cloudflare Workers, workerd and the like, where WebAssembly comes as a compiled module and files as bytes.
import { load } from 'aisle';
import wasm from 'aisle/aisle-relaxed.wasm';
import pack from 'aisle/storefront.aisle';

const SEARCH = '/search'; // the shop's own search page, and below the parameter of its query
const PARAMETER = 'q';
const PREFIX = 'x-aisle-';

// Once, when the worker starts: no request waits for it.
const aisle = await load({ wasm, pack }).catch((error) => {
  console.error(`aisle: ${error.code}: ${error.message}. ${error.hint}`);
});

export default {
  async fetch(request) {
    return fetch(annotate(request));
  },
};

function annotate(request) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== SEARCH) return request;
  const headers = new Headers(request.headers);
  // Only this worker may speak for Aisle.
  for (const name of [...headers.keys()]) if (name.startsWith(PREFIX)) headers.delete(name);
  try {
    const decision = aisle?.classify(searchParams.get(PARAMETER) ?? '');
    for (const [name, value] of Object.entries(annotations(decision))) if (value !== undefined) headers.set(PREFIX + name, value);
  } catch (error) {
    console.error(`aisle: ${error.code}: ${error.message}`);
  }
  return new Request(request, { headers });
}

function annotations(decision) {
  if (!decision) return {};
  const { outcome, category, group, confidence } = decision;
  return { outcome, category: category?.id, group: group?.id, confidence: confidence.toFixed(3) };
}
