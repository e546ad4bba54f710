// A buffer that starts on a 64-byte border, as the tensors of a pack expect; owned, movable, fixed in size.
#ifndef AISLE_PACK_ALIGNED_BYTES_H_
#define AISLE_PACK_ALIGNED_BYTES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace aisle {

class AlignedBytes {
 public:
  static constexpr size_t kAlignment = 64;

  AlignedBytes() = default;

  // For the caller to fill: only what follows the last byte is zero. data() is null when memory is short (size() is then 0).
  explicit AlignedBytes(size_t size) {
    const size_t whole = (size / kAlignment + 1) * kAlignment;
    if (whole < size) return;
    data_.reset(static_cast<uint8_t*>(std::aligned_alloc(kAlignment, whole)));
    if (!data_) return;
    size_ = size;
    std::fill(data_.get() + size, data_.get() + whole, uint8_t{0});
  }

  uint8_t* data() { return data_.get(); }
  const uint8_t* data() const { return data_.get(); }
  size_t size() const { return size_; }
  const uint8_t* begin() const { return data_.get(); }
  const uint8_t* end() const { return data_.get() + size_; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<uint8_t[], Free> data_;
  size_t size_ = 0;
};

}  // namespace aisle

#endif  // AISLE_PACK_ALIGNED_BYTES_H_
