// SHA-256 (FIPS 180-4) of a byte range.
#ifndef AISLE_PACK_SHA256_H_
#define AISLE_PACK_SHA256_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace aisle {

using Digest = std::array<uint8_t, 32>;

Digest sha256(std::span<const uint8_t> bytes);

// Lower-case hexadecimal.
std::string hexadecimal(std::span<const uint8_t> bytes);

}  // namespace aisle

#endif  // AISLE_PACK_SHA256_H_
