// Takes the pictures of docs/demo.md anew, of the page as it is built in web-demo/dist.
//
//   scripts/demo --build && node scripts/demo-screenshots.mjs       after scripts/bootstrap browser, and npm ci in tests
import path from 'node:path';
import { launch, newPage } from '../tests/browser/chromium.mjs';
import { serve } from '../web-demo/serve.mjs';

const here = (file) => path.join(import.meta.dirname, '..', file);
const DESKTOP = { viewport: { width: 1080, height: 1060 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };

// Where, how wide, how high, and what must be there before.
const PICTURES = {
  search: { address: '?q=dress%20shoes', options: { viewport: { width: 1080, height: 1440 } }, ready: '#locales' },
  trade: { address: '#trade', options: { ...DESKTOP, colorScheme: 'dark' }, ready: '#fates' },
  batch: { address: '#batch', options: DESKTOP, ready: '#figures', file: 'tests/data/wands.tsv' },
  teach: { address: '?q=navajo%20white', options: { viewport: { width: 1080, height: 820 } }, ready: '#margin', press: ['#wrong'], type: 'paint' },
  phone: { address: '', options: PHONE, ready: '#locales-summary' },
  'phone-dark': { address: '#trade', options: { ...PHONE, colorScheme: 'dark' }, ready: '#fates' },
};

const server = await serve(here('web-demo/dist'));
const browser = await launch();
for (const [name, { address, options, ready, file, press = [], type }] of Object.entries(PICTURES)) {
  const { page, close } = await newPage(browser, options);
  await page.goto(`${server.origin}/${address}`);
  await page.locator('#facts').waitFor();
  if (file) await page.locator('#batch-file').setInputFiles(here(file));
  await page.locator(ready).waitFor({ state: 'attached' });
  for (const selector of press) await page.locator(selector).click();
  if (type) await page.keyboard.type(type);
  await page.waitForTimeout(1000); // transitions, and what is shown once the typing rests
  await page.screenshot({ path: here(`docs/demo-${name}.png`) });
  await close();
}
await browser.close();
await server.close();
