/**
 * Aisle tells what a search query is about, on the shopper's own device.
 *
 *     import { load } from 'aisle';
 *     const aisle = await load();
 *     aisle.classify('cute floral summer dress').category?.name; // 'Dresses'
 */
import { chooseBuild } from './builds.js';
import { Aisle } from './client.js';
import { instantiate } from './engine.js';
import { bytesOf, open } from './source.js';
import type { LoadOptions } from './types.js';

export { AisleError, type ErrorCode } from './errors.js';
export type { Aisle };
export type * from './types.js';

/** Fetches engine and pack, side by side, and opens the pack. Throws `AisleError`, or the signal's reason. */
export async function load(options: LoadOptions = {}): Promise<Aisle> {
  const { pack = new URL('./storefront.aisle', import.meta.url), signal } = options;
  const wasm = options.wasm ?? chooseBuild(options.relaxed);
  const [instance, bytes] = await Promise.all([
    instantiate(wasm, signal),
    open(pack, 'the pack', signal).then((opened) => bytesOf(opened, 'the pack', signal)),
  ]);
  signal?.throwIfAborted();
  const aisle = await Aisle.open(instance, bytes);
  if (signal?.aborted) aisle.close();
  signal?.throwIfAborted();
  return aisle;
}
