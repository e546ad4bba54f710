// The types that customers compile against, and the documentation made of them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { before } from 'node:test';
import { freshProject } from '../shared/fresh.mjs';

const modules = path.join(import.meta.dirname, '../node_modules');

let folder;
before(() => (folder = freshProject('types', 'tests/package/samples/page.ts', 'tests/package/samples/using.ts')));

const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: false, types: [] };
const settings = {
  'a bundler': { files: ['page.ts', 'using.ts'], compilerOptions: { ...STRICT, target: 'esnext', module: 'esnext', moduleResolution: 'bundler', lib: ['esnext', 'dom'] } },
  'Node, with an older library': { files: ['page.ts'], compilerOptions: { ...STRICT, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'] } },
};
for (const [what, config] of Object.entries(settings)) {
  test(`its types hold under the strictest settings: ${what}`, () => {
    const file = path.join(folder, `tsconfig.${Object.keys(settings).indexOf(what)}.json`);
    writeFileSync(file, JSON.stringify(config));
    const { stdout, status } = spawnSync(process.execPath, [path.join(modules, 'typescript/bin/tsc'), '--project', file], { encoding: 'utf8' });
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });
}

test('TypeDoc documents all of it without a warning', () => {
  // A copy outside of node_modules, which TypeDoc takes for someone else's.
  cpSync(path.join(folder, 'node_modules/aisle/dist'), path.join(folder, 'api'), { recursive: true, filter: (file) => !/\.(js|wasm|aisle)$/.test(file) });
  const compilerOptions = { ...STRICT, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'] };
  writeFileSync(path.join(folder, 'tsconfig.docs.json'), JSON.stringify({ compilerOptions, files: ['api/index.d.ts', 'api/search.d.ts'] }));
  const flags = ['--tsconfig', 'tsconfig.docs.json', '--out', 'docs', '--readme', 'none', '--excludeExternals', '--disableSources', '--treatWarningsAsErrors', '--validation.notDocumented'];
  for (const kind of ['Class', 'Interface', 'Function', 'Method', 'GetSignature', 'TypeAlias']) flags.push('--requiredToBeDocumented', kind);
  execFileSync(process.execPath, [path.join(modules, 'typedoc/bin/typedoc'), ...flags, 'api/index.d.ts', 'api/search.d.ts'], { cwd: folder, stdio: 'inherit' });
  for (const page of ['functions/index.load.html', 'classes/index.AisleError.html', 'interfaces/index.Decision.html', 'classes/search.AisleSearch.html']) {
    assert.ok(existsSync(path.join(folder, 'docs', page)), page);
  }
});
