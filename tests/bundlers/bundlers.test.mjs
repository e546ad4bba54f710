// Vite, webpack and esbuild, each in a fresh project, and no bundler at all: what they put out runs in Chromium under the content
// security policy of web-demo/serve.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { serve } from '../../web-demo/serve.mjs';
import { launch, newPage } from '../browser/chromium.mjs';
import { expectedReport, freshProject } from '../shared/fresh.mjs';

let folder, browser, expected;
before(async () => {
  const site = ['index.html', 'main.js', 'main-esbuild.js', 'server.js'].map((file) => `tests/bundlers/site/${file}`);
  folder = freshProject('bundlers', ...site);
  expected = JSON.parse(JSON.stringify(await expectedReport()));
  browser = await launch();
});
after(() => browser?.close());

const inProject = (...parts) => path.join(folder, ...parts);

/** Both reports of the page in `out`, and what that page asked for. */
async function visit(out) {
  writeFileSync(inProject(out, 'favicon.ico'), ''); // browsers ask for it
  const server = await serve(inProject(out));
  const { page, troubles, requests, close } = await newPage(browser);
  try {
    await page.goto(server.origin);
    assert.equal(await page.evaluate('crossOriginIsolated'), false);
    const reports = JSON.parse(await page.evaluate('run().then(JSON.stringify)'));
    assert.deepEqual(troubles, []);
    assert.deepEqual(reports, [expected, expected]);
    return requests.map((url) => new URL(url).pathname);
  } finally {
    await close();
    await server.close();
  }
}

test('Vite', async () => {
  await vite({ root: folder, logLevel: 'warn', build: { outDir: 'out-vite' } });
  assert.ok((await visit('out-vite')).some((name) => /^\/assets\/storefront-.+\.aisle$/.test(name)));
});

test('Vite, for the server', async () => {
  await vite({ root: folder, logLevel: 'warn', build: { outDir: 'out-ssr', ssr: 'server.js' } });
  const script = "console.log(await (await import('./out-ssr/server.js')).render('cute floral summer dress'))";
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, encoding: 'utf8' });
  assert.equal(printed, '<h1>Dresses</h1>\n');
});

test('webpack', async () => {
  const compiler = webpack({ context: folder, mode: 'production', entry: './main.js', output: { path: inProject('out-webpack') } });
  const stats = await new Promise((done, failed) => compiler.run((error, stats) => (error ? failed(error) : done(stats))));
  await new Promise((closed) => compiler.close(closed));
  const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
  const unexpected = warnings.filter(({ message }) => !/size limit|performance/.test(message)); // 6 MB of pack are meant
  assert.deepEqual([...errors, ...unexpected].map(({ message }) => message), []);
  writeFileSync(inProject('out-webpack/index.html'), '<!doctype html><title>shop</title><script defer src="main.js"></script>');
  await visit('out-webpack');
});

test('esbuild', async () => {
  const { warnings } = await esbuild({
    absWorkingDir: folder,
    entryPoints: { main: 'main-esbuild.js', worker: 'aisle/worker' },
    outdir: 'out-esbuild',
    bundle: true,
    format: 'esm',
    minify: true,
    loader: { '.wasm': 'file', '.aisle': 'file' },
    publicPath: '/',
  });
  assert.deepEqual(warnings, []);
  copyFileSync(inProject('index.html'), inProject('out-esbuild/index.html'));
  await visit('out-esbuild');
});

test('no bundler: <script type=module>', async () => {
  mkdirSync(inProject('out-plain'));
  cpSync(inProject('node_modules/aisle/dist'), inProject('out-plain/aisle'), { recursive: true });
  for (const file of ['index.html', 'body.mjs']) copyFileSync(inProject(file), inProject('out-plain', file));
  const script = "import { load, loadInWorker } from './aisle/index.js';\nimport { exercise } from './body.mjs';\n";
  writeFileSync(inProject('out-plain/main.js'), `${script}globalThis.run = async () => [await exercise(load), await exercise(loadInWorker)];\n`);
  const asked = await visit('out-plain');
  assert.ok(asked.includes('/aisle/storefront.aisle'));
  assert.ok(!readdirSync(inProject('out-plain')).includes('node_modules'));
});
