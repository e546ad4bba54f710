// Packs kept in Cache Storage from one visit to the next.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { after, before } from 'node:test';
import { packBytes } from '../node/support.mjs';
import { failingSelfTest, withVersion } from '../shared/packs.mjs';
import { BROWSERS, openShop } from './shop.mjs';

const first = packBytes();
const second = withVersion(first, '9.9.9');
const PACK = '/p.aisle';

for (const [name, start] of Object.entries(BROWSERS)) {
  let browser, shop, page, close, served;
  test.describe(name, () => {
    before(async () => {
      browser = await start();
    });
    after(() => browser?.close());
    test.beforeEach(async () => {
      shop = await openShop();
      serve(first);
      ({ page, close } = await browser.open());
    });
    test.afterEach(async () => {
      await close();
      await shop.close();
    });

    // The pack at its address from now on, with an ETag unless `plain`; `served` counts whole bodies and questions after a change.
    function serve(bytes, plain = false) {
      served = { bodies: 0, unchanged: 0 };
      const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
      shop.answers.set(PACK, (request, response) => {
        if (!plain) response.setHeader('etag', etag);
        if (!plain && request.headers['if-none-match'] === etag) {
          served.unchanged++;
          return response.writeHead(304).end();
        }
        served.bodies++;
        response.end(bytes);
      });
    }

    // A visit: loads, and resolves with what happened. `until`: 'kept' waits for the cache, 'update' for the listener.
    async function visit(options = {}, until = '') {
      await page.goto(shop.origin);
      return page.evaluate(async ({ options, until, pack }) => {
        let tell;
        const update = new Promise((resolve) => (tell = resolve));
        const onPackUpdate = until === 'update' ? ({ pack, error }) => tell([pack.version, error?.code ?? 'fine']) : undefined;
        const loaded = await aisle.load({ pack, cache: 'packs', onPackUpdate, ...options });
        const result = { version: loaded.pack.version };
        if (until === 'update') result.update = await update;
        result.query = loaded.classify('red shoes').pack.version;
        while (until === 'kept' && !(await caches.match(pack))) await new Promise((later) => setTimeout(later, 5));
        loaded.close();
        return result;
      }, { options, until, pack: PACK });
    }

    test('a repeat visit takes the pack from there, and asks whether there is another', async () => {
      const { version } = await visit({}, 'kept');
      assert.deepEqual(served, { bodies: 1, unchanged: 0 });
      const asked = new Promise((resolve) => {
        const answer = shop.answers.get(PACK);
        shop.answers.set(PACK, (request, response) => (answer(request, response), resolve()));
      });
      assert.deepEqual(await visit(), { version, query: version });
      await asked;
    });

    test('offline, and with a server that is gone', async () => {
      const { version } = await visit({}, 'kept');
      shop.answers.set(PACK, (_, response) => response.destroy());
      assert.equal((await visit()).version, version);
      shop.answers.set(PACK, (_, response) => response.writeHead(404).end());
      assert.equal((await visit()).version, version);
    });

    test('another pack is put to use at once with a listener', async () => {
      await visit({}, 'kept');
      serve(second);
      const { version, update, query } = await visit({}, 'update');
      assert.notEqual(version, '9.9.9', 'the kept one came first');
      assert.deepEqual([update, query], [['9.9.9', 'fine'], '9.9.9']);
    });

    test('a pack whose self-test fails is refused, and the listener told', async () => {
      const { version } = await visit({}, 'kept');
      serve(failingSelfTest(first));
      const visited = await visit({}, 'update');
      assert.deepEqual(visited, { version, update: [version, 'self_test'], query: version });
      assert.equal((await visit()).version, version, 'nor is it kept');
    });

    test('a server without validators: the bytes decide', async () => {
      await visit({}, 'kept');
      serve(second, true);
      assert.deepEqual((await visit({}, 'update')).update[0], '9.9.9');
    });

    test('a damaged copy is fetched again', async () => {
      const { version } = await visit({}, 'kept');
      await page.evaluate(async (pack) => (await caches.open('packs')).put(pack, new Response('x'.repeat(5000))), PACK);
      assert.equal((await visit()).version, version);
    });

    test('with a hash, the kept pack is trusted only if it has it', async () => {
      const hash = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
      await visit({ integrity: { pack: hash(first) } }, 'kept');
      serve(second);
      const visited = await visit({ integrity: { pack: hash(second) } });
      assert.equal(visited.version, '9.9.9');
      assert.equal(served.bodies, 1);
    });
  });
}
