// Projects as customers have them: a folder of their own with the packed tarball installed by npm.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'aisle';
import { exercise } from './body.mjs';

const repository = path.join(import.meta.dirname, '../..');
const tarball = path.join(repository, 'build/npm/aisle.tgz');

/** A new project of that name; `files` are copied into it, paths from the repository. Beside them lies body.mjs. */
export function freshProject(name, ...files) {
  const folder = path.join(repository, 'build/npm/projects', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }\n');
  const install = ['install', '--silent', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball];
  execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const file of ['tests/shared/body.mjs', ...files]) cpSync(path.join(repository, file), path.join(folder, path.basename(file)), { recursive: true });
  return folder;
}

/** What the body reports in this Node, with the build that every engine has; the others must report the same. */
export const expectedReport = () => exercise(load, { relaxed: false });
