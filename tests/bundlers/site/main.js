// A shop's own code, bundled: nothing told but what the README says.
import { load, loadInWorker } from 'aisle';
import { exercise } from './body.mjs';

globalThis.run = async () => [await exercise(load), await exercise(loadInWorker)];
