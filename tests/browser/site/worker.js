import { load } from './aisle/index.js';
import { exercise } from './body.mjs';

onmessage = ({ ports: [port] }) =>
  exercise(load).then(
    (report) => port.postMessage({ report }),
    (error) => port.postMessage({ error: `${error.code}: ${error.message}` }),
  );
