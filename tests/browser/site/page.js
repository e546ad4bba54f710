// Runs tests/shared/body.mjs in every context that a page has.
import * as aisle from './aisle/index.js';
import { exercise } from './body.mjs';

const answer = (target, ask) =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.report));
    target.onerror = (event) => reject(new Error(event.message ?? 'the worker did not start'));
    target.postMessage(ask, [port2]);
  });

globalThis.contexts = {
  page: () => exercise(aisle.load),
  'loadInWorker()': () => exercise(aisle.loadInWorker),
  'a module worker': () => answer(new Worker('worker.js', { type: 'module' }), 'run'),
  'a classic worker': () => answer(new Worker('classic-worker.js'), 'run'),
};
globalThis.startServiceWorker = async () => {
  await navigator.serviceWorker.register('service-worker.js', { type: 'module' });
  const { active } = await navigator.serviceWorker.ready;
  return active.state;
};
globalThis.inServiceWorker = () => answer(navigator.serviceWorker.controller, 'run');
globalThis.aisle = aisle;
