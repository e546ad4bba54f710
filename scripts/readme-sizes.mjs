// Writes the sizes of the built package into the README's table, as brotli makes them for a download.
//
//   node scripts/readme-sizes.mjs       after scripts/package
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

// The rows, and how their figures are read back: whole kilobytes of 1,024 bytes.
const ROWS = {
  engine: /^\| engine \(one wasm \+ js\), after brotli \| ([\d,]+) KB \(SIMD\), ([\d,]+) KB \(relaxed SIMD\) \|$/m,
  pack: /^\| pack `storefront` \(24 locales\), after brotli \| ([\d,]+) KB \|$/m,
};

/** Bytes after brotli: what a page with `load` fetches of the engine, for either build, and the pack. */
export function measure(dist) {
  const [index, engine, simd, relaxed, pack] = ['index.js', 'engine.js', 'aisle.wasm', 'aisle-relaxed.wasm', 'storefront.aisle'].map((file) => brotli(path.join(dist, file)));
  return { simd: index + engine + simd, relaxed: index + engine + relaxed, pack };
}

/** The same in kilobytes, as a README states them. */
export function statedIn(readme) {
  const figures = Object.entries(ROWS).flatMap(([name, row]) => {
    const found = row.exec(readme);
    if (!found) throw new Error(`README.md has no row for ${name} that matches ${row}`);
    return found.slice(1).map((figure) => Number(figure.replaceAll(',', '')));
  });
  return { simd: figures[0], relaxed: figures[1], pack: figures[2] };
}

function brotli(file) {
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

if (process.argv[1] === import.meta.filename) {
  const file = path.join(import.meta.dirname, '../README.md');
  const readme = readFileSync(file, 'utf8');
  statedIn(readme); // or says which row is missing
  const { simd, relaxed, pack } = measure(path.join(import.meta.dirname, '../wasm/dist'));
  const kilobytes = (bytes) => Math.round(bytes / 1024).toLocaleString('en');
  const written = readme
    .replace(ROWS.engine, `| engine (one wasm + js), after brotli | ${kilobytes(simd)} KB (SIMD), ${kilobytes(relaxed)} KB (relaxed SIMD) |`)
    .replace(ROWS.pack, `| pack \`storefront\` (24 locales), after brotli | ${kilobytes(pack)} KB |`);
  writeFileSync(file, written);
  console.log(`README.md: engine ${kilobytes(simd)} and ${kilobytes(relaxed)} KB, pack ${kilobytes(pack)} KB`);
}
