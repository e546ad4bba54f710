// <aisle-search> in a plain page: what it hears, what it leaves alone, what it says when something is wrong, what it frees.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, newPage, until } from '../browser/chromium.mjs';
import { openShop } from '../browser/shop.mjs';

const SCRIPT = `import * as aisle from './aisle/index.js';
globalThis.aisle = aisle;
globalThis.define = () => import('./aisle/search.js');
globalThis.events = [];
for (const type of ['aisle:decision', 'aisle:error']) {
  document.addEventListener(type, ({ detail: { query = null, decision, error } }) => events.push([type.slice(6), query, decision?.outcome ?? error.code, error?.message ?? null]));
}
if (!location.hash) await define();
globalThis.ready = true;`;
const SEARCH = '<input type="search" name="q" aria-label="Search">';

let browser, shop;
before(async () => {
  shop = await openShop();
  shop.answers.set('/page.js', (_, response) => response.end(SCRIPT));
  shop.answers.set('/favicon.ico', (_, response) => response.writeHead(204).end());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await shop?.close();
});

/** A page with this body; nothing in it may complain but of what `expected` matches. */
async function inShop(body, use, { hash = '', expected = /^$/ } = {}) {
  shop.answers.set('/', (_, response) => response.end(`<!doctype html><meta charset="utf-8"><title>shop</title><script type="module" src="page.js"></script>${body}`));
  const { page, troubles, requests, close } = await newPage(browser);
  try {
    await page.goto(`${shop.origin}/${hash}`);
    await until(page, 'globalThis.ready');
    await use(page, { requests, input: page.locator('[name=q]') });
    assert.deepEqual(troubles.filter((trouble) => !expected.test(trouble)), []);
  } finally {
    await close();
  }
}

const element = (attributes = '', inside = SEARCH) => `<aisle-search ${attributes}>${inside}</aisle-search>`;
const events = async (page, count) => {
  await until(page, (count) => events.length >= count, count);
  return page.evaluate('events.splice(0)');
};
const workers = async (page, count) => {
  for (let waited = 0; page.workers().length !== count && waited < 5000; waited += 50) await page.waitForTimeout(50);
  return page.workers().length;
};
// What was still on its way when the element gave up: the pack that never comes, the engine where it is slow to.
const GIVEN_UP = /stuck\.aisle|\.wasm net::ERR_ABORTED/;
const packsAsked = (requests) => requests.filter((url) => url.endsWith('.aisle')).length;

