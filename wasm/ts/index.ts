/**
 * Aisle tells what a search query is about, on the shopper's own device.
 *
 *     import { load } from 'aisle';
 *     const aisle = await load();
 *     aisle.classify('cute floral summer dress').category?.name; // 'Dresses'
 *
 * @module
 */
export { AisleError, type ErrorCode } from './errors.js';
export { load } from './load.js';
export { loadInWorker } from './remote.js';
export type { Aisle } from './client.js';
export type { RemoteAisle, RemoteOptions } from './remote.js';
export type * from './types.js';
