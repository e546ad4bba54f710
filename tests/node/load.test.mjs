// Every way to hand over the pack and the engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { load } from 'aisle';
import { packBytes, packFile, sha256, simdFile } from './support.mjs';

const QUERY = 'cute floral summer dress';

// What the pack says of QUERY, loaded without options: from beside the module.
const first = await load();
const expected = first.classify(QUERY);
first.close();

test('without options: pack and engine beside the module', () => {
  assert.equal(expected.query, QUERY);
  assert.equal(expected.alternatives.length, 5);
});

const packs = {
  'a file URL': () => pathToFileURL(packFile),
  'a path': () => packFile,
  'a path from the working folder': () => path.relative(process.cwd(), packFile),
  'a Uint8Array': () => packBytes(),
  'a Uint8Array inside a larger buffer': () => new Uint8Array([...new Uint8Array(3), ...packBytes(), 0]).subarray(3, -1),
  'an ArrayBuffer': () => packBytes().buffer,
  'a Response': () => new Response(packBytes()),
  'a Response on its way': () => Promise.resolve(new Response(packBytes())),
};
for (const [what, pack] of Object.entries(packs)) {
  test(`the pack as ${what}`, async () => {
    const aisle = await load({ pack: pack() });
    assert.equal(aisle.pack.bytes, packBytes().length);
    assert.deepEqual(aisle.classify(QUERY), expected);
    aisle.close();
  });
}

const engines = {
  'a path': () => simdFile,
  bytes: () => readFileSync(simdFile),
  'a Response with its MIME type': () => new Response(readFileSync(simdFile), { headers: { 'content-type': 'application/wasm' } }),
  'a Response without': () => new Response(readFileSync(simdFile)),
  'a compiled module': () => new WebAssembly.Module(readFileSync(simdFile)),
};
for (const [what, wasm] of Object.entries(engines)) {
  test(`the engine as ${what}`, async () => {
    const aisle = await load({ wasm: wasm() });
    assert.equal(aisle.build, 'simd');
    assert.deepEqual(aisle.classify(QUERY), expected);
    aisle.close();
  });
}

test('both over HTTP', async () => {
  const files = { '/p.aisle': packFile, '/aisle.wasm': simdFile };
  const server = createServer((request, response) => {
    if (request.url.endsWith('.wasm')) response.setHeader('content-type', 'application/wasm');
    response.end(readFileSync(files[request.url]));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${server.address().port}`;
  try {
    const aisle = await load({ pack: `${base}/p.aisle`, wasm: new URL('/aisle.wasm', base) });
    assert.deepEqual(aisle.classify(QUERY), expected);
    aisle.close();
  } finally {
    server.close();
  }
});

test('with hashes', async () => {
  const integrity = { pack: sha256(packBytes()), wasm: sha256(readFileSync(simdFile)) };
  for (const wasm of [simdFile, new Response(readFileSync(simdFile), { headers: { 'content-type': 'application/wasm' } })]) {
    const aisle = await load({ wasm, integrity });
    assert.deepEqual(aisle.classify(QUERY), expected);
    aisle.close();
  }
});

test('progress counts the bytes of the pack', async (t) => {
  const bytes = packBytes();
  const body = { compressed: gzipSync(bytes, { level: 1 }), plain: bytes };
  const server = createServer(({ url }, response) => {
    if (url === '/compressed') response.setHeader('content-encoding', 'gzip');
    response.setHeader('content-length', body[url.slice(1)].length);
    response.end(body[url.slice(1)]);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  // Node 22's fetch fails an assertion of its own when the server ends a connection whose bytes are still being read.
  server.keepAliveTimeout = 0;
  for (const [kind, total] of [['plain', bytes.length], ['compressed', undefined]]) {
    const steps = [];
    const aisle = await load({ pack: `http://127.0.0.1:${server.address().port}/${kind}`, onProgress: (step) => steps.push(step) });
    assert.deepEqual(aisle.classify(QUERY), expected);
    assert.ok(steps.length > 3);
    assert.ok(steps.every((step, i) => step.total === total && (i === 0 || step.loaded > steps[i - 1].loaded)));
    assert.equal(steps.at(-1).loaded, bytes.length);
    aisle.close();
  }
});

test('several packs side by side, closed one by one', async () => {
  const all = await Promise.all([load(), load({ relaxed: false }), load({ pack: packBytes() })]);
  while (all.length > 0) {
    for (const aisle of all) assert.deepEqual(aisle.classify(QUERY), expected);
    all.pop().close();
  }
});

test('an abort rejects with its reason', async () => {
  const reason = new Error('the shopper left');
  await assert.rejects(load({ signal: AbortSignal.abort(reason) }), reason);

  const server = createServer(() => {}); // never answers
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const abort = new AbortController();
  const loading = load({ pack: `http://127.0.0.1:${server.address().port}/p.aisle`, signal: abort.signal });
  setTimeout(() => abort.abort(reason), 50);
  await assert.rejects(loading, reason);
  server.closeAllConnections();
  server.close();
});
