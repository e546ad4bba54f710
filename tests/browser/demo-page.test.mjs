// The demo as a page: accessible, the right size on every screen, quick and small, installable, and there without a network.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import test from 'node:test';
import { newPage, until } from './chromium.mjs';
import { assertAccessible, assertFits, demo, dist, headline, openDemo, screenshots } from './demo.mjs';

const VIEWS = ['search', 'trade', 'batch', 'teach', 'pack'];
const desktop = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const LOOKS = {
  'desktop-light': { ...desktop, colorScheme: 'light' },
  'desktop-dark': { ...desktop, colorScheme: 'dark' },
  'phone-light': { ...phone, colorScheme: 'light' },
  'phone-dark': { ...phone, colorScheme: 'dark' },
  'phone-arabic': { ...phone, colorScheme: 'light', address: '?locale=ar-AE', rtl: true },
  'desktop-arabic': { ...desktop, colorScheme: 'dark', address: '?locale=ar-AE', rtl: true },
  'smallest': { ...phone, viewport: { width: 320, height: 640 }, colorScheme: 'light' },
};

async function fillView(page, view) {
  if (view === 'search') await page.locator('#locales').waitFor({ state: 'attached' });
  if (view === 'trade') await page.locator('#fates').waitFor();
  if (view === 'batch') {
    await page.locator('#batch-file').setInputFiles({ name: 'labelled.tsv', mimeType: 'text/plain', buffer: readFileSync(new URL('../data/wands.tsv', import.meta.url)) });
    await page.locator('#figures').waitFor();
  }
  await page.waitForTimeout(300); // transitions
}

for (const [name, { address = '', rtl = false, ...options }] of Object.entries(LOOKS)) {
  test(`${name}: every view fits, and axe finds nothing`, async () => {
    const { page, troubles, close } = await openDemo(address, options);
    if (rtl) await page.evaluate(() => (document.documentElement.dir = 'rtl')); // the whole page mirrored
    for (const view of VIEWS) {
      await page.evaluate((hash) => (location.hash = hash), view);
      await fillView(page, view);
      await assertFits(page, view);
      await page.screenshot({ path: `${screenshots}/${view}-${name}.png`, fullPage: true });
      await assertAccessible(page, 'html');
    }
    assert.deepEqual(troubles, []);
    await close();
  });
}

test('axe finds nothing in the dialog of a correction', async () => {
  const { page, close } = await openDemo();
  await page.locator('#wrong').click();
  await page.getByRole('combobox', { name: 'Search the taxonomy' }).fill('shoe');
  await assertAccessible(page, 'dialog');
  await close();
});

/** Names of all that the tabulator reaches, in order; each must show that it has the focus. */
async function walk(page) {
  const seen = [];
  await page.evaluate(() => document.activeElement.blur());
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === document.body) return undefined; // round
      const { outlineStyle, boxShadow } = getComputedStyle(element.matches('.unseen') ? element.parentElement : element);
      const again = element.dataset.walked;
      element.dataset.walked = 'yes';
      return again ? undefined : { name: element.id || element.ariaLabel || element.textContent.trim(), shown: outlineStyle !== 'none' || boxShadow !== 'none' };
    });
    if (!focus) break;
    assert.ok(focus.shown, `no sign of the focus on ${focus.name}`);
    seen.push(focus.name);
  }
  return seen;
}

test('every control of every view is reached by keyboard, and the focus is seen', async () => {
  const controls = {
    search: ['query', 'locale', 'pants', 'wrong', 'proof'],
    trade: ['rate-slider', 'of-locale', 'pasted'],
    batch: ['Find in queries', 'Outcome', 'Group', 'CSV', 'JSON', 'Rows', 'Another file'],
    teach: ['teach-query', 'new-category'],
    pack: ['pack-file', 'self-test', 'Find in the taxonomy', 'try-to-send'],
  };
  const { page, close } = await openDemo();
  for (const view of VIEWS) {
    const link = page.getByRole('navigation').getByRole('link').nth(VIEWS.indexOf(view));
    await link.focus();
    await page.keyboard.press('Enter');
    await until(page, (hash) => location.hash === `#${hash}`, view);
    if (view !== 'search') await until(page, () => document.activeElement.id === 'content'); // the focus follows to the content
    await fillView(page, view);
    const seen = await walk(page);
    for (const name of controls[view]) assert.ok(seen.includes(name), `${view}: ${name} is not among ${seen.join(' | ')}`);
  }
  await close();
});

test('the head of the page stands in its HTML as its script draws it', async () => {
  const { page, close } = await openDemo();
  const drawn = await page.locator('.top nav li').evaluateAll((items) => items.map((item) => item.innerHTML.replace(' aria-current="page"', '')));
  assert.ok(drawn.length === VIEWS.length);
  const html = readFileSync(`${dist}/index.html`, 'utf8');
  for (const link of drawn) assert.ok(html.includes(link), link);
  await close();
});

// Lighthouse's and the devtools' fast 4G, as the page sees it, and a phone's processor.
const FOUR_G = { bytesPerSecond: (9e6 * 0.9) / 8, latency: 165 };
const SLOWER = 4;
const BUDGET_BYTES = 4.5e6;
const BUDGET_MS = 1500;
const SLACK = 2; // what others do on the machine costs even the processor's time

