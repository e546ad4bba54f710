import { AisleError } from './errors.js';
import type { ByteSource } from './types.js';

// What this module needs of Node's process, which Deno and Bun have too. Asking it for 'fs', rather than importing it, leaves
// nothing for a bundler or a browser to resolve.
interface NodeProcess {
  getBuiltinModule?(name: 'node:fs/promises'): {
    readFile(path: URL | string, options: { signal: AbortSignal | undefined }): Promise<Uint8Array>;
  };
}
const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** Turns an address into a response or bytes. `what` names the thing in errors. */
export async function open(source: ByteSource, what: string, signal?: AbortSignal): Promise<Response | Uint8Array> {
  signal?.throwIfAborted();
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (typeof source === 'string' || source instanceof URL) {
    const address = locate(source);
    if (typeof address === 'string' || address.protocol === 'file:') return readFile(address, what, signal);
    return checked(fetch(address, { signal: signal ?? null }), what, address.href, signal);
  }
  if (source instanceof Response || source instanceof Promise) return checked(source, what, 'the given response', signal);
  throw new AisleError('invalid_argument', `${what} is ${describe(source)}, expected a URL, bytes or a Response`);
}

/** All bytes of what `open` returned. */
export async function bytesOf(opened: Response | Uint8Array, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (opened instanceof Uint8Array) return opened;
  try {
    return new Uint8Array(await opened.arrayBuffer());
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AisleError('network', `${what} broke off while it was read${from(opened.url)}`, cause);
  }
}

/** Of an argument, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : `of type ${typeof value}`;
}

const from = (address: string) => (address ? ` from ${address}` : '');

// A page's base makes any string a URL; without one, what has no scheme is a path.
function locate(source: URL | string): URL | string {
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
  if (response.ok) return response;
  const code = response.status === 404 || response.status === 410 ? 'not_found' : 'network';
  throw new AisleError(code, `${what}: the server answered ${response.status}${from(response.url || address)}`);
}
