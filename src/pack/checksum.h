// XXH64, seed 0: tells damage. It takes a page a few milliseconds where SHA-256 took a third of its start-up time, and a hash that a
// file states of itself shows no more: against a forged pack its caller gives the SHA-256 of the whole file.
#ifndef AISLE_PACK_CHECKSUM_H_
#define AISLE_PACK_CHECKSUM_H_

#include <cstdint>
#include <span>
#include <string>

namespace aisle {

uint64_t xxh64(std::span<const uint8_t> bytes);

// 16 digits.
std::string hexadecimal(uint64_t value);

}  // namespace aisle

#endif  // AISLE_PACK_CHECKSUM_H_
