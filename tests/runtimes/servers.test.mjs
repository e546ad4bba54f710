// Deno, Bun and each Node: the same program in a fresh project reports the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test, { before } from 'node:test';
import { expectedReport, freshProject } from '../shared/fresh.mjs';

const from = (...parts) => path.join(import.meta.dirname, '..', ...parts);

// The least that each needs. Deno asks for a permission for each thing, and gets no network.
const RUNTIMES = {
  Deno: [from('node_modules/@deno/linux-x64-glibc/deno'), ['run', '--no-prompt', '--allow-read=.', 'main.mjs'], true],
  Bun: [from('node_modules/@oven/bun-linux-x64-baseline/bin/bun'), ['main.mjs'], true],
  'Node 20': [from('../.deps/node20/bin/node'), ['main.mjs'], false],
  'Node 22': [from('../.deps/node22/bin/node'), ['main.mjs'], false],
  'Node 24': [from('../.deps/node24/bin/node'), ['main.mjs'], false],
};

let folder, expected;
before(async () => {
  folder = freshProject('servers', 'tests/runtimes/main.mjs');
  expected = JSON.parse(JSON.stringify(await expectedReport()));
});

for (const [name, [binary, flags, hasWorkers]] of Object.entries(RUNTIMES)) {
  test(`${name} runs the body${hasWorkers ? ', here and in a worker' : ''}`, () => {
    const printed = execFileSync(binary, flags, { cwd: folder, encoding: 'utf8' });
    const [here, inWorker] = JSON.parse(printed);
    assert.deepEqual(here, expected);
    assert.deepEqual(inWorker, hasWorkers ? expected : null);
  });
}
