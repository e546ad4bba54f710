// The edge: workerd with the engine as an imported, compiled module. The body that every runtime runs, and the sample worker.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { build } from 'esbuild';
import { expectedReport, freshProject } from '../shared/fresh.mjs';

const workerd = path.join(import.meta.dirname, '../node_modules/@cloudflare/workerd-linux-64/bin/workerd');

let folder, origin, seen;
before(async () => {
  folder = freshProject('workerd', 'examples/edge/worker.js', 'tests/runtimes/edge-body.js');
  writeFileSync(path.join(folder, 'cut.aisle'), readFileSync(path.join(folder, 'node_modules/aisle/dist/storefront.aisle')).subarray(0, 5000));
  origin = createServer((request, response) => {
    seen = request;
    response.end('results');
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  // As wrangler does: one script, with WebAssembly and data left as imports.
  const external = ['*.wasm', '*.aisle'];
  await build({ absWorkingDir: folder, entryPoints: ['worker.js', 'edge-body.js'], outdir: 'out', bundle: true, format: 'esm', target: 'es2022', external });
});
after(() => origin?.close());

const config = (script, pack) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "origin", external = (address = "127.0.0.1:${origin.address().port}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "out/${script}"),
    (name = "aisle/aisle.wasm", wasm = embed "node_modules/aisle/dist/aisle.wasm"),
    (name = "aisle/aisle-relaxed.wasm", wasm = embed "node_modules/aisle/dist/aisle-relaxed.wasm"),
    (name = "aisle/storefront.aisle", data = embed "${pack}"),
  ],
  compatibilityDate = "2026-01-01",
  globalOutbound = "origin",
);
`;

// Serves a script until `use` has resolved.
async function serving(script, pack, use) {
  writeFileSync(path.join(folder, 'config.capnp'), config(script, pack));
  const server = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (log += data));
  const exit = once(server, 'exit');
  try {
    const lines = createInterface({ input: server.stdio[3] })[Symbol.asyncIterator]();
    const { value } = await Promise.race([lines.next(), exit.then(() => assert.fail(log))]);
    await use(`http://127.0.0.1:${JSON.parse(value).port}`, () => log);
  } finally {
    server.kill();
    await exit;
  }
}

const PACK = 'node_modules/aisle/dist/storefront.aisle';

test('workerd runs the body, with both builds', () =>
  serving('edge-body.js', PACK, async (address, log) => {
    const expected = await expectedReport();
    for (const build of ['simd', 'relaxed']) {
      const response = await fetch(`${address}/${build}`);
      assert.equal(response.status, 200, log());
      assert.deepEqual(await response.json(), expected);
    }
  }));

const annotations = ({ headers }) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-aisle-')));

test('the sample annotates search requests, and only those', () =>
  serving('worker.js', PACK, async (address, log) => {
    const ask = (where, headers = {}) => fetch(address + where, { headers }).then((response) => response.text());
    assert.equal(await ask('/search?q=cute+floral+summer+dress&page=2', { cookie: 'a=1' }), 'results', log());
    assert.equal(seen.url, '/search?q=cute+floral+summer+dress&page=2');
    assert.equal(seen.headers.cookie, 'a=1');
    const { 'x-aisle-confidence': confidence, ...rest } = annotations(seen);
    assert.deepEqual(rest, { 'x-aisle-outcome': 'category', 'x-aisle-category': 'clothing/dresses', 'x-aisle-group': 'clothing' });
    assert.ok(confidence > 0.5 && confidence <= 1, confidence);

    await ask('/search?q=how+tall+is+mount+everest', { 'x-aisle-category': 'forged', 'X-Aisle-Vip': '1' });
    assert.deepEqual(Object.keys(annotations(seen)).sort(), ['x-aisle-confidence', 'x-aisle-outcome']);
    await ask('/search');
    assert.equal(annotations(seen)['x-aisle-outcome'], 'unknown');
    await ask('/cart?q=red+shoes');
    assert.deepEqual(annotations(seen), {});

    await fetch(`${address}/search?q=red+shoes`, { method: 'POST', body: 'x' });
    assert.equal(seen.method, 'POST');
    assert.ok(annotations(seen)['x-aisle-outcome']);
  }));

test('with a damaged pack, requests go on as they came', () =>
  serving('worker.js', 'cut.aisle', async (address, log) => {
    const response = await fetch(`${address}/search?q=red+shoes`, { headers: { 'x-aisle-category': 'forged' } });
    assert.equal(await response.text(), 'results', log());
    assert.deepEqual(annotations(seen), {});
    assert.match(log(), /aisle: bad_pack: .*truncated or damaged/);
  }));
