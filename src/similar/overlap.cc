#include "similar/overlap.h"

#include <algorithm>

#include "text/utf8.h"

namespace aisle {

void CharacterPairs::assign(std::string_view text) {
  pairs_.clear();
  uint64_t previous = ' ';
  const auto add = [&](uint64_t character) {
    pairs_.push_back(previous << 32 | character);
    previous = character;
  };
  for_each_character(text, [&](std::string_view bytes) {
    uint64_t character = 0;  // its UTF-8, at most four bytes
    for (const char byte : bytes) character = character << 8 | static_cast<unsigned char>(byte);
    add(character);
  });
  add(' ');
  std::sort(pairs_.begin(), pairs_.end());
}

float CharacterPairs::overlap(const CharacterPairs& other) const {
  size_t shared = 0;
  for (auto a = pairs_.begin(), b = other.pairs_.begin(); a != pairs_.end() && b != other.pairs_.end();) {
    if (*a == *b) ++shared, ++a, ++b;
    else if (*a < *b) ++a;
    else ++b;
  }
  return 2.0f * static_cast<float>(shared) / static_cast<float>(pairs_.size() + other.pairs_.size());
}

}  // namespace aisle