test('nothing is fetched before the first focus, and the typing is answered once it pauses', async () => {
  await inShop(element('debounce="150"'), async (page, { input, requests }) => {
    await page.waitForTimeout(100);
    assert.equal(requests.filter((url) => /wasm|worker|\.aisle/.test(url)).length, 0);
    await input.focus();
    assert.equal(await workers(page, 1), 1);
    await input.evaluate((field) => {
      for (const query of ['gold', 'gold hoop', 'gold hoop earrings']) {
        field.value = query;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
    });
    const [first, ...more] = await events(page, 1);
    assert.deepEqual(first.slice(0, 2), ['decision', 'gold hoop earrings']);
    assert.deepEqual(more, []);
    await input.fill('');
    assert.deepEqual((await events(page, 1))[0].slice(0, 2), ['decision', '']);
  });
});

test('a later key makes the answer on its way stale', async () => {
  await inShop(element('debounce="0"'), async (page, { input }) => {
    await page.evaluate(() => {
      globalThis.asked = [];
      const answer = (query) => new Promise((resolve) => asked.push([query, () => resolve({ query, outcome: 'none' })]));
      document.querySelector('aisle-search').classifier = { classify: answer };
    });
    for (const query of ['a', 'ab']) {
      await input.fill(query);
      await until(page, (query) => asked.some(([known]) => known === query), query);
    }
    await page.evaluate(() => asked.toReversed().forEach(([, answer]) => answer()));
    assert.deepEqual(await events(page, 1), [['decision', 'ab', 'none', null]]);
    await page.waitForTimeout(50);
    assert.deepEqual(await page.evaluate('events'), []);
  });
});

test('a composition is one query, when it ends', async () => {
  await inShop(element('debounce="0"'), async (page, { input }) => {
    await input.focus();
    const session = await page.context().newCDPSession(page);
    for (const text of ['k', 'か', 'かば']) await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(100);
    assert.deepEqual(await page.evaluate('events'), []);
    await session.send('Input.insertText', { text: '鞄' });
    const heard = await events(page, 1);
    assert.deepEqual(heard.map(([type, query]) => [type, query]), [['decision', '鞄']]);
  });
});

test('form, keys, focus, looks and other fields stay as they were', async () => {
  const body = `<form>${element('', `<label>Mail <input name="mail" type="email"></label>${SEARCH}`)}<button>Go</button></form>`;
  await inShop(body, async (page, { input }) => {
    await page.evaluate(() => document.forms[0].addEventListener('submit', (event) => {
      event.preventDefault();
      globalThis.sent = [...new FormData(event.target)];
    }));
    assert.equal(await page.evaluate('getComputedStyle(document.querySelector("aisle-search")).display'), 'contents');
    await page.locator('[name=mail]').fill('a@b.example');
    await input.fill('red shoes');
    await events(page, 1);
    await input.press('Enter');
    assert.deepEqual(await page.evaluate('sent'), [['mail', 'a@b.example'], ['q', 'red shoes']]);
    await input.press('ArrowLeft');
    await input.press('x');
    assert.equal(await input.inputValue(), 'red shoexs');
    assert.equal(await page.evaluate('document.activeElement.name'), 'q');
    assert.deepEqual((await events(page, 1)).map(([, query]) => query), ['red shoexs']);
    await page.evaluate('document.forms[0].reset()');
    assert.deepEqual((await events(page, 1)).map(([, query]) => query), ['']);
    assert.equal(await page.evaluate('document.querySelector("aisle-search").childElementCount'), 2, 'no foreign children');
  });
});

test('what was found is said once, politely, after the typing', async () => {
  await inShop(element(), async (page, { input }) => {
    const status = page.getByRole('status');
    await page.evaluate(() => {
      globalThis.said = [];
      document.addEventListener('aisle:decision', () => (globalThis.decided = performance.now()));
      const status = document.querySelector('aisle-search').shadowRoot.querySelector('[role=status]');
      new MutationObserver(() => said.push(performance.now() - decided)).observe(status, { childList: true, characterData: true });
    });
    await input.fill('summer dress');
    await events(page, 1);
    await status.filter({ hasText: 'Clothing' }).waitFor({ state: 'attached' });
    const box = await status.boundingBox();
    assert.ok(box.width <= 1 && box.height <= 1, 'not seen');
    await input.fill('summer dress ');
    await events(page, 1);
    await page.waitForTimeout(1200);
    const said = await page.evaluate('said');
    assert.equal(said.length, 1, 'the same words are not said again');
    assert.ok(said[0] > 900, `said ${said[0]} ms after the decision`);
  });
});

for (const [attributes, code, message] of [
  ['locale="no locale!"', 'invalid_argument', /"no locale!" is no locale: expected a BCP 47 tag/],
  ['error-rate="0.07"', 'invalid_argument', /error rate 0\.07.*the pack has thresholds for/],
  ['error-rate="some"', 'invalid_argument', /error-rate is "some", expected one of the pack's error rates/],
  ['debounce="soon"', 'invalid_argument', /debounce is "soon", expected milliseconds/],
  ['worker="perhaps"', 'invalid_argument', /worker is "perhaps", expected on or off/],
  ['pack="http://["', 'invalid_argument', /"http:\/\/\[" is no address/],
  ['pack="/missing.aisle"', 'not_found', /the pack.*404.*missing\.aisle/],
  ['pack="/missing.aisle" worker="off"', 'not_found', /404/],
  ['wasm="/aisle/index.js"', 'bad_wasm', /./],
]) {
  test(`${attributes}: an event says what is wrong, and the input works on`, async () => {
    await inShop(
      `<form>${element(attributes)}</form>`,
      async (page, { input }) => {
        await input.fill('red');
        const [[type, query, found, said]] = await events(page, 1);
        assert.deepEqual([type, query, found], ['error', 'red', code]);
        assert.match(said, message);
        assert.equal(await input.inputValue(), 'red');
      },
      { expected: /404/ }, // Chromium's own line
    );
  });
}

test('no input inside', async () => {
  await inShop(element('', '<input type="password">'), async (page) => {
    const [[type, query, code, message]] = await events(page, 1);
    assert.deepEqual([type, query, code], ['error', null, 'invalid_argument']);
    assert.match(message, /no search input in it/);
    await page.locator('[type=password]').fill('secret');
    await page.waitForTimeout(150);
    assert.deepEqual(await page.evaluate('events'), [], 'a password is not read');
  });
});

test('after a failure the next focus tries again; in between, nothing is fetched', async () => {
  let broken = true;
  shop.answers.set('/late.aisle', (_, response) => (broken ? response.writeHead(503).end() : response.writeHead(302, { location: '/aisle/storefront.aisle' }).end()));
  await inShop(
    element('pack="/late.aisle"'),
    async (page, { input }) => {
      for (const query of ['a', 'ab']) {
        await input.fill(query);
        assert.deepEqual((await events(page, 1))[0].slice(0, 3), ['error', query, 'network']);
      }
      assert.equal(shop.asked.get('/late.aisle'), 1);
      broken = false;
      await input.blur();
      await input.fill('red shoes');
      assert.deepEqual((await events(page, 1))[0].slice(0, 2), ['decision', 'red shoes']);
    },
    { expected: /503|late\.aisle/ },
  );
});

test('without a worker script it classifies in the page', async () => {
  shop.answers.set('/aisle/worker.js', (_, response) => response.writeHead(404).end());
  try {
    await inShop(element(), async (page, { input }) => {
      await input.fill('red shoes');
      assert.deepEqual((await events(page, 1))[0].slice(0, 2), ['decision', 'red shoes']);
      assert.equal(await workers(page, 0), 0);
    }, { expected: /404|worker\.js/ });
  } finally {
    shop.answers.delete('/aisle/worker.js');
  }
});

test('elements share a worker, which the last one ends; moves and another locale end nothing', async () => {
  await inShop(`<main>${element()}</main>${element('locale="en-US"', '<textarea name="more"></textarea>')}`, async (page, { input, requests }) => {
    await input.fill('red shoes');
    await page.locator('[name=more]').fill('apple');
    await events(page, 2);
    assert.equal(page.workers().length, 1);
    await page.evaluate(() => document.body.append(document.querySelector('main aisle-search')));
    await page.evaluate(() => document.querySelector('aisle-search').setAttribute('locale', 'en-GB'));
    await input.fill('blue shoes');
    await events(page, 1);
    assert.equal(packsAsked(requests), 1);
    await page.evaluate(() => document.querySelector('aisle-search').remove());
    assert.equal(await workers(page, 1), 1);
    await page.evaluate(() => (document.querySelector('aisle-search').disabled = true));
    assert.equal(await workers(page, 0), 0);
    assert.deepEqual(await page.evaluate('events'), []);
  });
});

test('removed or disabled while it loads, it gives up and says nothing', async () => {
  for (const leave of ['remove()', 'toggleAttribute("disabled")']) {
    shop.answers.set('/stuck.aisle', () => {}); // never answers
    await inShop(element('pack="/stuck.aisle" debounce="0"'), async (page, { input }) => {
      await input.fill('red shoes');
      assert.equal(await workers(page, 1), 1);
      await page.evaluate(`document.querySelector("aisle-search").${leave}`);
      assert.equal(await workers(page, 0), 0);
      await page.waitForTimeout(50);
      assert.deepEqual(await page.evaluate('events'), []);
    }, { expected: GIVEN_UP });
  }
});

test('another pack while the first one loads: the query waits for it', async () => {
  shop.answers.set('/stuck.aisle', () => {});
  await inShop(element('pack="/stuck.aisle" debounce="0"'), async (page, { input }) => {
    await input.fill('red shoes');
    await workers(page, 1);
    await page.waitForTimeout(50);
    await page.evaluate(() => (document.querySelector('aisle-search').pack = '/aisle/storefront.aisle'));
    assert.deepEqual((await events(page, 1))[0].slice(0, 2), ['decision', 'red shoes']);
    assert.equal(await workers(page, 1), 1);
  }, { expected: GIVEN_UP });
});

test('what was set and typed before the script arrived counts', async () => {
  await inShop(
    element(),
    async (page, { input }) => {
      await input.fill('red shoes');
      await page.evaluate(async () => {
        Object.assign(document.querySelector('aisle-search'), { locale: 'en-US', errorRate: 0.1, debounce: 10, worker: 'off' });
        await define();
      });
      assert.deepEqual((await events(page, 1))[0].slice(0, 2), ['decision', 'red shoes']);
      assert.equal(page.workers().length, 0, 'worker is off');
      const attributes = await page.evaluate(() => Object.fromEntries([...document.querySelector('aisle-search').attributes].map(({ name, value }) => [name, value])));
      assert.deepEqual(attributes, { locale: 'en-US', 'error-rate': '0.1', debounce: '10', worker: 'off' });
    },
    { hash: '#late' },
  );
});

test('a classifier of one\'s own gets locale and error rate, and stays open', async () => {
  await inShop(element('locale="en-US" error-rate="0.1" debounce="0"'), async (page, { input }) => {
    await page.evaluate(async () => {
      globalThis.own = await aisle.load();
      const classify = own.classify.bind(own);
      own.classify = (query, options) => ((globalThis.options = options), classify(query, options));
      document.querySelector('aisle-search').classifier = own;
    });
    await input.fill('red shoes');
    await events(page, 1);
    assert.equal(page.workers().length, 0);
    assert.deepEqual(await page.evaluate('options'), { locale: 'en-US', errorRate: 0.1 });
    await page.evaluate(() => document.querySelector('aisle-search').remove());
    assert.equal(await page.evaluate('own.classify("apple").query'), 'apple');
  });
});
