#include "rules/character_set.h"

#include <algorithm>
#include <utility>

namespace aisle {
namespace {

constexpr char32_t kLast = 0x10FFFF;
constexpr size_t kFew = 4;

}  // namespace

std::optional<CharacterSet> named_set(char letter) {
  switch (letter) {
    case 'd': return CharacterSet{{'0', '9'}};
    case 's': return CharacterSet{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
    case 'w': return CharacterSet{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    case 'D': return complement(*named_set('d'));
    case 'S': return complement(*named_set('s'));
    case 'W': return complement(*named_set('w'));
    default: return std::nullopt;
  }
}

void tidy(CharacterSet& set) {
  for (size_t i = 0, size = set.size(); i < size; ++i) {
    const char32_t first = std::max<char32_t>(set[i].first, 'A'), last = std::min<char32_t>(set[i].last, 'Z');
    if (first <= last) set.push_back({first + 32, last + 32});
  }
  std::sort(set.begin(), set.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t size = 0;
  for (const CharacterRange range : set) {
    if (size > 0 && range.first <= set[size - 1].last + 1) {
      set[size - 1].last = std::max(set[size - 1].last, range.last);
    } else {
      set[size++] = range;
    }
  }
  set.resize(size);
}

CharacterSet complement(const CharacterSet& set) {
  CharacterSet others;
  char32_t next = 0;
  for (const CharacterRange range : set) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLast) others.push_back({next, kLast});
  return others;
}

std::optional<Texts> texts_of(const CharacterSet& set) {
  Texts texts;
  for (const CharacterRange range : set) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      if (c >= 'A' && c <= 'Z') continue;
      if (c >= 0x80 || texts.size() == kFew) return std::nullopt;
      texts.emplace_back(1, static_cast<char>(c));
    }
  }
  return texts;
}

}  // namespace aisle
