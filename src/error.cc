#include "error.h"

namespace aisle {

const char* name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kBadPack: return "bad_pack";
    case ErrorCode::kUnsupportedPack: return "unsupported_pack";
    case ErrorCode::kSelfTest: return "self_test";
    case ErrorCode::kNoIndex: return "no_index";
    case ErrorCode::kNoPrototypes: return "no_prototypes";
    case ErrorCode::kOutOfMemory: return "out_of_memory";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

}  // namespace aisle
