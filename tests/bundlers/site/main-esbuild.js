// esbuild copies no files by itself: addresses come by its file loader, and the worker is an entry of its own.
import { load, loadInWorker } from 'aisle';
import wasm from 'aisle/aisle.wasm';
import pack from 'aisle/storefront.aisle';
import { exercise } from './body.mjs';

const inWorker = (options) => loadInWorker({ ...options, worker: new Worker('/worker.js', { type: 'module' }) });

globalThis.run = async () => [await exercise(load, { wasm, pack }), await exercise(inWorker, { wasm, pack })];
