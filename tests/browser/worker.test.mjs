// What only loadInWorker does: the page stays free, stale keystrokes are dropped, and a worker may fail in ways of its own.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { packBytes } from '../node/support.mjs';
import { failingSelfTest, withVersion } from '../shared/packs.mjs';
import { BROWSERS, openShop } from './shop.mjs';

for (const [name, start] of Object.entries(BROWSERS)) {
  let browser, shop;
  test.describe(name, () => {
    before(async () => {
      shop = await openShop();
      browser = await start();
    });
    after(async () => {
      await browser?.close();
      await shop?.close();
    });

    // Runs `body` in a page of the shop, with `argument`; nothing may be complained of but what it catches.
    async function inPage(body, argument, where = shop) {
      const { page, troubles, close } = await browser.open();
      await page.goto(where.origin);
      const result = await page.evaluate(body, argument);
      await close();
      return { result, troubles };
    }

    test('stale keystrokes are dropped, the last one is answered', async () => {
      const { result } = await inPage(async () => {
        const remote = await aisle.loadInWorker();
        const typed = [...'red shoes'].map((_, i, letters) => letters.slice(0, i + 1).join(''));
        const together = await Promise.all(typed.map((query) => remote.classifyLatest(query)));
        const alone = await remote.classifyLatest('gold hoop earrings');
        const bad = remote.classifyLatest(5);
        const after = remote.classifyLatest('apple');
        const outcomes = [await bad.then((value) => value ?? 'stale', ({ code }) => code), (await after).query];
        remote.close();
        return { together: together.map((decision) => decision?.query ?? null), alone: alone.query, outcomes };
      });
      assert.equal(result.together.at(-1), 'red shoes');
      assert.deepEqual(result.together.slice(0, -1), Array(8).fill(null));
      assert.equal(result.alone, 'gold hoop earrings');
      assert.deepEqual(result.outcomes, ['stale', 'apple']);
    });

    test('stale keystrokes never reach the worker', async () => {
      const { result } = await inPage(async () => {
        const worker = new Worker('/aisle/worker.js', { type: 'module' });
        const sent = [];
        const post = worker.postMessage.bind(worker);
        worker.postMessage = (message) => (sent.push(message.args?.[0] ?? 'load'), post(message));
        const remote = await aisle.loadInWorker({ worker });
        await Promise.all(['r', 're', 'red'].map((query) => remote.classifyLatest(query)));
        remote.close();
        return sent;
      });
      assert.deepEqual(result, ['load', 'red']);
    });

    test('sources, progress, hash and hot swap', async () => {
      const next = withVersion(packBytes(), '9.9.9');
      shop.answers.set('/next.aisle', (_, response) => response.end(next));
      shop.answers.set('/failing.aisle', (_, response) => response.end(failingSelfTest(packBytes())));
      const { result, troubles } = await inPage(async () => {
        const steps = [];
        const updates = [];
        const module = await WebAssembly.compileStreaming(fetch('aisle/aisle.wasm'));
        const remote = await aisle.loadInWorker({
          wasm: module,
          pack: fetch('aisle/storefront.aisle'),
          onProgress: ({ loaded }) => steps.push(loaded),
          onPackUpdate: ({ pack }) => updates.push(pack.version),
        });
        const refused = await remote.updatePack('failing.aisle').catch(({ code }) => code);
        const kept = (await remote.classify('apple')).pack.version === remote.pack.version;
        await remote.updatePack(new URL('next.aisle', location.href));
        const swapped = [remote.pack.version, (await remote.classify('apple')).pack.version];
        const mismatch = await remote.updatePack('next.aisle', { integrity: `sha256-${'A'.repeat(43)}=` }).catch(({ code }) => code);
        const gone = AbortSignal.abort(new Error('gone'));
        const aborted = await remote.updatePack('next.aisle', { signal: gone }).catch(({ message }) => message);
        const build = remote.build;
        const bytes = remote.pack.bytes;
        remote.close();
        return { last: steps.at(-1) === bytes, updates, refused, kept, swapped, mismatch, aborted, build };
      });
      assert.deepEqual(result, {
        last: true,
        updates: ['9.9.9'],
        refused: 'self_test',
        kept: true,
        swapped: ['9.9.9', '9.9.9'],
        mismatch: 'integrity',
        aborted: 'gone',
        build: 'simd',
      });
      assert.deepEqual(troubles, []);
    });

    test('abort while loading, close while asked', async () => {
      let arrived;
      const reached = new Promise((resolve) => (arrived = resolve));
      shop.answers.set('/never.aisle', () => arrived());
      const { page, close } = await browser.open();
      await page.goto(shop.origin);
      await page.evaluate(() => {
        globalThis.abort = new AbortController();
        globalThis.loading = aisle.loadInWorker({ pack: 'never.aisle', signal: abort.signal }).catch(({ message }) => message);
      });
      await reached;
      assert.equal(await page.evaluate(() => (abort.abort(new Error('the shopper left')), loading)), 'the shopper left');
      const closed = await page.evaluate(async () => {
        const remote = await aisle.loadInWorker();
        const asked = remote.classify('red shoes').catch(({ code }) => code);
        remote.close();
        remote.close();
        return [await asked, await remote.classify('red shoes').catch(({ code }) => code)];
      });
      assert.deepEqual(closed, ['closed', 'closed']);
      await close();
    });

    test('what a worker cannot do is said', async () => {
      shop.answers.set('/broken.js', (_, response) => response.end('throw new Error("broken here")'));
      const { result } = await inPage(async () => {
        const codes = {};
        const code = ({ name, code, hint }) => (hint ? `${name} ${code}` : name);
        const inWorker = (url) => aisle.loadInWorker({ worker: new Worker(url, { type: 'module' }) }).then(() => 'loaded', code);
        codes.missing = await inWorker('/no/such.js');
        codes.broken = await inWorker('/broken.js');
        codes.pack = await aisle.loadInWorker({ pack: 'no-such.aisle' }).catch(code);
        codes.engine = await aisle.loadInWorker({ wasm: new Uint8Array(9) }).catch(code);
        const remote = await aisle.loadInWorker();
        codes.symbol = await remote.classify(Symbol('q')).catch(code);
        codes.text = await remote.classify(5).catch(code);
        remote.close();
        return codes;
      });
      assert.deepEqual(result, {
        missing: 'AisleError no_worker',
        broken: 'AisleError no_worker',
        pack: 'AisleError not_found',
        engine: 'AisleError bad_wasm',
        symbol: 'AisleError invalid_argument',
        text: 'AisleError invalid_argument',
      });
    });

    test('a policy that forbids WebAssembly, or workers', async () => {
      const noWasm = await openShop({ 'content-security-policy': "script-src 'self'" });
      const noWorker = await openShop({ 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" });
      const codes = async () => {
        const code = ({ name, code, hint }) => `${name} ${code}: ${hint}`;
        return [await aisle.load().then(() => 'loaded', code), await aisle.loadInWorker().then(() => 'loaded', code)];
      };
      const [page, worker] = (await inPage(codes, undefined, noWasm)).result;
      for (const said of [page, worker]) assert.match(said, /^AisleError blocked: .*'wasm-unsafe-eval'/);
      const [loaded, refused] = (await inPage(codes, undefined, noWorker)).result;
      assert.equal(loaded, 'loaded');
      assert.match(refused, /^AisleError no_worker: .*worker-src 'self'/);
      await noWasm.close();
      await noWorker.close();
    });
  });
}
