// Stands for the JavaScript that Emscripten writes; wasm/build.mjs puts it in its place.
import type { Exports } from './engine.js';

export default function create(options: {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  print(text: string): void;
  printErr(text: string): void;
}): Promise<Exports>;
