# Toolchain file of the WebAssembly presets: the Emscripten that scripts/bootstrap found or fetched.
set(emscripten "${CMAKE_CURRENT_LIST_DIR}/../.deps/emscripten")
if(NOT EXISTS "${emscripten}/emcc")
  message(FATAL_ERROR "Emscripten is not here: run scripts/bootstrap wasm")
endif()
file(REAL_PATH "${emscripten}" emscripten)
include("${emscripten}/cmake/Modules/Platform/Emscripten.cmake")
