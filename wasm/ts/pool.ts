// The classifiers that the elements of a page share: one for each pack, engine and place to run, for as long as an element uses it.
import { load, loadInWorker, type AisleError } from './index.js';
import type { Classifier } from './search.js';

/** What to load, as the attributes of `<aisle-search>` say; `''` for the files beside the module. */
export interface Source {
  pack: string;
  wasm: string;
  worker: boolean;
}

interface Shared {
  classifier: Promise<Classifier>;
  failed: boolean;
  users: number;
  readonly abort: AbortController;
}

const pool = new Map<string, Shared>();

/** One element's share of a classifier. */
export class Loan {
  readonly #key: string;
  readonly #shared: Shared;
  #returned = false;

  constructor(source: Source) {
    this.#key = JSON.stringify(source);
    const known = pool.get(this.#key);
    this.#shared = known && !known.failed ? known : open(source); // after a failure, another attempt
    this.#shared.users++;
    pool.set(this.#key, this.#shared);
  }

  get classifier(): Promise<Classifier> {
    return this.#shared.classifier;
  }

  get failed(): boolean {
    return this.#shared.failed;
  }

  /** May be called again. The last one to give it back ends the worker or the download. */
  giveBack(): void {
    if (this.#returned) return;
    this.#returned = true;
    const shared = this.#shared;
    if (--shared.users > 0) return;
    if (pool.get(this.#key) === shared) pool.delete(this.#key);
    shared.abort.abort();
    shared.classifier.then((classifier) => classifier.close(), () => {});
  }
}

function open({ pack, wasm, worker }: Source): Shared {
  const abort = new AbortController();
  const options = { pack: pack || undefined, wasm: wasm || undefined, signal: abort.signal };
  const inPage = (error: AisleError) => {
    if (error.code !== 'no_worker') throw error;
    return load(options); // slower typing is better than no answer
  };
  const classifier = worker ? loadInWorker(options).catch(inPage) : load(options);
  const shared: Shared = { classifier, failed: false, users: 0, abort };
  classifier.catch(() => (shared.failed = true)); // whoever asks for it gets the error
  return shared;
}
