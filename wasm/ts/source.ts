// From what a caller passes to bytes: addresses, responses, files; progress, hashes, and what can go wrong on the way.
import { AisleError } from './errors.js';
import type { ByteSource, Progress } from './types.js';

/** How to read one source. `what` names the thing in errors. */
export interface Reading {
  what: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  integrity?: string | undefined;
}

// What this module needs of Node's process, which Deno and Bun have too. Asking it for 'fs', rather than importing it, leaves
// nothing for a bundler or a browser to resolve.
interface NodeProcess {
  getBuiltinModule?(name: 'node:fs/promises'): {
    readFile(path: URL | string, options: { signal: AbortSignal | undefined }): Promise<Uint8Array>;
  };
}
const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** All bytes of the source. */
export async function read(source: ByteSource, reading: Reading): Promise<Uint8Array> {
  return bytesOf(await open(source, reading), reading);
}

/** Turns an address into a response or bytes. */
export async function open(source: ByteSource, { what, signal }: Reading, cache?: RequestCache): Promise<Response | Uint8Array> {
  signal?.throwIfAborted();
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (typeof source === 'string' || source instanceof URL) {
    const address = locate(source);
    if (typeof address === 'string' || address.protocol === 'file:') return readFile(address, what, signal);
    const request = cache ? { signal: signal ?? null, cache } : { signal: signal ?? null }; // workerd refuses what it does not know
    return checked(fetch(address, request), what, address.href, signal);
  }
  if (source instanceof Response || source instanceof Promise) return checked(source, what, 'the given response', signal);
  throw new AisleError('invalid_argument', `${what} is ${describe(source)}, expected a URL, bytes or a Response`);
}

/** All bytes of what `open` returned, checked against the hash. */
export async function bytesOf(opened: Response | Uint8Array, { what, signal, onProgress, integrity }: Reading): Promise<Uint8Array> {
  let bytes: Uint8Array;
  if (opened instanceof Uint8Array) {
    bytes = opened;
    onProgress?.({ loaded: bytes.length, total: bytes.length });
  } else {
    try {
      bytes = onProgress && opened.body ? await withProgress(opened, opened.body, onProgress) : new Uint8Array(await opened.arrayBuffer());
    } catch (cause) {
      signal?.throwIfAborted();
      throw new AisleError('truncated', `${what} broke off while it was read${from(opened.url)}`, cause);
    }
  }
  if (integrity !== undefined) await checkHash(bytes, what, integrity);
  return bytes;
}

async function withProgress(response: Response, body: ReadableStream<Uint8Array>, report: (progress: Progress) => void): Promise<Uint8Array> {
  // With a content encoding the length is that of the compressed bytes, which are not those that arrive here.
  const stated = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length'));
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    report({ loaded, total: stated >= loaded ? stated : undefined });
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function checkHash(bytes: Uint8Array, what: string, expected: string): Promise<void> {
  if (typeof expected !== 'string' || !/^sha256-[A-Za-z0-9+/]{43}=$/.test(expected)) {
    throw new AisleError('invalid_argument', `the hash of ${what} is ${describe(expected)}, expected sha256- and 44 characters of base64`);
  }
  if (!globalThis.crypto?.subtle) throw new AisleError('integrity', `the hash of ${what} cannot be checked here: that needs a page served over HTTPS`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  const found = `sha256-${btoa(String.fromCharCode(...digest))}`;
  if (found !== expected) throw new AisleError('integrity', `${what} has the hash ${found}, expected ${expected}`);
}

/** Of an argument, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : `of type ${typeof value}`;
}

const from = (address: string) => (address ? ` from ${address}` : '');

/** A page's base makes any string a URL; without one, what has no scheme is a path. */
export function locate(source: URL | string): URL | string {
  if (source instanceof URL) return source;
  const base = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(source, base);
  } catch {
    return source;
  }
}

async function readFile(path: URL | string, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  const files = nodeProcess?.getBuiltinModule?.('node:fs/promises');
  if (!files) throw new AisleError('not_found', `${what} cannot be read from ${path}: there are no files here`);
  try {
    return await files.readFile(path, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AisleError('not_found', `${what} cannot be read: ${(cause as Error).message}`, cause);
  }
}

async function checked(pending: Response | Promise<Response>, what: string, address: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await pending;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AisleError('network', `${what} cannot be fetched from ${address}`, cause);
  }
  if (!response.ok) {
    const code = response.status === 404 || response.status === 410 ? 'not_found' : 'network';
    throw new AisleError(code, `${what}: the server answered ${response.status}${from(response.url || address)}`);
  }
  const type = response.headers.get('content-type');
  if (type?.startsWith('text/html')) throw new AisleError('wrong_type', `${what}: the server sent ${type}${from(response.url || address)}`);
  return response;
}
