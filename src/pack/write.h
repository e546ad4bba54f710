// Writes what the command line adds to a pack; training writes whole ones (scripts/train/pack.py).
#ifndef AISLE_PACK_WRITE_H_
#define AISLE_PACK_WRITE_H_

#include <span>

#include "pack/pack.h"

namespace aisle {

// The pack with this index of head queries as its last section, in the place of one that it has; everything else stays as it is.
// `pack`: the bytes of a pack that opens. `index`: sound, as pack.h states it. Errors: kOutOfMemory.
Result<AlignedBytes> with_index(std::span<const uint8_t> pack, const IndexView& index);

}  // namespace aisle

#endif  // AISLE_PACK_WRITE_H_
