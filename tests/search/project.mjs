// The samples of examples/, each in a fresh project with the packed tarball and the frameworks that the lock files here pin.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { freshProject } from '../shared/fresh.mjs';

const tests = path.join(import.meta.dirname, '..');

/**
 * Samples by the name of their test: the folder in examples/, what its types must refuse, and where its modules come from when not
 * from tests/.
 */
export const SAMPLES = {
  html: { sample: 'html' },
  'React 19': { sample: 'react', wrong: 'wrong.tsx' },
  'React 18': { sample: 'react', wrong: 'wrong.tsx', modules: 'search/react-18/node_modules' },
  Vue: { sample: 'vue', wrong: 'Wrong.vue' },
};

/** The project's folder. Its modules are what its package.json asks for, and their types. */
export function sampleProject(name, { sample, wrong, modules = 'node_modules' }) {
  const source = path.join(tests, '../examples', sample);
  const files = readdirSync(source).map((file) => `examples/${sample}/${file}`);
  if (wrong) files.push(`tests/search/wrong/${wrong}`);
  const folder = freshProject(name.toLowerCase().replace(' ', '-'), ...files);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  for (const needed of Object.keys({ ...dependencies, ...devDependencies })) {
    if (needed === 'aisle') continue; // the tarball
    const [found] = [modules, 'node_modules'].map((where) => path.join(tests, where, needed)).filter(existsSync);
    const link = path.join(folder, 'node_modules', needed);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(found, link);
  }
  return folder;
}
