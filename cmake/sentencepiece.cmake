# sentencepiece itself, which unit tests compare src/text with: what it takes to encode with a unigram model, on the protobuf-lite
# that it bundles; no trainer, no tools, no files, no other kind of model. Nothing of it is in the engine.

set(sentencepiece "${AISLE_DEPS}/src/sentencepiece")
set(protobuf "${sentencepiece}/third_party/protobuf-lite")

file(GLOB protobuf_files "${protobuf}/*.cc")
set(sentencepiece_files
  error.cc model_interface.cc normalizer.cc sentencepiece_processor.cc unigram_model.cc util.cc
  builtin_pb/sentencepiece.pb.cc builtin_pb/sentencepiece_model.pb.cc)
list(TRANSFORM sentencepiece_files PREPEND "${sentencepiece}/src/")

add_library(sentencepiece STATIC
  ${sentencepiece_files} ${protobuf_files} "${sentencepiece}/third_party/absl/strings/string_view.cc"
  "${CMAKE_CURRENT_LIST_DIR}/sentencepiece/unigram_only.cc")
target_include_directories(sentencepiece SYSTEM PUBLIC "${sentencepiece}/src" PRIVATE
  "${sentencepiece}" "${sentencepiece}/third_party" "${sentencepiece}/src/builtin_pb" "${protobuf}"
  "${CMAKE_CURRENT_LIST_DIR}/sentencepiece")
target_compile_definitions(sentencepiece PRIVATE _USE_INTERNAL_STRING_VIEW HAVE_PTHREAD=1 NDEBUG)
target_compile_features(sentencepiece PRIVATE cxx_std_17)
target_compile_options(sentencepiece PRIVATE -w -ffunction-sections -fdata-sections)

find_package(Threads REQUIRED)
target_link_libraries(sentencepiece PRIVATE Threads::Threads)
