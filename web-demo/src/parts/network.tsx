import { attempt, during, sealed, since, tryToSend } from '../model/network';
import { bytes } from '../model/words';

/** What was fetched, and that nothing can be any more. */
export function Network() {
  const fetched = during.value.reduce((sum, asked) => sum + asked.bytes, 0);
  return (
    <section class="card network" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <p class="big" id="network-count">{since.value.length} <small>requests since the page loaded</small></p>
      <p>
        To load, the page itself fetched {during.value.length} files{fetched > 0 && ` (${bytes(fetched)})`}, its worker the engine and the pack.{' '}
        {sealed.value && 'Then it forbade itself every further connection: it added a content security policy, which the browser enforces and which cannot be taken back.'}
      </p>
      <p>
        <button type="button" id="try-to-send" onClick={() => void tryToSend()}>Try to send a query home</button>{' '}
        <span role="status" id="attempt">{attempt.value === 'refused' ? 'The browser refused: nothing left this device.' : attempt.value === 'let through' ? 'It went through: this browser does not enforce the policy.' : ''}</span>
      </p>
      {since.value.length > 0 && <ul>{since.value.map(({ url }) => <li key={url}>{url}</li>)}</ul>}
    </section>
  );
}
