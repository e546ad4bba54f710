// Types as a page uses them; checked, never run.
import { AisleError, load, loadInWorker, type Aisle, type Decision, type ErrorCode, type LoadOptions, type NewCategory, type PackFacts, type RemoteAisle, type Rule } from 'aisle';

const options: LoadOptions = {
  pack: 'p.aisle',
  wasm: new URL('https://shop.example/aisle.wasm'),
  signal: AbortSignal.timeout(1000),
  integrity: { pack: 'sha256-…' },
  cache: 'packs',
  onProgress: ({ loaded, total }) => console.log(total === undefined ? loaded : loaded / total),
  onPackUpdate: ({ pack, error }) => console.log(pack.version, error?.message),
};
const aisle: Aisle = await load(options);
const decision: Decision = aisle.classify('red shoes', { locale: 'en-US', top: 3, errorRate: 0.05 });
const name: string | undefined = decision.category?.name;
const facts: number[] = aisle.pack.errorRates.map((rate) => rate.coverage);
for await (const { outcome } of aisle.classifyMany(['a', 'b'], { signal: AbortSignal.timeout(9) })) console.log(outcome satisfies Decision['outcome']);
const rules: Rule[] = [{ id: 'sale', match: 'prefix', text: 'sale', decision: ['clothing/dresses', 'shoes/boots'], locale: 'en', priority: 1 }];
aisle.setRules(rules);
const rule: string | undefined = decision.rule;
const next: PackFacts = await aisle.updatePack(new Uint8Array(5), { integrity: 'sha256-…' });

const lasers: NewCategory = { id: 'tools/laser-levels', name: 'Laser levels', examples: ['cross line laser'] as const };
const withLasers: PackFacts = aisle.addCategory({ ...lasers, groupName: 'Tools', locale: 'en-US' });

try {
  aisle.pieces('q');
} catch (error) {
  if (error instanceof AisleError && error.code === 'closed') console.log(error.hint, error.cause);
}

const remote: RemoteAisle = await loadInWorker({ ...options, worker: new Worker('worker.js', { type: 'module' }) });
const latest: Decision | undefined = await remote.classifyLatest('red sh');
const far: Promise<Float32Array> = remote.logits('red shoes');
await remote.setRules([]);
const without: Promise<PackFacts> = remote.removeCategory(lasers.id);
remote.close();

// @ts-expect-error: a query is a string
aisle.classify(5);
// @ts-expect-error: no such kind of rule
aisle.setRules([{ id: 'a', match: 'suffix', text: 'b', decision: 'none' }]);
// @ts-expect-error: a category needs examples
aisle.addCategory({ id: 'tools/laser-levels', name: 'Laser levels' });
// @ts-expect-error: no such outcome
decision.outcome === 'perhaps';
// @ts-expect-error: no such error
new AisleError('oops', '');
// @ts-expect-error: a category may be absent
decision.category.name;
// @ts-expect-error: made by load alone
new (aisle.constructor as typeof Aisle)();
// @ts-expect-error: in a worker, answers are promises
remote.classify('q').outcome;
// @ts-expect-error: no such option
await load({ packs: 'p.aisle' });
// @ts-expect-error: no such code
const code: ErrorCode = 'oops';

export { name, facts, rule, next, latest, far, code, withLasers, without };
