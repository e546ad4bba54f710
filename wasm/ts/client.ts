import type { Instance, RawEngine } from './engine.js';
import { AisleError } from './errors.js';
import { sha256 } from './hash.js';
import { describe } from './source.js';
import type { ClassifyOptions, Decision, PackFacts, Probabilities, SelfTest } from './types.js';

const utf8 = new TextEncoder();

/** A classifier over one pack, made by `load`. All its methods throw `AisleError`. */
export class Aisle {
  /** What the pack says about itself. */
  readonly pack: PackFacts;
  readonly #instance: Instance;
  #engine: RawEngine | undefined;

  private constructor(instance: Instance, engine: RawEngine, pack: PackFacts) {
    this.#instance = instance;
    this.#engine = engine;
    this.pack = pack;
  }

  /** @internal */
  static async open(instance: Instance, pack: Uint8Array): Promise<Aisle> {
    const engine = instance.call(() => new instance.exports.Engine());
    try {
      return new Aisle(instance, engine, await openPack(instance, engine, pack));
    } catch (error) {
      if (instance.usable) instance.call(() => engine.delete());
      throw error;
    }
  }

  /** What the query is about. Takes about a millisecond. */
  classify(query: string, options: ClassifyOptions = {}): Decision {
    const { locale = '', top = 5, errorRate } = checked(options);
    const bytes = encode(query, 'the query');
    const localeBytes = encode(locale, 'options.locale');
    return JSON.parse(this.#call((engine) => engine.classify(bytes, localeBytes, top, errorRate ?? 0))) as Decision;
  }

  /** All probabilities of the query; undefined when it has no piece that the pack knows. */
  probabilities(query: string, options: ClassifyOptions = {}): Probabilities | undefined {
    if (this.classify(query, { ...options, top: 1 }).alternatives.length === 0) return undefined;
    return {
      outcomes: this.#call((engine) => engine.outcomeProbabilities().slice()),
      subcategories: this.#call((engine) => engine.subcategoryProbabilities().slice()),
    };
  }

  /** The pieces that the query is read as; `▁` stands for a space. */
  pieces(query: string): string[] {
    const bytes = encode(query, 'the query');
    return this.#call((engine) => engine.pieces(bytes));
  }

  /** The ids of those pieces, as many as the pack reads. */
  tokens(query: string): number[] {
    const bytes = encode(query, 'the query');
    return this.#call((engine) => Array.from(engine.tokens(bytes)));
  }

  /** The router's scores before calibration, to compare builds and engines; empty when the query has no piece. */
  logits(query: string, locale = ''): Float32Array {
    const bytes = encode(query, 'the query');
    const localeBytes = encode(locale, 'the locale');
    return this.#call((engine) => engine.logits(bytes, localeBytes).slice());
  }

  /** Runs the pack's own test queries; throws when one comes out differently than it should. */
  selfTest(): SelfTest {
    return this.#call((engine) => engine.selfTest());
  }

  /** Which build of the engine runs. */
  get build(): 'simd' | 'relaxed' {
    return this.#instance.exports.relaxed ? 'relaxed' : 'simd';
  }

  /** Size of the WebAssembly memory, which classifiers of one engine share; it is reused, and returned with the last of them. */
  get heapBytes(): number {
    return this.#instance.exports.HEAPU8.byteLength;
  }

  /** Frees the pack. May be called again; any other method throws `closed` afterwards. */
  close(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    if (engine && this.#instance.usable) this.#instance.call(() => engine.delete());
  }

  #call<T>(call: (engine: RawEngine) => T): Exclude<T, { code: unknown }> {
    const engine = this.#engine;
    if (!engine) throw new AisleError('closed', `the classifier of pack ${this.pack.name} is closed`);
    return this.#instance.call(() => call(engine)) as Exclude<T, { code: unknown }>;
  }
}

async function openPack(instance: Instance, engine: RawEngine, pack: Uint8Array): Promise<PackFacts> {
  const view = instance.call(() => engine.reserve(pack.byteLength));
  if (!view) throw new AisleError('out_of_memory', `no memory for a pack of ${pack.byteLength} bytes`);
  view.set(pack);
  // What is hashed is the engine's copy, which nobody else can change.
  const places = instance.call(() => engine.sections());
  const sections: Uint8Array[] = [];
  for (let i = 0; i < places.length; i += 2) sections.push(instance.exports.HEAPU8.subarray(places[i]!, places[i]! + places[i + 1]!));
  const digests = (await sha256(sections)) ?? new Uint8Array(0);
  return JSON.parse(instance.call(() => engine.open(digests))) as PackFacts;
}

function checked(options: ClassifyOptions): ClassifyOptions {
  if (typeof options !== 'object' || options === null) {
    throw new AisleError('invalid_argument', `options is ${describe(options)}, expected an object`);
  }
  const { top, errorRate } = options;
  if (top !== undefined && !(Number.isInteger(top) && top >= 0 && top <= 100)) {
    throw new AisleError('invalid_argument', `options.top is ${describe(top)}, expected a whole number from 0 to 100`);
  }
  if (errorRate !== undefined && !(typeof errorRate === 'number' && errorRate > 0)) {
    throw new AisleError('invalid_argument', `options.errorRate is ${describe(errorRate)}, expected one of pack.errorRates`);
  }
  return options;
}

function encode(text: string, what: string): Uint8Array {
  if (typeof text !== 'string') throw new AisleError('invalid_argument', `${what} is ${describe(text)}, expected a string`);
  return utf8.encode(text);
}
