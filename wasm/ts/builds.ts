import { AisleError } from './errors.js';

// Validates only where relaxed SIMD does: a function of one i32x4.relaxed_dot_i8x16_i7x16_add_s.
// prettier-ignore
const RELAXED_DOT = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0,                          // magic, version
  1, 5, 1, 96, 0, 1, 123,                               // a type: () -> v128
  3, 2, 1, 0,                                           // a function of it
  10, 19, 1, 17, 0,                                     // its body: no locals
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15,       // three of: i32.const 0, i8x16.splat
  253, 147, 2, 11);                                     // the dot product, end

// Likewise for SIMD: i32.const 0, i8x16.splat.
// prettier-ignore
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);

/** Whether the build with relaxed SIMD runs here and computes rightly. */
export function supportsRelaxed(): boolean {
  const { process } = globalThis as { process?: { versions?: { v8?: string } } };
  const v8 = process?.versions?.v8;
  // V8 11 as in Node 20 validates relaxed dot products but miscomputes them.
  return !(v8 && parseInt(v8) < 12) && WebAssembly.validate(RELAXED_DOT);
}

/** Throws where no build runs. */
export function requireSimd(): void {
  // iPhones in lockdown mode have no WebAssembly at all.
  if (typeof WebAssembly === 'undefined') throw new AisleError('no_simd', 'there is no WebAssembly here');
  if (!WebAssembly.validate(SIMD)) throw new AisleError('no_simd', 'this engine has no WebAssembly SIMD');
}

/** The address of the build to use. */
export function chooseBuild(relaxed = supportsRelaxed()): URL {
  if (!relaxed) return new URL('./aisle.wasm', import.meta.url);
  if (!supportsRelaxed()) throw new AisleError('no_simd', 'relaxed SIMD was asked for, which this engine lacks or miscomputes');
  return new URL('./aisle-relaxed.wasm', import.meta.url);
}

/** Whether the content security policy forbids WebAssembly: even the least module fails to compile. */
export async function isBlocked(): Promise<boolean> {
  try {
    await WebAssembly.compile(SIMD);
    return false;
  } catch {
    return true;
  }
}
