import { loaded, loading } from '../model/engine';
import { bytes } from '../model/words';

interface Explained extends Error {
  hint?: string;
}

/** How far the pack has come; or why it did not. */
export function LoadingBar() {
  const now = loading.value;
  if (now.state === 'ready') return null;
  if (now.state === 'failed') {
    const { message, hint } = now.error as Explained;
    return (
      <section class="card failed" role="alert">
        <h2>It did not load</h2>
        <p>{message}. {hint}</p>
      </section>
    );
  }
  const share = Math.min(1, loaded.value / 6.6e6); // of a compressed transfer the total is not told
  return (
    <section class="card loading">
      <h2>Loading the pack</h2>
      <div class="track" role="progressbar" aria-label="Loading" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <div class="fill" style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <p>{loaded.value > 0 ? `${bytes(loaded.value)} unpacked. ` : ''}Once, for this visit and the next; after it no request is made.</p>
    </section>
  );
}
