// The part of tests/bench/peer.mjs that runs in the page: starts one engine, times it, and says how much memory it took.
const WORDS = 'womens long sleeve floral summer dress with pockets blue size 10 for wedding guest free gift box sale new red hat';

/** What load() chooses in this browser, and a query of as many tokens: {build, query}. */
export async function choose(tokens) {
  const { load } = await import('/aisle/index.js');
  const aisle = await load();
  const fits = (query) => aisle.tokens(query).length <= tokens;
  const query = WORDS.split(' ').reduce((query, word) => (fits(`${query} ${word}`) ? `${query} ${word}` : query));
  const found = aisle.tokens(query).length;
  if (found !== tokens) throw new Error(`"${query}" has ${found} tokens, not ${tokens}`);
  return { build: aisle.build, query };
}

// Each is ready to open with its script evaluated and, when `inMemory`, with all other bytes at hand; else it fetches them.
const engines = {
  async aisle({ inMemory, build, query }) {
    const { load } = await import('/aisle/index.js');
    const wasm = build === 'relaxed' ? '/aisle/aisle-relaxed.wasm' : '/aisle/aisle.wasm';
    const options = inMemory ? { wasm: await bytes(wasm), pack: await bytes('/aisle/storefront.aisle') } : { cache: 'packs' };
    let aisle;
    return {
      open: async () => (aisle = await load(options)),
      run: () => aisle.classify(query),
      heap: () => aisle.heapBytes,
    };
  },

  async onnxruntime({ inMemory, tokens }) {
    const memories = watchMemories();
    const ort = await import('/onnxruntime/ort.js');
    ort.env.logLevel = 'error';
    ort.env.wasm.numThreads = 1;
    if (inMemory) ort.env.wasm.wasmBinary = await bytes('/onnxruntime/ort-wasm-simd-threaded.wasm');
    const model = inMemory ? new Uint8Array(await bytes('/model/encoder.onnx')) : '/model/encoder.onnx';
    const ids = new ort.Tensor('int64', BigInt64Array.from({ length: tokens }, (_, i) => BigInt(i * 1999 + 7)), [1, tokens]);
    let session;
    return {
      open: async () => (session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })),
      run: () => session.run({ tokens: ids }),
      heap: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    };
  },
};

/** From all at hand to the first result, in ms; the memory then; the latency once it is warm. Stays open for `stayMs`. */
export async function measure(engine, options) {
  const { open, run, heap } = await engines[engine](options);
  await pause(100); // let the page come to rest
  const start = performance.now();
  await open();
  await run();
  const first = performance.now() - start;
  const heapBytes = heap();
  const warm = await latency(run);
  await pause(options.stayMs ?? 0);
  return { first, heap: heapBytes, warm };
}

// The clock ticks at 0.1 ms, so it times blocks. The first ones warm up: the browser compiles again what runs often.
async function latency(run, blocks = 15, runs = 20) {
  const times = [];
  for (let block = 0; block < blocks; ++block) {
    const start = performance.now();
    for (let i = 0; i < runs; ++i) await run();
    times.push((performance.now() - start) / runs);
    await pause(0);
  }
  return times.slice(blocks / 3).toSorted((a, b) => a - b)[blocks / 3];
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function bytes(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.arrayBuffer();
}

// onnxruntime-web keeps its memory to itself.
function watchMemories() {
  const memories = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(...options) {
      super(...options);
      memories.push(this);
    }
  };
  return memories;
}
