# What exists only natively: learning, the command line, tests, benchmarks.

# add_sources(TARGET KIND FOLDER): a target of all .cc files of a folder; none when there are no files yet.
function(add_sources target kind folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cc")
  if(NOT files)
    return()
  elseif(kind STREQUAL "LIBRARY")
    add_library(${target} STATIC ${files})
  else()
    add_executable(${target} ${files})
  endif()
  target_link_libraries(${target} PRIVATE aisle ${ARGN})
endfunction()

find_package(Eigen3 REQUIRED NO_MODULE)
find_package(nlohmann_json REQUIRED)
add_sources(aisle_learn LIBRARY src/learn Eigen3::Eigen nlohmann_json::nlohmann_json)
if(TARGET aisle_learn)
  set(learn aisle_learn)
endif()

find_package(CLI11 REQUIRED)
add_sources(aisle-cli EXECUTABLE src/cli ${learn} CLI11::CLI11 nlohmann_json::nlohmann_json)
if(TARGET aisle-cli)
  set_target_properties(aisle-cli PROPERTIES OUTPUT_NAME aisle)
endif()

find_package(GTest REQUIRED)
find_library(re2 re2 REQUIRED)
add_sources(unit_tests EXECUTABLE tests/unit ${learn} sentencepiece ${re2} GTest::gtest_main GTest::gmock nlohmann_json::nlohmann_json)

find_package(benchmark REQUIRED)
add_sources(bench EXECUTABLE tests/bench ${learn} benchmark::benchmark_main)
if(TARGET bench)
  target_compile_definitions(bench PRIVATE
    AISLE_GOLDEN="${PROJECT_SOURCE_DIR}/tests/golden" AISLE_SHIPPED_PACK="${PROJECT_SOURCE_DIR}/models/storefront/storefront.aisle")
endif()
if(TARGET unit_tests)
  target_compile_options(unit_tests PRIVATE -O0) # the tests' own code, the largest part of what there is to compile; what they test is optimised
  target_include_directories(unit_tests SYSTEM PRIVATE "${generated}")
  target_compile_definitions(unit_tests PRIVATE
    AISLE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/unit/data" AISLE_SHIPPED_PACK="${PROJECT_SOURCE_DIR}/models/storefront/storefront.aisle")
endif()
