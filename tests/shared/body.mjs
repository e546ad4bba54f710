// What every runtime is put through: the same calls must give the same report in all of them. Imports nothing, so that it can be
// copied into any project. `load` is the package's load or loadInWorker: with `await`, both are used alike.
export const QUERIES = [
  'cute floral summer dress',
  'gold hoop earrings',
  'lawn mower battery',
  'apple',
  'where is my order',
  'how tall is mount everest',
  '',
  '👗 rosso 42',
  '红色连衣裙',
  'red \ud83d shoes',
  'x'.repeat(3000),
];

export async function exercise(load, options = {}) {
  const aisle = await load(options);
  const many = [];
  for await (const decision of aisle.classifyMany(QUERIES)) many.push(decision);
  const report = {
    pack: `${aisle.pack.name} ${aisle.pack.version}, ${aisle.pack.bytes} bytes`,
    decisions: await Promise.all(QUERIES.map((query) => aisle.classify(query))),
    many,
    bits: await Promise.all(QUERIES.map(async (query) => Array.from(new Uint32Array((await aisle.logits(query)).buffer)).join())),
    pieces: await Promise.all(QUERIES.map((query) => aisle.pieces(query))),
    tested: (await aisle.selfTest()).queries,
  };
  const refusals = [
    await refusal(async () => aisle.classify(5)),
    await refusal(async () => aisle.classify('q', { top: 1000 })),
    await refusal(async () => aisle.updatePack(new Uint8Array(20))),
    await refusal(async () => load({ ...options, pack: new Uint8Array(20) })),
  ];
  aisle.close();
  refusals.push(await refusal(async () => aisle.classify('q')));
  return { ...report, refusals };
}

const refusal = (call) =>
  call().then(
    () => 'none',
    ({ name, code, hint }) => `${name} ${code}${hint ? '' : ' without a hint'}`,
  );
