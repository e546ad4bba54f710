#include "text/words.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "text/utf8.h"

namespace aisle {
namespace {

struct Range {
  char32_t first, last;
};

// Beyond ASCII: punctuation, symbols, and scripts without spaces between words. What is not listed is a letter.
constexpr Range kNoWords[] = {
    {0x80, 0xA9},       {0xAB, 0xB4},       {0xB6, 0xB9},       {0xBB, 0xBF},       {0xD7, 0xD7},     {0xF7, 0xF7},
    {0x0E00, 0x0EFF},   // Thai, Lao
    {0x1000, 0x109F},   // Burmese
    {0x1780, 0x17FF},   // Khmer
    {0x2000, 0x2BFF},   // punctuation, currencies, arrows, mathematics, shapes
    {0x2E00, 0x303F},   // punctuation, Han radicals, punctuation of Han texts
    {0x3040, 0x312F},   // kana, bopomofo
    {0x31A0, 0x9FFF},   // extensions of kana, Han
    {0xE000, 0xFAFF},   // private use, Han
    {0xFE10, 0xFE6F},   // forms of punctuation
    {0xFFF0, 0xFFFF},
    {0x1B000, 0x1B16F}, // kana
    {0x1F000, 0x3FFFF}, // emoji, Han
};

bool is_of_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const auto range = std::partition_point(std::begin(kNoWords), std::end(kNoWords), [&](const Range& r) { return r.last < c; });
  return range == std::end(kNoWords) || c < range->first;
}

}  // namespace

bool is_word_border(std::string_view text, size_t at) {
  if (at == 0 || at >= text.size()) return true;
  size_t before = at - 1;
  while (before > 0 && (static_cast<uint8_t>(text[before]) & 0xC0) == 0x80) --before;
  const auto is_of_word_at = [&](size_t start) {
    std::string_view rest = text.substr(start);
    return is_of_word(code_point(take_character(rest)));
  };
  return !is_of_word_at(before) || !is_of_word_at(at);
}

}  // namespace aisle
