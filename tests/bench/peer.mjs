// Start-up in Chromium beside onnxruntime-web: one thread, SIMD, int8, a query of 16 tokens. The peer's encoder has 4 layers of 256, which
// the budget is stated for, or the shipped shape, 2 layers of 384, about as many weights in half as many graph nodes.
//
//   node tests/bench/peer.mjs [--json] [--shape 2x384]      after scripts/test-wasm, or what it does before its tests
//
// First classification: from the bytes of engine and model in memory to the first result, in a browser context that knows
// nothing of either. Aisle: load() and classify(), with tokenizer, integrity checks and JSON. onnxruntime-web:
// InferenceSession.create() and run() of a bare encoder (tests/bench/peer_model.py). The script modules of both are evaluated before.
// Repeat visit: the same, but in a new page of a profile that has used both before. All bytes are in the browser's HTTP cache and
// fetching them counts, or reading them from where load() kept them (`cache`); machine code is there as far as the browser kept it.
// The engines take turns, so that whatever else the machine does meets both; only the ratios mean something elsewhere.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch, launchWithProfile } from '../browser/chromium.mjs';
import { serve } from '../../web-demo/serve.mjs';

const TOKENS = 16;
const ENGINES = ['aisle', 'onnxruntime'];
const FIRST_VISIT_MS = 3000; // V8 hands its code to the cache when it has compiled nothing for two seconds
const HEADERS = {
  'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  'cache-control': 'public, max-age=31536000, immutable', // as for any file with its hash in its name
};

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Samples of both engines: {machine, peer, build, cold: {aisle: [{first, heap, warm}], onnxruntime}, repeat: likewise}. */
export async function compare({ runs = 9, shape = '4x256' } = {}) {
  const server = await serve(site(shape), 0, HEADERS);
  const browser = await launch();
  try {
    const fresh = async (...call) => {
      const context = await browser.newContext();
      return inPage(context, server.origin, ...call).finally(() => context.close());
    };
    const options = { tokens: TOKENS, ...(await fresh('choose', TOKENS)) };
    const cold = await inTurns(runs, (engine) => fresh('measure', engine, { ...options, inMemory: true }));
    const repeat = await repeatVisits(server.origin, options, runs);
    return { machine: machine(browser.version()), peer: `${peerVersion()} with ${shape}`, build: options.build, cold, repeat };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function repeatVisits(origin, options, runs) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'aisle-profile-'));
  const context = await launchWithProfile(profile);
  try {
    for (const engine of ENGINES) await inPage(context, origin, 'measure', engine, { ...options, stayMs: FIRST_VISIT_MS });
    return await inTurns(runs, (engine) => inPage(context, origin, 'measure', engine, options));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

async function inTurns(runs, measure) {
  const samples = Object.fromEntries(ENGINES.map((engine) => [engine, []]));
  for (let run = 0; run < runs; ++run) {
    for (const engine of ENGINES) samples[engine].push(await measure(engine));
  }
  return samples;
}

// Calls a function of peer_page.mjs in a new page, which has a process of its own.
async function inPage(context, origin, ...call) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // a small machine may be busy
  await page.goto(origin);
  const result = await page.evaluate(async ([name, ...given]) => (await import('/page.js'))[name](...given), call);
  await page.close();
  return result;
}

// A folder of links to what the page needs; the names have the endings that web-demo/serve.mjs knows.
function site(shape) {
  const folder = at('../../build/peer/site');
  const model = at(`../../build/peer/${shape}.onnx`);
  if (!existsSync(model)) throw new Error(`build/peer/${shape}.onnx is not there: run tests/bench/peer_model.py, which writes 4x256 and 2x384`);
  const onnxruntime = path.dirname(fileURLToPath(import.meta.resolve('onnxruntime-web/wasm')));
  const links = {
    aisle: path.dirname(fileURLToPath(import.meta.resolve('aisle'))),
    'page.js': at('peer_page.mjs'),
    'model/encoder.onnx': model,
    'onnxruntime/ort.js': `${onnxruntime}/ort.wasm.bundle.min.mjs`,
    'onnxruntime/ort-wasm-simd-threaded.wasm': `${onnxruntime}/ort-wasm-simd-threaded.wasm`,
  };
  rmSync(folder, { recursive: true, force: true });
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(path.dirname(`${folder}/${name}`), { recursive: true });
    symlinkSync(target, `${folder}/${name}`);
  }
  writeFileSync(`${folder}/index.html`, '<!doctype html><html lang="en"><title>Start-up</title>');
  return folder;
}

const peerVersion = () => JSON.parse(readFileSync(at('../node_modules/onnxruntime-web/package.json'), 'utf8')).version;

const machine = (chromium) =>
  `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Chromium ${chromium}`;

/** Medians and their ratio: {first, repeat, warm, heap: {aisle, onnxruntime, ratio}}; times in ms, memory in MB. */
export function summarize({ cold, repeat }) {
  const both = (samples, field, unit = 1) => {
    const [aisle, onnxruntime] = ENGINES.map((engine) => median(samples[engine].map((sample) => sample[field] / unit)));
    return { aisle, onnxruntime, ratio: aisle / onnxruntime };
  };
  return { first: both(cold, 'first'), repeat: both(repeat, 'first'), warm: both(cold, 'warm'), heap: both(cold, 'heap', 1e6) };
}

/** The summary as a table, with the targets. */
export function table(found) {
  const summary = summarize(found);
  const row = (name, { aisle, onnxruntime, ratio }, target) =>
    `${name.padEnd(26)}${aisle.toFixed(2).padStart(10)}${onnxruntime.toFixed(2).padStart(18)}${ratio.toFixed(3).padStart(9)}   ${target}`;
  const spread = (engine) => {
    const times = found.cold[engine].map(({ first }) => first);
    return `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`;
  };
  return [
    found.machine,
    `Aisle ${found.build} SIMD, onnxruntime-web ${found.peer}; medians of ${found.cold.aisle.length} in turns, ${TOKENS} tokens`,
    `${''.padEnd(26)}${'Aisle'.padStart(10)}${'onnxruntime-web'.padStart(18)}${'ratio'.padStart(9)}   target`,
    row('first classification, ms', summary.first, '60, ratio 0.12'),
    row('repeat visit, ms', summary.repeat, '25'),
    row('warm, ms', summary.warm, '0.6'),
    row('wasm memory, MB', summary.heap, '12'),
    `first classifications: Aisle ${spread('aisle')} ms, onnxruntime-web ${spread('onnxruntime')} ms`,
  ].join('\n');
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({ options: { json: { type: 'boolean' }, shape: { type: 'string' } } });
  const found = await compare(options);
  console.log(options.json ? JSON.stringify({ ...found, medians: summarize(found) }) : table(found));
}
