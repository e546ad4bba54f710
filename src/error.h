// Every fallible call returns Result<T>: a value, or an Error that names the thing and the place.
#ifndef AISLE_ERROR_H_
#define AISLE_ERROR_H_

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace aisle {

enum class ErrorCode {
  kInvalidArgument,  // the caller's input: a tag, an option, a number out of range
  kNotFound,         // a file or name that is not there
  kBadPack,          // bytes that are no pack, or a pack that is damaged or contradicts itself
  kUnsupportedPack,  // a sound pack of another format version or with a required section this engine lacks
  kSelfTest,         // a sound pack whose golden queries come out differently here
  kNoIndex,          // a pack without an index of head queries, which was asked for
  kNoPrototypes,     // a pack without the section that new categories need
  kOutOfMemory,
  kInternal,
};

// Stable lower-case word for a code ("bad_pack"), as printed by the CLI and seen in the JavaScript errors.
const char* name(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> error(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace aisle

#endif  // AISLE_ERROR_H_
