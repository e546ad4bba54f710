// XNNPACK's WebAssembly conversion kernel names this header where it means the one below.
#pragma once
#include <wasm_simd128.h>
