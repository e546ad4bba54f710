// What load() says about files that are missing, foreign, damaged or not to be had.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { load } from 'aisle';
import { ofFormat } from '../shared/packs.mjs';
import { aisleError, packBytes, packFile, sha256, simdFile } from './support.mjs';

const whole = packBytes();
const changed = (change) => {
  const bytes = whole.slice();
  change(bytes, new DataView(bytes.buffer));
  return bytes;
};

const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } });

const refused = {
  'a pack that is not there': [{ pack: 'no/such.aisle' }, 'not_found', /^the pack cannot be read: ENOENT.*no\/such\.aisle/],
  'a pack URL that is not there': [{ pack: new URL('no-such.aisle', pathToFileURL(packFile)) }, 'not_found', /no-such\.aisle/],
  'a folder as the pack': [{ pack: '.' }, 'not_found', /EISDIR/],
  'an engine that is not there': [{ wasm: 'no/such.wasm' }, 'not_found', /^the WebAssembly module cannot be read: ENOENT/],
  'an empty pack': [{ pack: new Uint8Array(0) }, 'bad_pack', /not an Aisle pack: only 0 bytes/],
  'a foreign file': [{ pack: new TextEncoder().encode('<!doctype html><title>Not found</title>') }, 'bad_pack', /not an Aisle pack/],
  'the engine as the pack': [{ pack: simdFile }, 'bad_pack', /not an Aisle pack/],
  'half a pack': [{ pack: whole.subarray(0, whole.length / 2) }, 'bad_pack', /truncated or damaged/],
  'a pack without its end': [{ pack: whole.subarray(0, -1000) }, 'bad_pack', /truncated or damaged/],
  'random bytes': [{ pack: changed((bytes) => bytes.fill(0xa5, 8)) }, 'bad_pack', /damaged/],
  'the pack as the engine': [{ wasm: packFile }, 'bad_wasm', /^the WebAssembly module does not compile: .*magic/],
  'an empty engine': [{ wasm: new Uint8Array(0) }, 'bad_wasm', /does not compile/],
  'half an engine': [{ wasm: readFileSync(simdFile).subarray(0, 50000) }, 'bad_wasm', /does not compile/],
  "another program's module": [{ wasm: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) }, 'bad_wasm', /not this version's engine/],
  'a number as the pack': [{ pack: 5 }, 'invalid_argument', /^the pack is 5, expected a URL, bytes or a Response$/],
  'null as the pack': [{ pack: null }, 'invalid_argument', /^the pack is null/],
  'an object as the engine': [{ wasm: {} }, 'invalid_argument', /^the WebAssembly module is/],
  'a port without a server': [{ pack: 'http://127.0.0.1:1/p.aisle' }, 'network', /^the pack cannot be fetched from http:\/\/127\.0\.0\.1:1\/p\.aisle$/],
  'an address of no scheme known': [{ pack: 'shop:p.aisle' }, 'network', /shop:p\.aisle/],
  'a pack of another format': [{ pack: ofFormat(whole, 1) }, 'unsupported_pack', /format version 1, this engine reads versions 2 to 3/],
  'a page in place of the pack': [{ pack: page() }, 'wrong_type', /^the pack: the server sent text\/html; charset=utf-8/],
  'a page in place of the engine': [{ wasm: page() }, 'wrong_type', /^the WebAssembly module: the server sent text\/html/],
  'a pack of another hash': [{ integrity: { pack: sha256('other') } }, 'integrity', /^the pack has the hash sha256-.{44}, expected sha256-/],
  'an engine of another hash': [{ integrity: { wasm: sha256('other') } }, 'integrity', /^the WebAssembly module has the hash sha256-/],
  'a hash that is none': [{ integrity: { pack: 'md5-abc' } }, 'invalid_argument', /^the hash of the pack is "md5-abc", expected sha256- and/],
  'a hash in place of hashes': [{ integrity: sha256(whole) }, 'invalid_argument', /^options\.integrity is "sha256-/],
  'a hash of a compiled module': [{ wasm: new WebAssembly.Module(readFileSync(simdFile)), integrity: { wasm: sha256('') } }, 'invalid_argument', /no bytes to check/],
  'a cache without a name': [{ cache: true }, 'invalid_argument', /^options\.cache is true, expected the name/],
  'a progress bar in place of a function': [{ onProgress: {} }, 'invalid_argument', /^options\.onProgress is a Object, expected a function/],
  'options that are none': [null, 'invalid_argument', /^options is null/],
  'a pack larger than the memory': [{ pack: new Uint8Array(2 ** 31 + 4096) }, 'out_of_memory', /^no memory for a pack of 2147487744 bytes$/],
  'a Response that failed': [{ pack: new Response('gone', { status: 410 }) }, 'not_found', /the server answered 410/],
};
for (const [what, [options, code, message]] of Object.entries(refused)) {
  test(`refuses ${what}`, () => assert.rejects(load(options), aisleError(code, message)));
}

test('a cause is kept', async () => {
  await assert.rejects(load({ pack: 'no/such.aisle' }), (error) => error.cause.code === 'ENOENT');
  await assert.rejects(load({ wasm: packFile }), (error) => error.cause instanceof WebAssembly.CompileError);
});

test('a flipped bit in any section is found, and named', async () => {
  // One step for each hundredth of the file; what no section holds (padding, the pack's name) may differ without harm.
  let found = 0;
  for (let i = 0; i < 100; ++i) {
    const pack = changed((bytes) => (bytes[Math.floor((i + 0.5) * (bytes.length / 100))] ^= 1 << i % 8));
    await load({ pack }).then(
      (aisle) => aisle.close(),
      (error) => {
        aisleError('bad_pack', /section \d \((decision|encoder|golden|heads|taxonomy|tokenizer)\) is damaged|damaged/)(error);
        ++found;
      },
    );
  }
  assert.ok(found >= 98, `${found} of 100`);
});

test('a failed load leaves the engine fit for the next', async () => {
  for (let i = 0; i < 20; ++i) await assert.rejects(load({ pack: whole.subarray(0, 1000 * i) }));
  const aisle = await load();
  assert.equal(aisle.classify('gold hoop earrings').alternatives.length, 5);
  aisle.close();
});

test('answers of a server', async () => {
  const server = createServer((request, response) => {
    const status = Number(request.url.slice(1));
    response.writeHead(status || 200, status ? {} : { 'content-length': whole.length });
    if (status) return response.end('no');
    response.write(whole.subarray(0, 5000)); // and then the line breaks
    setTimeout(() => response.destroy(), 50);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const at = (path) => `http://127.0.0.1:${server.address().port}/${path}`;
  try {
    for (const [status, code] of [[404, 'not_found'], [410, 'not_found'], [403, 'network'], [500, 'network'], [503, 'network']]) {
      const said = new RegExp(`server answered ${status} from ${at(status)}$`);
      await assert.rejects(load({ pack: at(status) }), aisleError(code, said));
      await assert.rejects(load({ wasm: at(status) }), aisleError(code, said));
    }
    await assert.rejects(load({ wasm: at('broken') }), aisleError('truncated', /^the WebAssembly module broke off while it was read/));
    await assert.rejects(load({ pack: at('broken') }), aisleError('truncated', /^the pack broke off while it was read from/));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

// In processes of their own, since it is the whole process that lacks something.
const lacking = {
  'an engine without SIMD': ['', 'WebAssembly.validate = () => false', 'no_simd'],
  'no WebAssembly at all': ['', 'delete globalThis.WebAssembly', 'no_simd'],
  'no memory for the engine': ['--wasm-max-mem-pages=8', '', 'out_of_memory'],
};
for (const [what, [flag, before, code]] of Object.entries(lacking)) {
  test(what, () => {
    const script = `${before};
      const { load } = await import('aisle');
      await load().then(() => console.log('loaded'), (error) => console.log(error.name, error.code, error.message));`;
    const flags = [...(flag ? [flag] : []), '--input-type=module', '--eval', script];
    const said = execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: 'utf8' });
    assert.ok(said.startsWith(`AisleError ${code} `), said);
  });
}

test('nothing is printed, whatever fails', () => {
  const script = `const { load } = await import('aisle');
    const bytes = new Uint8Array((await import('node:fs')).readFileSync(process.argv[1]));
    await load({ pack: bytes.subarray(0, 5000) }).catch(() => {});
    await load({ pack: bytes.map((byte, i) => i > 2000 && i < 9000 ? 255 - byte : byte) }).catch(() => {});
    await load({ pack: 'nothing' }).catch(() => {});
    const aisle = await load(); aisle.classify('\\ud800'); aisle.selfTest(); aisle.close();`;
  const all = execFileSync(process.execPath, ['--input-type=module', '--eval', script, packFile], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.equal(all, '');
});
