// Another pack in the place of the one in use.
import { batch } from '@preact/signals';
import { withdrawCategories } from './categories';
import { engine, inTurn, opened, pack, shipped } from './engine';
import { withdrawCorrections } from './rules';

/** Changes over; throws `AisleError` and keeps the one in use when it is not sound. */
export const usePack = (bytes: ArrayBuffer): Promise<void> =>
  inTurn(async () => {
    const facts = await engine().updatePack(bytes).catch((error: Error) => withoutTaught(bytes, error));
    batch(() => {
      pack.value = facts;
      shipped.value = false;
      opened.value++; // what was taught is tried with this one
    });
  });

// The engine takes what was taught along, and refuses a pack that lacks a label of it. Here it is what was taught that has to wait.
async function withoutTaught(bytes: ArrayBuffer, error: Error & { code?: string }) {
  if (error.code !== 'invalid_argument' && error.code !== 'no_prototypes') throw error;
  await withdrawCorrections();
  await withdrawCategories();
  return engine().updatePack(bytes).catch((other) => {
    opened.value++; // what was withdrawn comes back
    throw other;
  });
}
