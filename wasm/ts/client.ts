/// <reference lib="esnext.disposable" preserve="true" />
import type { Instance, RawEngine } from './engine.js';
import { AisleError } from './errors.js';
import { toTsv } from './rules.js';
import { describe, read } from './source.js';
import type { ByteSource, ClassifyOptions, Decision, LoadOptions, ManyOptions, NewCategory, PackFacts, Probabilities, Rule, SelfTest, SimilarOptions, SimilarQuery, UpdateOptions } from './types.js';

const utf8 = new TextEncoder();

// How long classifyMany keeps a page from drawing and reacting: half a frame.
const TURN_MS = 8;

/** A pack in WebAssembly memory. */
interface OpenPack {
  engine: RawEngine;
  /** Once they were asked for. */
  facts?: PackFacts | undefined;
}

/** A classifier over one pack, made by `load`. All its methods throw `AisleError`. */
export class Aisle {
  readonly #instance: Instance;
  readonly #onPackUpdate: LoadOptions['onPackUpdate'];
  #open: OpenPack;
  /** As they were set, for the next pack. */
  #rules: Uint8Array | undefined;
  /** As they were added, for the next pack. */
  #added: NewCategory[] = [];
  #closed = false;
  #updates: Promise<unknown> = Promise.resolve();

  private constructor(instance: Instance, open: OpenPack, onPackUpdate: LoadOptions['onPackUpdate']) {
    this.#instance = instance;
    this.#open = open;
    this.#onPackUpdate = onPackUpdate;
  }

  /** @internal */
  static open(instance: Instance, pack: Uint8Array, onPackUpdate?: LoadOptions['onPackUpdate']): Aisle {
    return new Aisle(instance, openPack(instance, pack), onPackUpdate);
  }

