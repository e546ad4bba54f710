// Makes wasm/dist, the contents of the npm package, from the TypeScript here, both WebAssembly builds and the shipped pack.
//
//   npm run build                      after cmake --build --preset wasm-simd and wasm-relaxed
//   AISLE_PACK=FILE npm run build      with another pack than models/storefront/storefront.aisle
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = at('dist/');
const simd = at('../build/wasm-simd/aisle');
const relaxed = at('../build/wasm-relaxed/aisle');
const pack = process.env.AISLE_PACK ?? at('../models/storefront/storefront.aisle');

for (const file of [`${simd}.wasm`, `${relaxed}.wasm`, pack]) {
  if (!existsSync(file)) fail(`${file} is not there`);
}
// Both builds have the same imports and exports, so one script serves both.
if (!readFileSync(`${simd}.js`).equals(readFileSync(`${relaxed}.js`))) fail(`${simd}.js and ${relaxed}.js differ: build both again`);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const settings = {
  outdir: dist,
  minifyIdentifiers: true,
  minifySyntax: true, // but lines stay: an uncaught error prints the one it came from
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
};
await build({
  ...settings,
  entryPoints: [at('ts/index.ts'), at('ts/worker.ts')],
  bundle: true,
  splitting: true,
  chunkNames: 'engine', // what both share: there is one such file
  plugins: [{ name: 'glue', setup: ({ onResolve }) => onResolve({ filter: /^\.\/glue\.js$/ }, () => ({ path: `${simd}.js` })) }],
});
await build({ ...settings, entryPoints: [at('ts/search.ts')], bundle: true, external: ['./index.js'] });
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '--project', at('tsconfig.json')], { stdio: 'inherit' });
for (const internal of ['builds', 'cache', 'engine', 'pool', 'protocol', 'rules', 'source', 'worker']) rmSync(`${dist}${internal}.d.ts`); // no public type names them
for (const framework of ['react', 'vue']) copyFileSync(at(`typings/${framework}.d.ts`), `${dist}search-${framework}.d.ts`);
copyFileSync(`${simd}.wasm`, `${dist}aisle.wasm`);
copyFileSync(`${relaxed}.wasm`, `${dist}aisle-relaxed.wasm`);
copyFileSync(pack, `${dist}storefront.aisle`);
for (const notice of ['LICENSE', 'THIRD_PARTY.md']) copyFileSync(at(`../${notice}`), at(notice));

function fail(message) {
  console.error(`build: ${message}`);
  process.exit(1);
}
