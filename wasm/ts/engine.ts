// From WebAssembly to calls that return values or throw AisleError. Only this file knows wasm/bindings.cc.
import create from './glue.js';
import { isBlocked } from './builds.js';
import { AisleError, type ErrorCode } from './errors.js';
import { bytesOf, open, type Reading } from './source.js';
import type { ByteSource, SelfTest } from './types.js';

/** What wasm/bindings.cc returns in place of a value when it fails. */
export interface Failure {
  code: ErrorCode;
  message: string;
}

/** wasm/bindings.cc; strings go in as UTF-8, so that lone surrogates have become U+FFFD. Views last until the next call. */
export interface RawEngine {
  reserve(size: number): Uint8Array | undefined;
  open(): undefined | Failure;
  /** `PackFacts` as JSON. */
  facts(): string;
  /** `context`: ids, each ended by a line feed. */
  classify(query: Uint8Array, locale: Uint8Array, top: number, errorRate: number, context: Uint8Array): string | Failure;
  similar(query: Uint8Array, locale: Uint8Array, top: number): string | Failure;
  setRules(tsv: Uint8Array): undefined | Failure;
  /** Each example is ended by a line feed. */
  addCategory(id: Uint8Array, name: Uint8Array, groupName: Uint8Array, examples: Uint8Array, locale: Uint8Array): undefined | Failure;
  removeCategory(id: Uint8Array): undefined | Failure;
  selfTest(): SelfTest | Failure;
  pieces(query: Uint8Array): string[];
  tokens(query: Uint8Array): Int32Array;
  logits(query: Uint8Array, locale: Uint8Array): Float32Array;
  outcomeProbabilities(): Float32Array;
  subcategoryProbabilities(): Float32Array;
  delete(): void;
}

export interface Exports {
  Engine: new () => RawEngine;
  relaxed: boolean;
  HEAPU8: Uint8Array;
}

/** A WebAssembly instance; holds any number of packs. */
export class Instance {
  /** A trap leaves the memory in an unknown state: nothing may run on it afterwards. */
  #trap: unknown;

  constructor(readonly exports: Exports) {}

  /** Calls into WebAssembly; throws what it returns as a failure. */
  call<T>(call: () => T | Failure): T {
    if (this.#trap) throw new AisleError('internal', 'the engine has stopped after an earlier failure', this.#trap);
    let result: T | Failure;
    try {
      result = call();
    } catch (cause) {
      this.#trap = cause;
      throw new AisleError('internal', `the engine failed: ${(cause as Error).message}`, cause);
    }
    if (isFailure(result)) throw new AisleError(result.code, result.message);
    return result;
  }

  get usable(): boolean {
    return this.#trap === undefined;
  }
}

const isFailure = (result: unknown): result is Failure =>
  typeof result === 'object' && result !== null && 'code' in result && 'message' in result;

// Loads from one address share an instance while any of them lives; afterwards its memory goes back.
const shared = new Map<string, WeakRef<Instance>>();

export async function instantiate(wasm: ByteSource | WebAssembly.Module, signal?: AbortSignal, integrity?: string): Promise<Instance> {
  const address = wasm instanceof URL || typeof wasm === 'string' ? `${wasm} ${integrity}` : undefined;
  const known = address === undefined ? undefined : shared.get(address)?.deref();
  if (known?.usable) return known;
  const module = wasm instanceof WebAssembly.Module ? wasm : await compile(wasm, { what: 'the WebAssembly module', signal, integrity });
  const instance = new Instance(await link(module));
  if (address !== undefined) shared.set(address, new WeakRef(instance));
  return instance;
}

async function compile(wasm: ByteSource, reading: Reading): Promise<WebAssembly.Module> {
  const opened = await open(wasm, reading);
  try {
    // Streaming starts early and lets the browser keep the machine code, but insists on the MIME type, and on no check before.
    const streams =
      opened instanceof Response && opened.headers.get('content-type') === 'application/wasm' && reading.integrity === undefined;
    return await (streams
      ? WebAssembly.compileStreaming(opened)
      : WebAssembly.compile((await bytesOf(opened, reading)) as Uint8Array<ArrayBuffer>));
  } catch (cause) {
    reading.signal?.throwIfAborted();
    if (cause instanceof AisleError) throw cause;
    const message = (cause as Error).message;
    if (await isBlocked()) throw new AisleError('blocked', `WebAssembly may not run here: ${message}`, cause);
    if (cause instanceof TypeError) throw new AisleError('truncated', `${reading.what} broke off while it was read`, cause);
    throw new AisleError('bad_wasm', `${reading.what} does not compile: ${message}`, cause);
  }
}

async function link(module: WebAssembly.Module): Promise<Exports> {
  let failed: (cause: unknown) => void;
  const failure = new Promise<never>((_, reject) => (failed = reject));
  const ready = create({
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module)).catch(failed);
      return {};
    },
    print() {},
    printErr() {},
  });
  try {
    return await Promise.race([ready, failure]);
  } catch (cause) {
    if (cause instanceof RangeError) throw new AisleError('out_of_memory', `no memory for the engine: ${cause.message}`, cause);
    throw new AisleError('bad_wasm', `the WebAssembly module is not this version's engine: ${(cause as Error).message}`, cause);
  }
}
