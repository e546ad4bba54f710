// SHA-256 by the platform: many times faster than WebAssembly that was compiled a moment ago.

// What this module needs of Node's process, as in source.ts.
interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): { createHash(name: 'sha256'): { update(part: Uint8Array): { digest(): Uint8Array } } };
}

const SIZE = 32;

/**
 * The digests of the parts, one after another; undefined where the platform has none to offer (a page that is not served over
 * HTTPS, for one) or fails. The parts are read before this returns: they may change while the promise is pending.
 */
export async function sha256(parts: Uint8Array[]): Promise<Uint8Array | undefined> {
  try {
    const digests = await Promise.all(parts.map(digestOf()));
    const joined = new Uint8Array(SIZE * parts.length);
    digests.forEach((digest, i) => joined.set(new Uint8Array(digest), SIZE * i));
    return joined;
  } catch {
    return undefined;
  }
}

// Node's own is there at once; crypto.subtle first copies what it is given, as anything asynchronous must.
function digestOf(): (part: Uint8Array) => ArrayLike<number> | ArrayBuffer | Promise<ArrayBuffer> {
  const node = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto');
  if (node) return (part) => node.createHash('sha256').update(part).digest();
  const { subtle } = crypto;
  return (part) => subtle.digest('SHA-256', part as Uint8Array<ArrayBuffer>);
}
