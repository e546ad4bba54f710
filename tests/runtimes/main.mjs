// tests/shared/body.mjs as a program: prints one report of load and, where there are workers, one of loadInWorker.
import { load, loadInWorker } from 'aisle';
import { exercise } from './body.mjs';

console.log(JSON.stringify([await exercise(load), typeof Worker === 'undefined' ? null : await exercise(loadInWorker)]));
