// The worker that loadInWorker starts: a classifier that is called by messages.
import type { Aisle } from './client.js';
import { AisleError } from './errors.js';
import { load } from './load.js';
import type { FromWorker, Loaded, SentError, SentLoadOptions, ToWorker } from './protocol.js';
import type { PackUpdate, Progress } from './types.js';

const port = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: { data: ToWorker }) => void): void;
};

let aisle: Aisle;
const aborts = new Map<number, AbortController>();

port.addEventListener('message', ({ data }) => void answer(data));

async function answer(message: ToWorker): Promise<void> {
  const { id } = message;
  if ('abort' in message) return aborts.get(id)?.abort();
  try {
    const value = 'method' in message ? (aisle[message.method] as (...args: unknown[]) => unknown)(...message.args) : await fetching(message);
    port.postMessage({ id, value });
  } catch (error) {
    port.postMessage({ id, error: sent(error) });
  }
}

async function fetching(message: Exclude<ToWorker, { method: string } | { abort: true }>): Promise<unknown> {
  const { id } = message;
  const abort = new AbortController();
  aborts.set(id, abort);
  const options = { signal: abort.signal, onProgress: (progress: Progress) => port.postMessage({ id, progress }) };
  try {
    if ('load' in message) return await start(message.load, options);
    return await aisle.updatePack(message.update, { ...options, integrity: message.integrity });
  } finally {
    aborts.delete(id);
  }
}

async function start({ swap, ...sources }: SentLoadOptions, options: { signal: AbortSignal }): Promise<Loaded> {
  const onPackUpdate = ({ pack, error }: PackUpdate) => port.postMessage({ update: pack, error: error && sent(error) });
  aisle = await load({ ...sources, ...options, onPackUpdate: swap ? onPackUpdate : undefined });
  return { pack: aisle.pack, build: aisle.build };
}

function sent(error: unknown): SentError {
  const { message, cause } = error as Error;
  return { code: error instanceof AisleError ? error.code : 'internal', message, cause: cause === undefined ? undefined : String(cause) };
}
