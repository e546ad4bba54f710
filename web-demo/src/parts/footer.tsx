import { loading, pack } from '../model/engine';
import { since } from '../model/network';
import { offline } from '../model/offline';

/** The promise, counted. */
export function Footer() {
  const requests = since.value.length;
  const facts = pack.value;
  return (
    <footer class="bottom">
      <p class="promise" data-requests={requests}>
        <strong id="requests">{requests} {requests === 1 ? 'request' : 'requests'}</strong> {loading.value.state === 'ready' ? 'since it loaded' : 'so far'}
        {' · '}<a href="#pack">proof</a>
      </p>
      <p id="offline">{offline.value === 'ready' ? 'Works offline' : offline.value === 'saving' ? 'Saving for offline use' : 'Runs on this device'}</p>
      {facts && <p id="facts">Pack {facts.name} {facts.version}</p>}
    </footer>
  );
}
