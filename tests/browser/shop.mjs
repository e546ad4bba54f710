// A server whose files tests can change, and one interface to both browsers.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { HEADERS, TYPES } from '../../web-demo/serve.mjs';
import { launch as launchChromium, newPage } from './chromium.mjs';

const dist = path.dirname(new URL(import.meta.resolve('aisle')).pathname);
const here = (file) => path.join(import.meta.dirname, file);

/**
 * Serves the site with the package at /aisle/. `answers` maps a path to a function of request and response that answers in the
 * file's place; `asked` counts the requests of each path.
 */
export async function openShop(headers = {}) {
  const answers = new Map([['/favicon.ico', (_, response) => response.writeHead(204).end()]]);
  const asked = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    asked.set(pathname, (asked.get(pathname) ?? 0) + 1);
    for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value);
    response.setHeader('content-type', TYPES[path.extname(pathname)] ?? TYPES['.html']);
    const answer = answers.get(pathname) ?? (() => response.end(readFileSync(fileOf(pathname))));
    try {
      answer(request, response);
    } catch {
      response.writeHead(404).end('not found\n');
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, answers, asked, close };
}

function fileOf(pathname) {
  if (pathname.startsWith('/aisle/')) return path.join(dist, path.basename(pathname));
  if (pathname === '/body.mjs') return here('../shared/body.mjs');
  return here(`site/${pathname === '/' ? 'index.html' : path.basename(pathname)}`);
}

// Each opens a fresh page without cookies or caches: { page, troubles, close }.
export const BROWSERS = {
  Chromium: async () => {
    const browser = await launchChromium();
    return { close: () => browser.close(), open: () => newPage(browser) };
  },
  Firefox: async () => {
    const patience = { timeout: 300_000, protocolTimeout: 300_000 }; // a small machine may be busy
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', headless: true, ...patience });
    return { close: () => browser.close(), open: () => newFirefoxPage(browser) };
  },
};

async function newFirefoxPage(browser) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const troubles = [];
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  return { page, troubles, close: () => context.close() };
}