/** Milliseconds from the navigation's start to the first decision. */
const firstDecision = (page) => until(page, () => performance.getEntriesByName('aisle:decision')[0]?.startTime);

/** Milliseconds that the processor has worked for pages and workers, which is what devtools slow down. A busy machine stretches them less than the clock's. */
async function worked(root) {
  const { processInfo } = await root.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
}

test('the budget: bytes over the wire; the first answer on fast 4G with a slow processor, at first and at later visits', async () => {
  const line = await slowLine(demo.server.origin, FOUR_G);
  const { page, close } = await newPage(demo.browser);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(line.origin);
  const first = await firstDecision(page);
  const untilAnswer = line.bytes();
  await page.locator('#offline', { hasText: 'Works offline' }).waitFor();
  const transfer = (untilAnswer / FOUR_G.bytesPerSecond) * 1000;
  console.log(`first visit: first decision after ${Math.round(first)} ms, of which ${Math.round(transfer)} ms are the transfer of ${(untilAnswer / 1e6).toFixed(2)} MB; ${(line.bytes() / 1e6).toFixed(2)} MB with all that it keeps for later`);
  assert.ok(untilAnswer > 3e6, `${untilAnswer} bytes: the pack is not among them`);
  assert.ok(line.bytes() <= BUDGET_BYTES, `${line.bytes()} bytes`);

  const before = line.bytes();
  await page.goto(line.origin);
  const again = await firstDecision(page);
  const asked = line.bytes() - before;
  assert.ok(again < first, 'what is kept saves the transfer');
  assert.ok(asked < 20_000, `${asked} bytes: only the service worker is asked for`);

  // Throttling is itself work, so once more without. Were nothing done side by side, a processor so much slower took that much longer.
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const root = await demo.browser.newBrowserCDPSession();
  await page.goto('about:blank');
  const start = await worked(root);
  await page.goto(line.origin);
  await firstDecision(page);
  const processor = SLOWER * ((await worked(root)) - start);
  console.log(`later visit: first decision after ${Math.round(again)} ms and ${asked} bytes; the processor's time alone is ${Math.round(processor)} ms, ${SLOWER} times what page and workers took here`);
  assert.ok(Math.min(again, processor) <= SLACK * BUDGET_MS, `${Math.round(again)} ms by the clock and ${Math.round(processor)} ms of the processor; the budget is ${BUDGET_MS} on a machine with nothing else to do`);
  await close();
  await line.close();
});

/** The same server behind a slow line, whose bytes all of its connections share: so also for workers, which devtools leave out. */
async function slowLine(origin, { bytesPerSecond, latency }) {
  let free = 0; // when the line is next
  let bytes = 0;
  const sockets = new Set();
  const line = createServer((client) => {
    const upstream = connect(Number(new URL(origin).port), '127.0.0.1');
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
    client.on('data', (chunk) => setTimeout(() => upstream.write(chunk), latency));
    upstream.on('data', (chunk) => {
      bytes += chunk.length;
      free = Math.max(free, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
      setTimeout(() => client.write(chunk), free - performance.now());
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => setTimeout(() => client.end(), Math.max(0, free - performance.now())));
  });
  await once(line.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    line.close();
  };
  return { origin: `http://127.0.0.1:${line.address().port}`, bytes: () => bytes, close };
}

test('there without a network, once it was there with one', async () => {
  const { page, troubles, close } = await openDemo();
  await page.locator('#offline', { hasText: 'Works offline' }).waitFor();
  await page.context().setOffline(true);
  await page.reload();
  await headline(page, 'Clothing › Dresses');
  await page.goto(`${demo.server.origin}/?q=gold+hoop+earrings`);
  await headline(page, 'Earrings');
  assert.match(await page.locator('#requests').innerText(), /^0 requests$/);
  assert.deepEqual(troubles, []);
  await close();
});

test('installable: a manifest with icons, a service worker that answers', async () => {
  const { page, close } = await openDemo();
  await page.locator('#offline', { hasText: 'Works offline' }).waitFor();
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  for (const { src } of manifest.icons) assert.ok(readFileSync(`${dist}/${src}`).length > 100, src);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  await close();
});

test('the policy stands in the page itself, for servers that send none', () => {
  const html = readFileSync(`${dist}/index.html`, 'utf8');
  assert.match(html, /<meta http-equiv="content-security-policy" content="default-src (&#39;|')none\1; script-src \1self\1 \1wasm-unsafe-eval\1;/);
  assert.ok(!/<script(?![^>]*\bsrc=)/.test(html), 'no script of its own in the page');
});

test('no console errors, and no address but its own', async () => {
  const { page, troubles, requests, close } = await newPage(demo.browser).then(async (opened) => (await opened.page.goto(demo.server.origin), opened));
  await page.locator('#facts').waitFor();
  assert.deepEqual(requests.filter((url) => !url.startsWith(demo.server.origin)), []);
  assert.deepEqual(troubles, []);
  await close();
});
