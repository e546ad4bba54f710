// SHA-256 (FIPS 180-4): what a taxonomy is known by.
#ifndef AISLE_LEARN_SHA256_H_
#define AISLE_LEARN_SHA256_H_

#include <string>
#include <string_view>

namespace aisle {

// 64 digits.
std::string sha256(std::string_view bytes);

}  // namespace aisle

#endif  // AISLE_LEARN_SHA256_H_
