// Who computes the hashes: Node's crypto, crypto.subtle as in a page, or the engine. A damaged section is refused with the same
// words by each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { packFile } from './support.mjs';

// Each in a process of its own, since it is the whole process that lacks something. `before` runs ahead of the import; `calls`
// counts what was asked of crypto.subtle.
function inProcess(before) {
  const script = `
    import { readFileSync } from 'node:fs';
    let calls = 0;
    ${before}
    const { load } = await import('aisle');
    const pack = new Uint8Array(readFileSync(process.argv[1]));
    const said = [];
    const say = async (given) => said.push(await load({ pack: (globalThis.given = given) }).then(
      (aisle) => { const { category } = aisle.classify('red running shoes'); aisle.close(); return category?.id ?? 'nothing'; },
      (error) => error.code + ': ' + error.message));
    await say(pack.slice());
    for (const at of [0.03, 0.2, 0.5, 0.9]) {
      const damaged = pack.slice();
      damaged[Math.floor(damaged.length * at)] ^= 4;
      await say(damaged);
    }
    console.log(JSON.stringify({ said, calls }));`;
  const options = { cwd: import.meta.dirname, encoding: 'utf8' };
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script, packFile], options));
}

const WITHOUT_NODE = "const get = process.getBuiltinModule; process.getBuiltinModule = (name) => (name === 'node:crypto' ? undefined : get(name));";
const COUNT = 'const { subtle } = crypto; const digest = subtle.digest.bind(subtle); subtle.digest = (...of) => (++calls, digest(...of));';
const platforms = {
  "Node's crypto": '',
  'crypto.subtle': WITHOUT_NODE + COUNT,
  'the engine, without crypto': `${WITHOUT_NODE} Object.defineProperty(globalThis, 'crypto', { value: undefined });`,
  'the engine, on a page without HTTPS': `${WITHOUT_NODE} Object.defineProperty(globalThis, 'crypto', { value: {} });`,
  'the engine, after a digest that failed': `${WITHOUT_NODE} crypto.subtle.digest = async () => { throw new Error('no'); };`,
};
let first;
for (const [what, before] of Object.entries(platforms)) {
  test(`hashes by ${what}`, () => {
    const { said, calls } = inProcess(before);
    first ??= said;
    assert.doesNotMatch(said[0], /:/);
    for (const refusal of said.slice(1)) assert.match(refusal, /^bad_pack: section \d \(\w+\) is damaged: its SHA-256 is [0-9a-f]{64}, the pack says/);
    assert.deepEqual(said, first);
    assert.equal(calls > 0, what === 'crypto.subtle');
  });
}

test('digests of something else are refused', () => {
  const { said } = inProcess(`${WITHOUT_NODE} crypto.subtle.digest = async () => new ArrayBuffer(32);`);
  for (const refusal of said) assert.match(refusal, /^bad_pack: section 0 \(\w+\) is damaged: its SHA-256 is 0{64}/);
});

test('bytes that change while they are hashed do no harm', () => {
  // The engine has its own copy, and the hash is of that one.
  const { said } = inProcess(`${WITHOUT_NODE}
    const { subtle } = crypto; const digest = subtle.digest.bind(subtle);
    subtle.digest = (...of) => { const pending = digest(...of); globalThis.given?.fill(0); return pending; };`);
  assert.deepEqual(said, first);
});
