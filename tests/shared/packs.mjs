// Packs that differ from a given one in a single respect: the versions and failures that a customer may meet.
import xxhash from 'xxhash-wasm';

const GOLDEN = 6; // kind of section, as in models/pack.fbs
const { h64Raw } = await xxhash();

/** The same pack under another version, of as many characters. */
export const withVersion = (bytes, version) =>
  edited(bytes, (view, pack) => {
    const at = target(view, field(view, pack, 2));
    if (view.getUint32(at, true) !== version.length) throw new Error(`${version} is not as long as the pack's own version`);
    [...version].forEach((letter, i) => view.setUint8(at + 4 + i, letter.charCodeAt(0)));
  });

/** A pack of a format that this engine does not read. */
export const ofFormat = (bytes, format) => edited(bytes, (view, pack) => view.setUint32(field(view, pack, 0), format, true));

/** A sound pack whose self-test fails: the first golden query's first logit is another. */
export const failingSelfTest = (bytes) =>
  edited(withVersion(bytes, '6.6.6'), (view, pack) => {
    const golden = items(view, field(view, pack, 6)).find((section) => view.getUint8(field(view, section, 0)) === GOLDEN);
    const data = target(view, field(view, golden, 3));
    const size = view.getUint32(data, true);
    const inside = new DataView(view.buffer, data + 4, size);
    const [query] = items(inside, field(inside, inside.getUint32(0, true), 1));
    const logit = target(inside, field(inside, query, 5)) + 4;
    inside.setFloat32(logit, inside.getFloat32(logit, true) + 100, true);
    view.setBigUint64(field(view, golden, 2), h64Raw(new Uint8Array(view.buffer, data + 4, size)), true);
  });

function edited(bytes, edit) {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  edit(view, view.getUint32(0, true));
  return copy;
}

// FlatBuffers: where a table's field lies, what an offset there leads to, and the tables of a vector.
function field(view, table, index) {
  const offset = view.getUint16(table - view.getInt32(table, true) + 4 + 2 * index, true);
  if (offset === 0) throw new Error(`the pack has no field ${index} at ${table}`);
  return table + offset;
}
const target = (view, at) => at + view.getUint32(at, true);
function items(view, at) {
  const vector = target(view, at);
  return Array.from({ length: view.getUint32(vector, true) }, (_, i) => target(view, vector + 4 + 4 * i));
}
