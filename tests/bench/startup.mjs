// Start-up of the WebAssembly engine in the Node that runs this: from the bytes of engine and pack in memory to a first
// classification, and the heap that it takes. Budget: 60 ms and 12 MB.
//
//   node tests/bench/startup.mjs [--json] [--pack FILE] [PACKAGE...]    PACKAGE: an unpacked npm package; else that in tests/
//
// Each run is a process of its own. Medians of 9; several packages take turns, so that they can be compared on a busy machine.
// There the main thread's processor time tells more than the time that passed (before Node 24: that of all threads).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const RUNS = 9;
const here = fileURLToPath(import.meta.url);

if (process.argv[2] === '--run') {
  const [folder, build, pack] = process.argv.slice(3);
  const { load } = await import(pathToFileURL(`${folder}/dist/index.js`));
  const [engine, bytes] = [readFileSync(`${folder}/dist/${build}.wasm`), new Uint8Array(readFileSync(pack || `${folder}/dist/storefront.aisle`))];
  const processorTime = process.threadCpuUsage ?? process.cpuUsage;
  const before = processorTime.call(process);
  const start = performance.now();
  const wasm = await WebAssembly.compile(engine);
  const compiled = performance.now();
  const aisle = await load({ wasm, pack: bytes });
  const opened = performance.now();
  aisle.classify('cute floral summer dress');
  const done = performance.now();
  const { user, system } = processorTime.call(process, before);
  const heap = aisle.heapBytes / 1e6;
  const phases = { compile: compiled - start, open: opened - compiled, classify: done - opened };
  console.log(JSON.stringify({ ...phases, whole: done - start, cpu: (user + system) / 1000, heap }));
  process.exit();
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, pack: { type: 'string', default: '' } } });
const packages = positionals.length ? positionals : [fileURLToPath(new URL('../node_modules/aisle', import.meta.url))];
const builds = parseInt(process.versions.node) < 22 ? ['aisle'] : ['aisle', 'aisle-relaxed'];

const runs = packages.flatMap((folder) => builds.map((build) => ({ folder, build, found: [] })));
for (let i = 0; i < RUNS; ++i) {
  for (const { folder, build, found } of runs) {
    found.push(JSON.parse(execFileSync(process.execPath, [here, '--run', folder, build, values.pack], { encoding: 'utf8' })));
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const results = runs.map(({ folder, build, found }) => {
  const medians = Object.keys(found[0]).map((key) => [key, median(found.map((run) => run[key]))]);
  return { package: folder, build, ...Object.fromEntries(medians), least: Math.min(...found.map(({ whole }) => whole)) };
});
const machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}`;
if (values.json) {
  console.log(JSON.stringify({ machine, results }));
} else {
  console.log(`${machine}; medians of ${RUNS}, ms`);
  for (const { package: folder, build, compile, open, classify, whole, cpu, least, heap } of results) {
    const phases = `compile ${compile.toFixed(1)}, open ${open.toFixed(1)}, first query ${classify.toFixed(1)}`;
    console.log(`${folder} ${build}: ${whole.toFixed(0)} (least ${least.toFixed(0)}), processor ${cpu.toFixed(0)}: ${phases}; heap ${heap.toFixed(1)} MB`);
  }
}
