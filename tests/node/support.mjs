// What several test files need. They import the package as a customer does: from the tarball that scripts/test-wasm installs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AisleError } from 'aisle';

export const packFile = fileURLToPath(import.meta.resolve('aisle/storefront.aisle'));
export const simdFile = fileURLToPath(import.meta.resolve('aisle/aisle.wasm'));
export const relaxedFile = fileURLToPath(import.meta.resolve('aisle/aisle-relaxed.wasm'));
export const packBytes = () => new Uint8Array(readFileSync(packFile));

/** As `integrity` takes it. */
export const sha256 = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

export const nodeMajor = parseInt(process.versions.node);

// The lines of tests/golden/tokens.tsv, written by scripts/train: {query, tokens, normalized}.
export function goldenLines() {
  const text = readFileSync(new URL('../golden/tokens.tsv', import.meta.url), 'utf8');
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [query, tokens, normalized] = line.split('\t');
      return { query, tokens: tokens === '' ? [] : tokens.split(' ').map(Number), normalized };
    });
}

// For assert.throws and assert.rejects: an AisleError of this code whose message says this, with a hint.
export function aisleError(code, message) {
  return (error) => {
    assert.ok(error instanceof AisleError, `not an AisleError: ${error?.stack ?? error}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.notEqual(error.hint, '');
    return true;
  };
}
