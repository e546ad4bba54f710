// What page and worker say to each other.
import type { ErrorCode } from './errors.js';
import type { LoadOptions, PackFacts, Progress } from './types.js';

/** A source as it crosses: an absolute address or bytes. */
export type Sendable = string | ArrayBuffer | ArrayBufferView;

/** `swap`: whether a cached pack's successor is put to use at once. */
export interface SentLoadOptions extends Pick<LoadOptions, 'relaxed' | 'integrity' | 'cache'> {
  pack?: Sendable | undefined;
  wasm?: Sendable | WebAssembly.Module | undefined;
  swap: boolean;
}

/** From the page: what to do, or to give up the call with this id. */
export type ToWorker =
  | { id: number; load: SentLoadOptions }
  | { id: number; update: Sendable; integrity: string | undefined }
  | { id: number; method: Called; args: unknown[] }
  | { id: number; abort: true };

/** The methods that are called as they are. */
export type Called =
  | 'classify'
  | 'similar'
  | 'setRules'
  | 'addCategory'
  | 'removeCategory'
  | 'probabilities'
  | 'pieces'
  | 'tokens'
  | 'logits'
  | 'selfTest';

/** From the worker: the end of a call, its progress, or what became of a pack. */
export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; error: SentError }
  | { id: number; progress: Progress }
  | { update: PackFacts; error: SentError | undefined };

/** An error as it crosses; its cause as text, since not every cause can. */
export interface SentError {
  code: ErrorCode;
  message: string;
  cause: string | undefined;
}

/** The value of a load. */
export interface Loaded {
  pack: PackFacts;
  build: 'simd' | 'relaxed';
}
