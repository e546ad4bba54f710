// A static server for a folder, strict as a careful storefront: the MIME types that browsers insist on, a content security
// policy, no cross-origin isolation, and a file's compressed copy (.br) where there is one. For the demo and its tests, not for the internet.
//
//   node web-demo/serve.mjs FOLDER [PORT]
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

export const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.aisle': 'application/octet-stream',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

// Nothing from elsewhere, nothing inline, nowhere to send anything but to where the page came from.
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

export const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Serves `folder` on this machine alone; port 0 takes any free one. */
export async function serve(folder, port = 0, headers = HEADERS) {
  const server = createServer((request, response) => {
    const file = locate(folder, request.url);
    const size = file && statSync(file, { throwIfNoEntry: false });
    if (!size?.isFile()) return response.writeHead(404, headers).end('not found\n');
    const type = { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' };
    const named = /^\/assets\/.*-[\w-]{8}\.\w+$/.test(request.url) && { 'cache-control': 'public, max-age=31536000, immutable' }; // by its contents
    const small = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') && statSync(`${file}.br`, { throwIfNoEntry: false });
    const encoding = small && { 'content-encoding': 'br', vary: 'accept-encoding' };
    response.writeHead(200, { ...headers, ...type, ...named, ...encoding, 'content-length': (small || size).size });
    createReadStream(small ? `${file}.br` : file).pipe(response);
  });
  await new Promise((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening));
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

// The file of a request; undefined when it leads out of the folder.
function locate(folder, url) {
  try {
    const inside = path.normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    return path.join(folder, inside.endsWith('/') ? `${inside}index.html` : inside);
  } catch {
    return undefined;
  }
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder, port = '8080'] = process.argv;
  const { origin } = await serve(folder, Number(port));
  console.log(`Serving ${folder} at ${origin}/ (Ctrl-C ends it)`);
}
