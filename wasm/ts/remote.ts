/// <reference lib="esnext.disposable" preserve="true" />
import type { Aisle } from './client.js';
import { AisleError } from './errors.js';
import type { Called, FromWorker, Loaded, Sendable, SentError, ToWorker } from './protocol.js';
import { locate, read } from './source.js';
import type { ByteSource, ClassifyOptions, Decision, LoadOptions, ManyOptions, NewCategory, PackFacts, PackUpdate, Probabilities, Progress, Rule, SelfTest, SimilarOptions, SimilarQuery, UpdateOptions } from './types.js';

/** As for `load`, and a worker of one's own. */
export interface RemoteOptions extends LoadOptions {
  /**
   * A worker that runs `dist/worker.js`, where `loadInWorker` can't start one itself: from another origin, or bundled by a tool
   * that does not know `new Worker(new URL(…))`. It belongs to the classifier from then on.
   */
  worker?: Worker | undefined;
}

/**
 * `load` in a worker, so that the page stays free even while it loads. Addresses are relative to the page; bytes are copied.
 * Throws `AisleError`, or the signal's reason.
 */
export async function loadInWorker(options: RemoteOptions = {}): Promise<RemoteAisle> {
  const { pack, wasm, relaxed, integrity, cache, signal, onProgress, onPackUpdate } = options;
  signal?.throwIfAborted();
  const sources = {
    pack: pack === undefined ? undefined : await sendable(pack, 'the pack', signal),
    wasm: wasm === undefined || isModule(wasm) ? wasm : await sendable(wasm, 'the WebAssembly module', signal),
  };
  const channel = new Channel(options.worker ?? startWorker());
  try {
    const request = { load: { ...sources, relaxed, integrity, cache, swap: onPackUpdate !== undefined } };
    const loaded = (await channel.ask(request, { signal, onProgress })) as Loaded;
    return new RemoteAisle(channel, loaded, onPackUpdate);
  } catch (error) {
    channel.close(error);
    throw error;
  }
}

/** A classifier in a worker, made by `loadInWorker`: the methods of `Aisle`, as promises. */
export class RemoteAisle {
  readonly #channel: Channel;
  #pack: PackFacts;
  /** Which build of the engine runs. */
  readonly build: 'simd' | 'relaxed';
  #latest: Promise<unknown> = Promise.resolve();
  #newest = 0;

  /** @internal */
  constructor(channel: Channel, { pack, build }: Loaded, onPackUpdate: LoadOptions['onPackUpdate']) {
    this.#channel = channel;
    this.#pack = pack;
    this.build = build;
    channel.onUpdate = (update) => {
      this.#pack = update.pack;
      onPackUpdate?.(update);
    };
  }

  /** What the pack says about itself. */
  get pack(): PackFacts {
    return this.#pack;
  }

  /** What the query is about. */
  classify(query: string, options?: ClassifyOptions): Promise<Decision> {
    return this.#call('classify', query, options) as Promise<Decision>;
  }

