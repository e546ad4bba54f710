// <aisle-search> in the samples of examples/, built by Vite in a fresh project and used in Chromium.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { build } from 'vite';
import { serve } from '../../web-demo/serve.mjs';
import { launch, newPage } from '../browser/chromium.mjs';
import { freshProject } from '../shared/fresh.mjs';

const SAMPLES = ['html', 'react', 'vue'];

let folder, browser, server;
before(async () => {
  folder = freshProject('samples', ...SAMPLES.map((sample) => `examples/${sample}`));
  const modules = path.join(import.meta.dirname, '../node_modules');
  const alias = Object.fromEntries(['react-dom', 'react', 'vue'].map((name) => [name, path.join(modules, name)]));
  const input = SAMPLES.map((sample) => path.join(folder, sample, 'index.html'));
  await build({ root: folder, logLevel: 'warn', resolve: { alias }, build: { outDir: 'out', rollupOptions: { input } } });
  writeFileSync(path.join(folder, 'out/favicon.ico'), ''); // browsers ask for it
  server = await serve(path.join(folder, 'out'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(sample) {
  const opened = await newPage(browser);
  await opened.page.goto(`${server.origin}/${sample}/`);
  await opened.page.evaluate(() => {
    globalThis.heard = [];
    for (const type of ['aisle:decision', 'aisle:error']) {
      document.addEventListener(type, ({ type, detail, target }) => heard.push([type, detail.query ?? detail.code, target.localName]));
    }
  });
  return opened;
}

for (const sample of SAMPLES) {
  test(`${sample}: says what is typed, seen and heard, once the typing pauses`, async () => {
    const { page, troubles, close } = await open(sample);
    const input = page.getByRole('searchbox', { name: 'Search the shop' });
    await input.pressSequentially('cute floral summer dress');
    await page.locator('#department', { hasText: 'In Clothing › Dresses' }).waitFor();
    assert.equal(await page.getByRole('status').textContent(), 'Clothing, Dresses');
    const heard = await page.evaluate('heard');
    assert.deepEqual(heard.at(-1), ['aisle:decision', 'cute floral summer dress', 'aisle-search']);
    assert.ok(heard.length < 24, `${heard.length} decisions for 24 keys`);
    await input.fill('how tall is mount everest');
    await page.locator('#department', { hasText: /^$/ }).waitFor({ state: 'attached' });
    assert.equal(await page.getByRole('status').textContent(), '');
    assert.equal(await page.evaluate('document.activeElement.name'), 'q');
    await page.evaluate(() =>
      document.querySelector('form').addEventListener('submit', (event) => {
        event.preventDefault();
        globalThis.sent = new FormData(event.target).get('q');
      }),
    );
    await input.press('Enter');
    assert.equal(await page.evaluate('sent'), 'how tall is mount everest', 'the form works as ever');
    assert.deepEqual(troubles, []);
    await close();
  });
}

test('compositions, removal, and a classifier of one\'s own', async () => {
  const { page, close } = await open('html');
  const asked = await page.evaluate(async () => {
    const element = document.querySelector('aisle-search');
    const input = element.querySelector('input');
    const asked = [];
    element.classifier = { classify: async (query, { locale }) => (asked.push(`${query} ${locale}`), { query }) };
    element.setAttribute('delay', '0');
    const heard = (type) => new Promise((resolve) => element.addEventListener(type, resolve, { once: true }));
    const type = (value, isComposing) => {
      input.value = value;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing }));
    };
    type('k', true);
    type('か', true);
    let next = heard('aisle:decision');
    input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    await next;

    element.classifier = { classify: async () => Promise.reject(Object.assign(new Error('no'), { code: 'closed' })) };
    next = heard('aisle:error');
    type('fails');
    await next;

    element.classifier = { classify: async (query) => (asked.push(query), { query }) };
    type('too late');
    element.remove();
    await new Promise((later) => setTimeout(later)); // after the timer that must not fire
    document.body.append(element);
    next = heard('aisle:decision');
    type('back');
    await next;
    return [...asked, document.querySelectorAll('[role=status]').length];
  });
  assert.deepEqual(asked, ['か en-US', 'back', 1]);
  await close();
});
