# The engine as an ES module: aisle.js and aisle.wasm. wasm/build.mjs makes the npm package of them.
if(NOT EXISTS "${PROJECT_SOURCE_DIR}/wasm/bindings.cc")
  return()
endif()

# The encoder and the search for similar queries are where a query's time goes, text and checksums where a page's start-up time
# does: much of it passes before the browser's optimising compiler is done, and its first one inlines nothing. What is over
# 128 KB Chromium may keep compiled.
file(GLOB_RECURSE fast_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/encoder/*.cc" "${PROJECT_SOURCE_DIR}/src/similar/*.cc"
  "${PROJECT_SOURCE_DIR}/src/text/*.cc")
set_source_files_properties(${fast_files} "${PROJECT_SOURCE_DIR}/src/pack/checksum.cc" PROPERTIES COMPILE_OPTIONS -O3)

# What most pages never call is to cost them little of the download and of the start.
file(GLOB_RECURSE rare_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/rules/*.cc" "${PROJECT_SOURCE_DIR}/src/prototypes/*.cc")
set_source_files_properties(${rare_files} PROPERTIES COMPILE_OPTIONS -Oz)

# What opens a pack runs once, in code that the browser compiles function by function as they are called. All of it inlined into one
# function of 75 KB took longer to compile than to run: small functions, then, and compact ones. Those elsewhere that only open() calls
# say [[gnu::noinline]], and wasm-opt is told below.
file(GLOB opening_files "${PROJECT_SOURCE_DIR}/src/pack/*.cc" "${PROJECT_SOURCE_DIR}/src/text/model.cc")
list(REMOVE_ITEM opening_files "${PROJECT_SOURCE_DIR}/src/pack/checksum.cc")
set_source_files_properties(${opening_files} PROPERTIES COMPILE_OPTIONS "-Oz;-finline-hint-functions")

add_executable(aisle-wasm wasm/bindings.cc)
set_target_properties(aisle-wasm PROPERTIES OUTPUT_NAME aisle)
target_compile_options(aisle-wasm PRIVATE -fno-exceptions -fno-rtti)
target_compile_definitions(aisle-wasm PRIVATE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
target_link_libraries(aisle-wasm PRIVATE aisle)
target_link_options(aisle-wasm PRIVATE
  -fno-rtti                   # chooses the Embind library that agrees with bindings.cc
  --bind
  -sMODULARIZE -sEXPORT_ES6
  -sENVIRONMENT=web           # wasm/ts fetches and compiles, everywhere; nothing of this script's own loading is used
  -sDYNAMIC_EXECUTION=0       # runs under script-src 'wasm-unsafe-eval', and on edge workers
  -sINCOMING_MODULE_JS_API=instantiateWasm,print,printErr
  -sEXPORTED_RUNTIME_METHODS=HEAPU8
  -sTEXTDECODER=2
  -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=1MB -sMEMORY_GROWTH_LINEAR_STEP=256KB  # as much as the pack takes, and no reserve
  -sSTACK_SIZE=256KB -sMALLOC=emmalloc
  -sBINARYEN_EXTRA_PASSES=--one-caller-inline-max-function-size=200
  -sFILESYSTEM=0 -sSUPPORT_LONGJMP=0)
