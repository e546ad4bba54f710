// Debian's Chromium for the tests, kept from calling anywhere, and a page that remembers what went wrong in it.
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const launch = () => chromium.launch({ executablePath, args: FLAGS });

/** A browser that keeps what it caches in `folder`, which the contexts of `launch` never do; it is one context. */
export const launchWithProfile = (folder) => chromium.launchPersistentContext(folder, { executablePath, args: FLAGS });

/** A fresh page with `troubles`, all it complained of, and `requests`, the addresses it asked for. */
export async function newPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // a small machine may be busy
  const troubles = [];
  const requests = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('requestfailed', (request) => troubles.push(`${request.url()} ${request.failure().errorText}`));
  page.on('request', (request) => requests.push(request.url()));
  return { page, troubles, requests, close: () => context.close() };
}

/** What `probe` (a function or an expression, with `argument`) gives in the page, once it is true. page.waitForFunction() is stopped by a policy without 'unsafe-eval' when it has to ask twice. */
export async function until(page, probe, argument) {
  for (let waited = 0; waited < 120_000; waited += 50) {
    const found = await page.evaluate(probe, argument);
    if (found) return found;
    await page.waitForTimeout(50);
  }
  throw new Error(`two minutes went by without ${probe}`);
}