  /**
   * For search as you type: what the query is about, or undefined as soon as a later call has made this one stale. Stale calls
   * that still wait never reach the worker.
   */
  async classifyLatest(query: string, options?: ClassifyOptions): Promise<Decision | undefined> {
    const mine = ++this.#newest;
    await this.#latest;
    if (mine !== this.#newest) return undefined;
    const decision = this.classify(query, options);
    this.#latest = decision.catch(() => {});
    const found = await decision;
    return mine === this.#newest ? found : undefined;
  }

  /** Of one query after another, in their order. */
  async *classifyMany(queries: Iterable<string> | AsyncIterable<string>, options: ManyOptions = {}): AsyncGenerator<Decision, void, undefined> {
    const { signal, ...rest } = options; // a signal can't be sent
    for await (const query of queries) {
      signal?.throwIfAborted();
      yield await this.classify(query, rest);
    }
  }

  /** The head queries nearest to the query, best first; rejects with `no_index` when the pack holds no index of them. */
  similar(query: string, options?: SimilarOptions): Promise<SimilarQuery[]> {
    return this.#call('similar', query, options) as Promise<SimilarQuery[]>;
  }

  /** Puts override rules to use, in the place of the pack's own or of earlier ones: all or, when one is not sound, none of them. */
  setRules(rules: readonly Rule[]): Promise<void> {
    return this.#call('setRules', rules) as Promise<void>;
  }

  /** From here on the category competes with the others, through `updatePack` too. Resolves with the pack's facts, which list it now. */
  async addCategory(category: NewCategory): Promise<PackFacts> {
    return (this.#pack = (await this.#call('addCategory', category)) as PackFacts);
  }

  /** Takes back one that was added, or that the pack holds as a prototype. Resolves with the pack's facts. */
  async removeCategory(id: string): Promise<PackFacts> {
    return (this.#pack = (await this.#call('removeCategory', id)) as PackFacts);
  }

  /** All probabilities of the query; undefined when it has no piece that the pack knows. */
  probabilities(query: string, options?: ClassifyOptions): Promise<Probabilities | undefined> {
    return this.#call('probabilities', query, options) as Promise<Probabilities | undefined>;
  }

  /** The pieces that the query is read as; `▁` stands for a space. */
  pieces(query: string): Promise<string[]> {
    return this.#call('pieces', query) as Promise<string[]>;
  }

  /** The ids of those pieces, as many as the pack reads. */
  tokens(query: string): Promise<number[]> {
    return this.#call('tokens', query) as Promise<number[]>;
  }

  /** The router's scores before calibration; empty when the query has no piece. */
  logits(query: string, locale?: string): Promise<Float32Array> {
    return this.#call('logits', query, locale) as Promise<Float32Array>;
  }

  /** Runs the pack's own test queries; throws when one comes out differently than it should. */
  selfTest(): Promise<SelfTest> {
    return this.#call('selfTest') as Promise<SelfTest>;
  }

  /** Changes over to another pack without a gap; the one in use stays when anything fails. Resolves with the new pack's facts. */
  async updatePack(pack: ByteSource, options: UpdateOptions = {}): Promise<PackFacts> {
    const update = await sendable(pack, 'the pack', options.signal);
    const facts = (await this.#channel.ask({ update, integrity: options.integrity }, options)) as PackFacts;
    return (this.#pack = facts);
  }

  /** Ends the worker and gives its memory back. What was asked and not answered is rejected with `closed`, as any later call is. */
  close(): void {
    this.#channel.close(new AisleError('closed', `the classifier of pack ${this.#pack.name} is closed`));
  }

  /** `using aisle = await loadInWorker()` closes it at the end of the block. */
  declare [Symbol.dispose]: () => void;

  static {
    if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.close;
  }

  #call(method: Called, ...args: unknown[]): Promise<unknown> {
    return this.#channel.ask({ method, args });
  }
}

// Has the compiler check that both classes have the same methods.
type Promised<T> = { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never };
(null as unknown as RemoteAisle) satisfies Promised<Pick<Aisle, Called>>;

type Request = ToWorker extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never;
type Watch = Pick<UpdateOptions, 'signal' | 'onProgress'>;

/** Matches the worker's answers with what was asked. */
class Channel {
  onUpdate: (update: PackUpdate) => void = () => {};
  #waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void; onProgress: ((progress: Progress) => void) | undefined }>();
  #last = 0;
  #ended: unknown;
  #heard = false;

  constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }) => this.#hear(data as FromWorker);
    worker.onerror = (event) => {
      event.preventDefault(); // it is reported here
      const problem = event.message ? `: ${event.message}` : '';
      this.close(this.#heard ? new AisleError('internal', `the worker failed${problem}`) : new AisleError('no_worker', `the worker did not start${problem}`));
    };
  }

  async ask(request: Request, { signal, onProgress }: Watch = {}): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#ended) throw this.#ended;
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, onProgress }));
    const abort = () => {
      this.#waiting.get(id)?.reject(signal?.reason);
      this.#send({ id, abort: true });
    };
    signal?.addEventListener('abort', abort);
    try {
      this.#send({ id, ...request });
      return await answer;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  close(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
  }

  #send(message: ToWorker): void {
    try {
      this.worker.postMessage(message);
    } catch (cause) {
      throw new AisleError('invalid_argument', `an argument can't be sent to a worker: ${(cause as Error).message}`, cause);
    }
  }

  #hear(message: FromWorker): void {
    this.#heard = true;
    if ('update' in message) return this.onUpdate({ pack: message.update, ...(message.error && { error: received(message.error) }) });
    const call = this.#waiting.get(message.id);
    if ('progress' in message) call?.onProgress?.(message.progress);
    else if ('error' in message) call?.reject(received(message.error));
    else call?.resolve(message.value);
  }
}

const received = ({ code, message, cause }: SentError) => new AisleError(code, message, cause);

function startWorker(): Worker {
  if (typeof Worker === 'undefined') throw new AisleError('no_worker', 'there are no workers here');
  try {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'aisle' });
  } catch (cause) {
    throw new AisleError('no_worker', `the worker did not start: ${(cause as Error).message}`, cause);
  }
}

const isModule = (source: unknown): source is WebAssembly.Module => typeof WebAssembly !== 'undefined' && source instanceof WebAssembly.Module;

// Addresses as seen from the page, and what a worker can be sent: responses can't.
async function sendable(source: ByteSource, what: string, signal: AbortSignal | undefined): Promise<Sendable> {
  if (typeof source === 'string' || source instanceof URL) return String(locate(source));
  return read(source, { what, signal });
}