  /** What the pack says about itself. */
  get pack(): PackFacts {
    const open = this.#use();
    return (open.facts ??= JSON.parse(this.#instance.call(() => open.engine.facts())) as PackFacts);
  }

  /** What the query is about. Takes about a millisecond. */
  classify(query: string, options: ClassifyOptions = {}): Decision {
    const { locale = '', top = 5, errorRate, context = [] } = checked(options);
    const bytes = encode(query, 'the query');
    const localeBytes = encode(locale, 'options.locale');
    const contextBytes = utf8.encode(context.map((id) => `${id}\n`).join(''));
    return JSON.parse(this.#call((engine) => engine.classify(bytes, localeBytes, top, errorRate ?? 0, contextBytes))) as Decision;
  }

  /** Of one query after another, in their order. Lets the page draw and react in between. */
  async *classifyMany(queries: Iterable<string> | AsyncIterable<string>, options: ManyOptions = {}): AsyncGenerator<Decision, void, undefined> {
    let turn = performance.now();
    for await (const query of queries) {
      if (performance.now() - turn >= TURN_MS) {
        await new Promise((later) => setTimeout(later));
        turn = performance.now();
      }
      options.signal?.throwIfAborted();
      yield this.classify(query, options);
    }
  }

  /**
   * The head queries nearest to the query, best first, out of the index that the pack holds; throws `no_index` when it holds none. A
   * query of which the pack knows no piece finds nothing.
   */
  similar(query: string, options: SimilarOptions = {}): SimilarQuery[] {
    const { locale = '', top = 5 } = checked(options);
    const bytes = encode(query, 'the query');
    const localeBytes = encode(locale, 'options.locale');
    return (JSON.parse(this.#call((engine) => engine.similar(bytes, localeBytes, top))) as { similar: SimilarQuery[] }).similar;
  }

  /**
   * Puts override rules to use, in the place of the pack's own or of earlier ones: all or, when one is not sound, none of them. They
   * stay through `updatePack`, which fails when the new pack lacks a label of theirs.
   */
  setRules(rules: readonly Rule[]): void {
    const tsv = toTsv(rules);
    this.#call((engine) => engine.setRules(tsv));
    this.#rules = tsv;
  }

  /**
   * From here on the category competes with the others. It stays through `updatePack`, which fails when the new pack can't take it.
   * Returns the pack's facts, which list it now.
   */
  addCategory(category: NewCategory): PackFacts {
    const open = this.#use();
    add(this.#instance, open, category);
    this.#added.push({ ...category, examples: [...category.examples] });
    return this.pack;
  }

  /** Takes back one that was added, or that the pack holds as a prototype. Returns the pack's facts. */
  removeCategory(id: string): PackFacts {
    const bytes = encode(id, 'the id');
    this.#call((engine) => engine.removeCategory(bytes));
    this.#added = this.#added.filter((category) => category.id !== id);
    this.#open.facts = undefined;
    return this.pack;
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

  /**
   * Changes over to another pack without a gap: it is fetched, opened and put through its self-test beside the one in use, which
   * answers until then, and stays when anything fails. Several updates run one after another. Resolves with the new pack's facts.
   */
  updatePack(pack: ByteSource, options: UpdateOptions = {}): Promise<PackFacts> {
    const done = this.#updates.then(async () => {
      const bytes = await read(pack, { what: 'the pack', ...options });
      return this.#changeOver(bytes, options.signal);
    });
    this.#updates = done.catch(() => {});
    return done;
  }

  async #changeOver(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<PackFacts> {
    this.#use(); // or it is closed
    const next = openPack(this.#instance, bytes);
    let before: OpenPack;
    try {
      this.#instance.call(() => next.engine.selfTest());
      for (const category of this.#added) add(this.#instance, next, category);
      const rules = this.#rules;
      if (rules) this.#instance.call(() => next.engine.setRules(rules));
      signal?.throwIfAborted();
      before = this.#use(); // or it has been closed meanwhile
    } catch (error) {
      free(this.#instance, next.engine);
      throw error;
    }
    this.#open = next;
    free(this.#instance, before.engine);
    const { pack: facts } = this;
    queueMicrotask(() => this.#onPackUpdate?.({ pack: facts })); // what it throws is no failure of the update
    return facts;
  }

  /** Frees the pack. May be called again; any other method throws `closed` afterwards. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    free(this.#instance, this.#open.engine);
  }

  /** `using aisle = await load()` closes it at the end of the block. */
  declare [Symbol.dispose]: () => void;

  static {
    // Where Symbol.dispose is not there yet, neither is `using`.
    if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.close;
  }

  #use(): OpenPack {
    if (this.#closed) throw new AisleError('closed', 'the classifier is closed');
    return this.#open;
  }

  #call<T>(call: (engine: RawEngine) => T): Exclude<T, { code: unknown }> {
    const { engine } = this.#use();
    return this.#instance.call(() => call(engine)) as Exclude<T, { code: unknown }>;
  }
}

function openPack(instance: Instance, pack: Uint8Array): OpenPack {
  const engine = instance.call(() => new instance.exports.Engine());
  try {
    const view = instance.call(() => engine.reserve(pack.byteLength));
    if (!view) throw new AisleError('out_of_memory', `no memory for a pack of ${pack.byteLength} bytes`);
    view.set(pack);
    instance.call(() => engine.open());
    return { engine };
  } catch (error) {
    free(instance, engine);
    throw error;
  }
}

function add(instance: Instance, open: OpenPack, category: NewCategory): void {
  if (typeof category !== 'object' || category === null) throw new AisleError('invalid_argument', `the category is ${describe(category)}, expected an object`);
  const { id, name, groupName = '', examples, locale = '' } = category;
  if (!Array.isArray(examples)) throw new AisleError('invalid_argument', `category.examples is ${describe(examples)}, expected an array of strings`);
  const idBytes = encode(id, 'category.id');
  const nameBytes = encode(name, 'category.name');
  const groupBytes = encode(groupName, 'category.groupName');
  const localeBytes = encode(locale, 'category.locale');
  examples.forEach((example, i) => encode(example, `category.examples[${i}]`));
  const lines = utf8.encode(examples.map((example: string) => `${example.replaceAll('\n', ' ')}\n`).join(''));
  instance.call(() => open.engine.addCategory(idBytes, nameBytes, groupBytes, lines, localeBytes));
  open.facts = undefined;
}

function free(instance: Instance, engine: RawEngine): void {
  if (instance.usable) instance.call(() => engine.delete());
}

function checked(options: ClassifyOptions): ClassifyOptions {
  if (typeof options !== 'object' || options === null) {
    throw new AisleError('invalid_argument', `options is ${describe(options)}, expected an object`);
  }
  const { top, errorRate, context } = options;
  if (top !== undefined && !(Number.isInteger(top) && top >= 0 && top <= 100)) {
    throw new AisleError('invalid_argument', `options.top is ${describe(top)}, expected a whole number from 0 to 100`);
  }
  if (errorRate !== undefined && !(typeof errorRate === 'number' && errorRate > 0)) {
    throw new AisleError('invalid_argument', `options.errorRate is ${describe(errorRate)}, expected one of pack.errorRates`);
  }
  if (context !== undefined && !(Array.isArray(context) && context.every((id) => typeof id === 'string'))) {
    throw new AisleError('invalid_argument', `options.context is ${describe(context)}, expected an array of ids, such as ['phones/smartphones']`);
  }
  return options;
}

function encode(text: string, what: string): Uint8Array {
  if (typeof text !== 'string') throw new AisleError('invalid_argument', `${what} is ${describe(text)}, expected a string`);
  return utf8.encode(text);
}
