/** What went wrong, to branch on. Stable across versions. */
export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'network'
  | 'wrong_type'
  | 'truncated'
  | 'integrity'
  | 'bad_pack'
  | 'unsupported_pack'
  | 'self_test'
  | 'no_index'
  | 'no_prototypes'
  | 'bad_wasm'
  | 'blocked'
  | 'no_simd'
  | 'no_worker'
  | 'closed'
  | 'out_of_memory'
  | 'internal';

const HINTS: Record<ErrorCode, string> = {
  invalid_argument: 'Correct the argument; the message says what was expected.',
  not_found: 'Serve the file at that address, or pass `pack` or `wasm` with the right one.',
  network: 'Check the connection and the server, then load again.',
  wrong_type: 'Serve the file itself there, .wasm as application/wasm and .aisle as application/octet-stream; a page often stands in for a missing file.',
  truncated: 'Load again; if it happens again, look for a proxy or a server that cuts large files.',
  integrity: 'Fetch the file again; if it is meant to have changed, pass its new hash.',
  bad_pack: 'Fetch the pack again; if it stays damaged, publish it again.',
  unsupported_pack: 'Use the pack with the version of Aisle it was made for, or update Aisle.',
  self_test: 'This engine computes the pack differently here; report it with the browser and the machine.',
  no_index: "Put the store's head queries into the pack: aisle index HEADS.txt --pack IN --out OUT.",
  no_prototypes: 'Tell the pack how new categories compete: aisle prototypes --weights FILE --pack IN --out OUT.',
  bad_wasm: 'Serve aisle.wasm unchanged and from the same version as index.js.',
  blocked: "Allow WebAssembly by the content security policy: script-src 'self' 'wasm-unsafe-eval'.",
  no_simd: 'WebAssembly SIMD is missing: use Chrome 91, Firefox 89, Safari 16.4, Node 20 or newer.',
  no_worker: "Serve worker.js beside index.js, allow it by worker-src 'self', or pass `worker`; or use load() here.",
  closed: 'Load again; a closed classifier stays closed.',
  out_of_memory: 'Close classifiers that are no longer needed.',
  internal: 'Load again; if it happens again, report it with the message and the query.',
};

/** Every error of this package but an abort, which is the signal's own reason. */
export class AisleError extends Error {
  static {
    // Not the class's own name, which minifiers shorten.
    Object.defineProperty(this, 'name', { value: 'AisleError' });
    this.prototype.name = 'AisleError';
  }

  /** What to do about it. */
  readonly hint: string;

  constructor(
    /** What went wrong, to branch on. */
    readonly code: ErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = HINTS[code];
  }
}
