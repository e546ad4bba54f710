# Where scripts/bootstrap puts what we build from source.
set(AISLE_DEPS "${CMAKE_CURRENT_LIST_DIR}/../.deps")
cmake_path(NORMAL_PATH AISLE_DEPS)

if(NOT EXISTS "${AISLE_DEPS}/native.stamp")
  message(FATAL_ERROR "The dependencies are not here: run scripts/bootstrap native")
endif()

if(EMSCRIPTEN)
  add_compile_options(-msimd128 -mbulk-memory $<$<BOOL:${AISLE_RELAXED_SIMD}>:-mrelaxed-simd>)
endif()

# Header-only libraries (FlatBuffers, tl::expected, xxHash) without the rest of /usr/include.
add_library(header_libraries INTERFACE)
target_include_directories(header_libraries SYSTEM INTERFACE "${AISLE_DEPS}/include")
target_compile_definitions(header_libraries INTERFACE FLATBUFFERS_MAX_ALIGNMENT=64)  # the pack's tensors; its default is 32

include("${CMAKE_CURRENT_LIST_DIR}/xnnpack.cmake")
if(NOT EMSCRIPTEN)
  include("${CMAKE_CURRENT_LIST_DIR}/sentencepiece.cmake")
endif()
