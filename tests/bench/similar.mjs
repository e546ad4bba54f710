// How long similar() takes among 20,000 head queries, in both WebAssembly builds and the Node that runs this.
//
//   node tests/bench/similar.mjs      after scripts/test-wasm, or scripts/package and an install in tests/; needs build/release/aisle
//
// The head queries are written ones of scripts/train/data, the queries those of tests/golden/tokens.tsv. The search alone: similar()
// less logits(), which encodes the query and scores it with one small matrix, medians of 2,000 each.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { load } from 'aisle';
import { goldenLines, packFile, relaxedFile, simdFile } from '../node/support.mjs';

const HEADS = 20000;
const QUERIES = 2000;

const root = path.join(import.meta.dirname, '../..');
const written = path.join(root, 'scripts/train/data/queries/en-US');
const lines = readdirSync(written)
  .sort()
  .flatMap((name) => readFileSync(path.join(written, name), 'utf8').trimEnd().split('\n'));
const heads = [...new Set(lines.map((line) => line.split('\t').at(-1).toLowerCase()).filter((query) => query.split(' ').length <= 3))];
const step = Math.floor(heads.length / HEADS);

const folder = mkdtempSync(path.join(os.tmpdir(), 'aisle-'));
const [list, indexed] = [path.join(folder, 'heads.txt'), path.join(folder, 'indexed.aisle')];
writeFileSync(list, heads.filter((_, i) => i % step === 0).slice(0, HEADS).map((query) => `${query}\n`).join(''));
console.log(execFileSync(path.join(root, 'build/release/aisle'), ['index', list, '--pack', packFile, '--out', indexed], { encoding: 'utf8' }).replaceAll(`${folder}/`, '').trim());
const pack = readFileSync(indexed);
rmSync(folder, { recursive: true });

const queries = goldenLines()
  .map(({ query }) => query)
  .filter((query) => query.length <= 100)
  .slice(0, QUERIES);

function quantiles(call) {
  for (const query of queries) call(query);
  const times = queries.map((query) => {
    const start = performance.now();
    call(query);
    return performance.now() - start;
  });
  times.sort((a, b) => a - b);
  return [0.5, 0.95].map((share) => times[Math.floor(times.length * share)]);
}

console.log(`${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}`);
const builds = parseInt(process.versions.node) < 22 ? { simd: simdFile } : { simd: simdFile, relaxed: relaxedFile };
for (const [build, wasm] of Object.entries(builds)) {
  const aisle = await load({ wasm, pack });
  const [encode] = quantiles((query) => aisle.logits(query));
  const [median, slow] = quantiles((query) => aisle.similar(query));
  console.log(
    `${build.padEnd(8)} similar p50 ${median.toFixed(3)} ms, p95 ${slow.toFixed(3)} ms, of which the search ${(median - encode).toFixed(3)} ms (p50); ` +
      `heap ${(aisle.heapBytes / 1e6).toFixed(1)} MB`,
  );
  aisle.close();
}
