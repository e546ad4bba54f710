// The types that customers compile against, and the documentation made of them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
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
  const types = path.join(folder, 'node_modules/aisle/dist/index.d.ts');
  const config = { compilerOptions: { ...STRICT, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'] }, files: [types] };
  writeFileSync(path.join(folder, 'tsconfig.docs.json'), JSON.stringify(config));
  const flags = ['--tsconfig', 'tsconfig.docs.json', '--entryPoints', types, '--out', 'docs', '--readme', 'none', '--excludeExternals', 'false', '--excludePrivate'];
  const validation = ['--treatWarningsAsErrors', '--validation.notDocumented', '--requiredToBeDocumented', 'Class,Interface,Function,Method,TypeAlias'];
  execFileSync(process.execPath, [path.join(modules, 'typedoc/bin/typedoc'), ...flags, ...validation], { cwd: folder, stdio: 'inherit' });
  for (const page of ['functions/load.html', 'functions/loadInWorker.html', 'classes/AisleError.html', 'interfaces/Decision.html']) assert.ok(existsSync(path.join(folder, 'docs', page)), page);
});
