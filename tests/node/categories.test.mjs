// addCategory() and removeCategory(): new categories at run time.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'aisle';
import { aisleError, packFile } from './support.mjs';

const cli = fileURLToPath(new URL('../../build/release/aisle', import.meta.url));
const weights = fileURLToPath(new URL('../../models/storefront/prototypes.json', import.meta.url));

const LASERS = { id: 'tools/laser-levels', name: 'Laser levels', examples: ['cross line laser', 'self leveling laser level', 'green laser level 360'] };
const LIQUIDS = { id: 'vaping/e-liquids', name: 'E-liquids', groupName: 'Vaping', examples: ['e liquid 70/30', 'nic salt mango', 'vape juice menthol'] };

let aisle;
let pack;
let packWithLasers;
before(async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aisle-'));
  const [based, lines, lasers] = ['based.aisle', 'lines.tsv', 'lasers.aisle'].map((name) => path.join(folder, name));
  execFileSync(cli, ['prototypes', '--weights', weights, '--pack', packFile, '--out', based]);
  writeFileSync(lines, LASERS.examples.map((query) => `${LASERS.id}\t${query}\n`).join(''));
  execFileSync(cli, ['prototypes', lines, '--new', `${LASERS.id}=${LASERS.name}`, '--pack', based, '--out', lasers]);
  [pack, packWithLasers] = [based, lasers].map((file) => readFileSync(file));
  rmSync(folder, { recursive: true });
  aisle = await load({ pack });
});
after(() => aisle?.close());

test('a new category competes until it is removed', () => {
  const { alternatives } = aisle.classify('cross line laser level');
  const { groups } = aisle.pack;
  const facts = aisle.addCategory(LASERS);
  assert.deepEqual(facts.groups.find(({ id }) => id === 'tools').subcategories.at(-1), { id: LASERS.id, name: LASERS.name });
  assert.equal(aisle.pack, facts);
  const decision = aisle.classify('cross line laser level');
  assert.equal(decision.alternatives[0].id, LASERS.id);
  if (decision.category) assert.deepEqual([decision.category.name, decision.source], ['Laser levels', 'prototype']);
  const { outcomes, subcategories } = aisle.probabilities('cross line laser level');
  assert.equal(outcomes.length, groups.length + 2);
  assert.equal(subcategories.length, groups.flatMap((group) => group.subcategories).length + 1);
  assert.ok(Math.abs(outcomes.reduce((a, b) => a + b) - 1) < 1e-4);

  assert.deepEqual(aisle.removeCategory(LASERS.id).groups, groups);
  assert.deepEqual(aisle.classify('cross line laser level').alternatives, alternatives);
});

test('a pack may hold it', async () => {
  const other = await load({ pack: packWithLasers });
  aisle.addCategory(LASERS);
  const [stored, added] = [other, aisle].map((one) => one.classify('cross line laser level'));
  aisle.removeCategory(LASERS.id);
  other.close();
  const said = ({ outcome, group, category, source, band, alternatives }) => [outcome, group?.id, category?.id, source, band, alternatives.map(({ id }) => id)];
  assert.deepEqual(said(stored), said(added));
  assert.ok(Math.abs(stored.confidence - added.confidence) < 0.001); // the stored vector is the command line's, whose sums round otherwise
});

test('a group of its own', () => {
  const before = aisle.pack.groups.length;
  const { groups } = aisle.addCategory(LIQUIDS);
  assert.deepEqual(groups[before], { id: 'vaping', name: 'Vaping', subcategories: [{ id: LIQUIDS.id, name: LIQUIDS.name }] });
  assert.equal(aisle.classify('nic salt e liquid mango').alternatives[0].id, LIQUIDS.id);
  assert.equal(aisle.removeCategory(LIQUIDS.id).groups.length, before);
});

test('an example may hold line ends', () => {
  aisle.addCategory({ ...LASERS, examples: ['cross\nline\r\nlaser'] });
  assert.throws(() => aisle.addCategory({ ...LIQUIDS, examples: ['\n'] }), aisleError('invalid_argument', /knows no piece of its example/));
  aisle.removeCategory(LASERS.id);
});

test('it stays through updatePack, or the update fails', async () => {
  const other = await load({ pack });
  other.addCategory(LASERS);
  await other.updatePack(pack);
  assert.equal(other.classify('cross line laser level').alternatives[0].id, LASERS.id);
  await assert.rejects(other.updatePack(packWithLasers), aisleError('invalid_argument', /it is there already/));
  assert.equal(other.classify('cross line laser level').alternatives[0].id, LASERS.id);
  other.removeCategory(LASERS.id);
  const { groups } = await other.updatePack(pack);
  assert.ok(!groups.some((group) => group.subcategories.some(({ id }) => id === LASERS.id)));
  other.close();
});

test('bad input is refused and changes nothing', () => {
  const { groups } = aisle.pack;
  const refused = (category, message) => assert.throws(() => aisle.addCategory(category), aisleError('invalid_argument', message));
  refused(undefined, /^the category is of type undefined, expected an object/);
  refused({ ...LASERS, examples: 'laser' }, /^category\.examples is "laser", expected an array of strings/);
  refused({ ...LASERS, examples: ['laser', 5] }, /^category\.examples\[1\] is 5, expected a string/);
  refused({ ...LASERS, examples: [] }, /has 0 examples, expected 1 to 20/);
  refused({ ...LASERS, examples: Array(21).fill('laser') }, /has 21 examples, expected 1 to 20/);
  refused({ ...LASERS, examples: ['laser', ''] }, /knows no piece of its example ""/);
  refused({ ...LASERS, id: undefined }, /^category\.id is of type undefined, expected a string/);
  refused({ ...LASERS, id: 'laser-levels' }, /its id is not a group's, a slash and a name/);
  refused({ ...LASERS, name: '' }, /its name is empty/);
  refused({ ...LASERS, id: 'gadgetz/lasers' }, /there is no group "gadgetz"; to make one, give it a name/);
  refused({ ...LASERS, groupName: 'Tuls' }, /the group "tools" is there already/);
  refused({ ...LASERS, locale: 'no locale' }, /./);
  refused({ ...LASERS, id: groups[0].subcategories[0].id }, /it is there already/);
  assert.throws(() => aisle.removeCategory(groups[0].subcategories[0].id), aisleError('not_found', /there is no new category/));
  assert.throws(() => aisle.removeCategory(5), aisleError('invalid_argument', /^the id is 5/));
  assert.deepEqual(aisle.pack.groups, groups);
});
