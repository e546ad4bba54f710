# The engine, and what all of our own code shares.

add_library(own_code INTERFACE)
target_compile_options(own_code INTERFACE -Wall -Wextra)
# Under sanitizers (Debug) GCC warns of things that are not there, in GoogleTest's headers for one; and the check of virtual
# tables needs the type information that the engine is built without.
target_compile_options(own_code INTERFACE $<IF:$<CONFIG:Debug>,-fno-sanitize=vptr,-Werror>)
target_include_directories(own_code INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(own_code INTERFACE header_libraries)

# pack_generated.h, from the pack's schema.
set(pack_schema "${PROJECT_SOURCE_DIR}/models/pack.fbs")
set(generated "${PROJECT_BINARY_DIR}/generated")
find_program(FLATC flatc REQUIRED)
add_custom_command(
  OUTPUT "${generated}/pack_generated.h"
  COMMAND "${FLATC}" --cpp --scoped-enums --gen-object-api -o "${generated}" "${pack_schema}"
  DEPENDS "${pack_schema}"
  VERBATIM)

file(GLOB_RECURSE engine_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.cc")
list(FILTER engine_files EXCLUDE REGEX "/src/(cli|learn)/")
add_library(aisle STATIC ${engine_files} "${generated}/pack_generated.h")
target_include_directories(aisle SYSTEM PRIVATE "${generated}")
target_compile_options(aisle PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(aisle PUBLIC own_code PRIVATE xnnpack)
