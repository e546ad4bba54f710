// Latency and cold start of both WebAssembly builds, in the Node that runs this.
//
//   node tests/bench/wasm.mjs [--json] [--pack FILE]      the package's pack, or another; after scripts/test-wasm, or scripts/package and an install in tests/
//
// Latency: one classify() of each of 2,000 queries of tests/golden/tokens.tsv, after a warm-up, with its JSON parsed.
// Cold start: from bytes in memory to the first decision, each time in a process of its own: compile, open, classify.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from 'aisle';
import { goldenLines, packFile, relaxedFile, simdFile } from '../node/support.mjs';

const COLD_STARTS = 9;
const QUERIES = 2000;

const { values: options } = parseArgs({ options: { json: { type: 'boolean' }, pack: { type: 'string', default: packFile }, cold: { type: 'string' } } });
const pack = readFileSync(options.pack);

if (options.cold) {
  const wasm = readFileSync(options.cold);
  const start = performance.now();
  const aisle = await load({ wasm, pack });
  const opened = performance.now();
  aisle.classify('cute floral summer dress');
  console.log(JSON.stringify([performance.now() - start, opened - start]));
  process.exit();
}

const queries = goldenLines()
  .map(({ query }) => query)
  .filter((query) => query.length <= 100)
  .slice(0, QUERIES);

async function latency(wasm) {
  const aisle = await load({ wasm, pack });
  for (const query of queries) aisle.classify(query);
  const times = queries.map((query) => {
    const start = performance.now();
    aisle.classify(query);
    return performance.now() - start;
  });
  const tokens = queries.reduce((sum, query) => sum + aisle.tokens(query).length, 0) / queries.length;
  const heap = aisle.heapBytes;
  aisle.close();
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), tokens, heap };
}

function coldStart(wasm) {
  const runs = Array.from({ length: COLD_STARTS }, () =>
    JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--cold', wasm, '--pack', options.pack], { encoding: 'utf8' })),
  );
  return quantile(
    runs.map(([whole]) => whole),
    0.5,
  );
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}`;
const results = {};
const builds = parseInt(process.versions.node) < 22 ? { simd: simdFile } : { simd: simdFile, relaxed: relaxedFile };
for (const [build, wasm] of Object.entries(builds)) results[build] = { ...(await latency(wasm)), coldStart: coldStart(wasm) };

if (options.json) {
  console.log(JSON.stringify({ machine, pack: path.basename(options.pack, '.aisle'), results }));
} else {
  console.log(machine);
  for (const [build, { p50, p95, tokens, heap, coldStart }] of Object.entries(results)) {
    console.log(
      `${build.padEnd(8)} classify p50 ${p50.toFixed(3)} ms, p95 ${p95.toFixed(3)} ms (${tokens.toFixed(1)} tokens on average); ` +
        `cold start ${coldStart.toFixed(0)} ms; heap ${(heap / 1e6).toFixed(1)} MB`,
    );
  }
}
