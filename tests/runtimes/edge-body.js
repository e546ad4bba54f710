// tests/shared/body.mjs as an edge worker; /relaxed takes the faster build.
import { load } from 'aisle';
import simd from 'aisle/aisle.wasm';
import relaxed from 'aisle/aisle-relaxed.wasm';
import pack from 'aisle/storefront.aisle';
import { exercise } from './body.mjs';

export default {
  async fetch(request) {
    const wasm = request.url.endsWith('/relaxed') ? relaxed : simd;
    return Response.json(await exercise(load, { wasm, pack }));
  },
};
