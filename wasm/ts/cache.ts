// Packs kept in Cache Storage from one visit to the next.
import { bytesOf, locate, open } from './source.js';
import type { ByteSource } from './types.js';

/** The place of one address's pack in a cache. */
export class KeptPack {
  private constructor(
    private readonly cache: Cache,
    readonly address: string,
  ) {}

  /** Undefined where nothing can be kept: no Cache Storage (it needs HTTPS), or the pack is not at an HTTP address. */
  static async at(name: string | undefined, pack: ByteSource): Promise<KeptPack | undefined> {
    if (name === undefined || !(pack instanceof URL || typeof pack === 'string')) return undefined;
    const address = locate(pack);
    if (typeof address === 'string' || !address.protocol.startsWith('http')) return undefined;
    try {
      const cache = await globalThis.caches?.open(name);
      return cache && new KeptPack(cache, address.href);
    } catch {
      return undefined; // storage is off, as in some private windows
    }
  }

  /** The kept response, if any. */
  async match(): Promise<Response | undefined> {
    return this.cache.match(this.address).catch(() => undefined);
  }

  /** Keeps the bytes with the headers that tell versions apart. A full disk is no reason to fail: the next visit fetches again. */
  async put(bytes: Uint8Array, headers: Headers): Promise<void> {
    const kept = new Headers();
    for (const name of VALIDATORS) {
      const value = headers.get(name);
      if (value !== null) kept.set(name, value);
    }
    await this.cache.put(this.address, new Response(bytes as Uint8Array<ArrayBuffer>, { headers: kept })).catch(() => {});
  }

  /** Asks the address for another pack than the one kept with these headers; undefined when it has none. */
  async newer(headers: Headers): Promise<{ bytes: Uint8Array; headers: Headers } | undefined> {
    const response = (await open(this.address, PACK, 'no-cache')) as Response;
    if (VALIDATORS.some((name) => response.headers.get(name) !== null && response.headers.get(name) === headers.get(name))) {
      await response.body?.cancel();
      return undefined;
    }
    const bytes = await bytesOf(response, PACK);
    const kept = await this.match();
    if (!kept || !equal(bytes, new Uint8Array(await kept.arrayBuffer()))) return { bytes, headers: response.headers };
    await this.put(bytes, response.headers);
    return undefined;
  }
}

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

const PACK = { what: 'the pack' };

// The first is hidden from other origins' pages, the second is not.
const VALIDATORS = ['etag', 'last-modified'];
