// Builds the page into dist: static files that any server can serve.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig } from 'vite';
import { POLICY } from './serve.mjs';

const dist = path.join(import.meta.dirname, 'dist');
const FONT_LICENCE = path.join(import.meta.dirname, 'node_modules/@fontsource-variable/inter/LICENSE');

export default defineConfig({
  base: './', // it may lie in a folder
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  optimizeDeps: { exclude: ['aisle'] },
  build: {
    license: { fileName: 'licences.md' }, // of what is bundled
    assetsInlineLimit: 0, // the policy allows no data: addresses
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  plugins: [policy(), preloads(), finish()],
});

// The policy also where a server sends none.
function policy() {
  const tag = { tag: 'meta', attrs: { 'http-equiv': 'content-security-policy', content: POLICY }, injectTo: 'head-prepend' };
  return { name: 'policy', apply: 'build', transformIndexHtml: () => [tag] };
}

// What the first script starts, so that it comes with that script and not after it. Not the pack: the worker asks for it, and does not
// look among what the page has preloaded.
function preloads() {
  return {
    name: 'preloads',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.keys(bundle).filter((file) => /^assets\/(page|worker)-.*\.js$/.test(file));
        return files.map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: '', href: `./${file}` }, injectTo: 'head' }));
      },
    },
  };
}

// Tells the service worker what there is to keep, and lays a compressed copy beside every file that it makes smaller.
function finish() {
  return {
    name: 'finish',
    apply: 'build',
    closeBundle() {
      appendFileSync(path.join(dist, 'licences.md'), `\n## Inter (font)\n\n${readFileSync(FONT_LICENCE, 'utf8')}`);
      const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const names = files.map(({ parentPath, name }) => path.relative(dist, path.join(parentPath, name))).filter((name) => !['sw.js', 'licences.md'].includes(name)).sort();
      const hash = createHash('sha256');
      for (const name of names) hash.update(name).update(readFileSync(path.join(dist, name)));
      const worker = path.join(dist, 'sw.js');
      const kept = names.map((name) => (name === 'index.html' ? './' : name));
      const filled = readFileSync(worker, 'utf8').replace('__VERSION__', hash.digest('hex').slice(0, 12)).replace(/["'`]__FILES__["'`]/, JSON.stringify(kept));
      writeFileSync(worker, filled);
      for (const name of [...names, 'sw.js']) compress(path.join(dist, name));
    },
  };
}

// Kept from one build to the next: the pack takes half a minute.
function compress(file) {
  const bytes = readFileSync(file);
  const kept = path.join(import.meta.dirname, 'node_modules/.brotli', createHash('sha256').update(bytes).digest('hex'));
  if (!existsSync(kept)) {
    mkdirSync(path.dirname(kept), { recursive: true });
    writeFileSync(kept, compressed(bytes));
  }
  if (statSync(kept).size < bytes.length) copyFileSync(kept, `${file}.br`);
}

function compressed(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params });
}
