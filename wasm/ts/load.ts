import { chooseBuild, requireSimd } from './builds.js';
import { KeptPack } from './cache.js';
import { Aisle } from './client.js';
import { instantiate } from './engine.js';
import { AisleError } from './errors.js';
import { bytesOf, describe, open, type Reading } from './source.js';
import type { ByteSource, LoadOptions } from './types.js';

/** Fetches engine and pack, side by side, and opens the pack. Throws `AisleError`, or the signal's reason. */
export async function load(options: LoadOptions = {}): Promise<Aisle> {
  check(options);
  requireSimd();
  const { pack = new URL('./storefront.aisle', import.meta.url), signal, onProgress, integrity, onPackUpdate } = options;
  const reading = { what: 'the pack', signal, onProgress, integrity: integrity?.pack };
  const instance = instantiate(options.wasm ?? chooseBuild(options.relaxed), signal, integrity?.wasm);
  instance.catch(() => {}); // heard below, unless the pack fails before

  const start = async (bytes: Uint8Array): Promise<Aisle> => {
    const aisle = Aisle.open(await instance, bytes, onPackUpdate);
    if (signal?.aborted) aisle.close();
    signal?.throwIfAborted();
    return aisle;
  };

  const kept = await KeptPack.at(options.cache, pack);
  const copy = await kept?.match();
  if (kept && copy) {
    const aisle = await bytesOf(copy, reading).then(start).catch(unlessDamaged);
    // A pack with a known hash has no other version.
    if (aisle && integrity?.pack === undefined) void refresh(aisle, kept, copy.headers, onPackUpdate);
    if (aisle) return aisle;
  }

  const [{ bytes, headers }] = await Promise.all([fetchPack(pack, reading), instance]);
  const aisle = await start(bytes);
  if (kept && headers) void kept.put(bytes, headers); // the page need not wait for the disk
  return aisle;
}

async function fetchPack(pack: ByteSource, reading: Reading): Promise<{ bytes: Uint8Array; headers: Headers | undefined }> {
  const opened = await open(pack, reading);
  return { bytes: await bytesOf(opened, reading), headers: opened instanceof Response ? opened.headers : undefined };
}

// A kept pack may be damaged, or older than this code: it is then fetched again.
function unlessDamaged(error: unknown): undefined {
  if (error instanceof AisleError && ['bad_pack', 'unsupported_pack', 'integrity', 'truncated'].includes(error.code)) return;
  throw error;
}

// After a load from the cache: what the next visit gets, or with a listener this one.
async function refresh(aisle: Aisle, kept: KeptPack, headers: Headers, onPackUpdate: LoadOptions['onPackUpdate']): Promise<void> {
  const newer = await kept.newer(headers).catch(() => undefined); // offline visits are why it is kept
  if (!newer) return;
  if (onPackUpdate) {
    try {
      await aisle.updatePack(newer.bytes);
    } catch (error) {
      if ((error as AisleError).code !== 'closed') onPackUpdate({ pack: aisle.pack, error: error as AisleError });
      return;
    }
  }
  await kept.put(newer.bytes, newer.headers);
}

function check(options: LoadOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new AisleError('invalid_argument', `options is ${describe(options)}, expected an object`);
  }
  const { integrity, cache, wasm } = options;
  if (integrity !== undefined && (typeof integrity !== 'object' || integrity === null)) {
    throw new AisleError('invalid_argument', `options.integrity is ${describe(integrity)}, expected { pack, wasm }`);
  }
  if (cache !== undefined && (typeof cache !== 'string' || cache === '')) {
    throw new AisleError('invalid_argument', `options.cache is ${describe(cache)}, expected the name of a cache`);
  }
  if (integrity?.wasm !== undefined && typeof WebAssembly !== 'undefined' && wasm instanceof WebAssembly.Module) {
    throw new AisleError('invalid_argument', 'options.integrity.wasm is given with a compiled module, which has no bytes to check');
  }
  for (const name of ['onProgress', 'onPackUpdate'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new AisleError('invalid_argument', `options.${name} is ${describe(options[name])}, expected a function`);
    }
  }
}
