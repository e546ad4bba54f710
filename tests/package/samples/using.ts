// `using` closes both kinds of classifier.
import { load, loadInWorker } from 'aisle';

using aisle = await load();
using remote = await loadInWorker();
console.log(aisle.classify('q').outcome, (await remote.classify('q')).outcome);

// The addresses that bundlers and servers need.
console.log(import.meta.resolve('aisle/aisle.wasm'));
