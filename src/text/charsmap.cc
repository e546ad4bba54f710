#include "text/charsmap.h"

#include <algorithm>
#include <cstring>

#include "text/utf8.h"

namespace aisle {
namespace {

// A unit of darts-clone's double array (Yata, Morita, Fuketa, Aoe 2007): where its children are, its own label, and whether a
// value hangs below it.
uint32_t offset(uint32_t unit) { return (unit >> 10) << ((unit & 0x200) >> 6); }
uint32_t label(uint32_t unit) { return unit & 0x800000FF; }
bool has_value(uint32_t unit) { return unit & 0x100; }
uint32_t value(uint32_t unit) { return unit & 0x7FFFFFFF; }

}  // namespace

Result<Charsmap> Charsmap::create(const NormalizerRules& rules) {
  Charsmap made(rules);
  if (rules.charsmap.empty()) return made;
  uint32_t size = 0;
  if (rules.charsmap.size() > sizeof(size)) std::memcpy(&size, rules.charsmap.data(), sizeof(size));
  const std::string_view rest = rules.charsmap.substr(std::min(sizeof(size), rules.charsmap.size()));
  if (size == 0 || size % 4 || size >= rest.size() || rest.back() != '\0') {
    return error(ErrorCode::kBadPack, "its normalisation rules are cut off");
  }
  made.trie_ = rest.substr(0, size);
  made.strings_ = rest.substr(size);
  return made;
}

// Past the end there is nothing: such a unit has no label that a byte could match, and no children.
uint32_t Charsmap::unit(size_t at) const {
  uint32_t unit = 0x80000000;
  if (at < trie_.size() / sizeof(unit)) std::memcpy(&unit, trie_.data() + at * sizeof(unit), sizeof(unit));
  return unit;
}

// Removes what the longest rule (or else one character) matches from the front and returns what stands in its place.
std::string_view Charsmap::take(std::string_view& text) const {
  size_t longest = 0, found = strings_.size();
  size_t at = offset(unit(0));
  for (size_t i = 0; i < text.size() && !trie_.empty(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    at ^= byte;
    const uint32_t reached = unit(at);
    if (label(reached) != byte) break;
    at ^= offset(reached);
    if (has_value(reached)) {
      longest = i + 1;
      found = value(unit(at));
    }
  }
  if (longest == 0 || found >= strings_.size()) return take_character(text);
  text.remove_prefix(longest);
  return strings_.data() + found;  // up to its NUL
}

void Charsmap::apply(std::string_view text, std::string& out) const {
  const std::string_view space = rules_.escape_whitespaces ? "\u2581" : " ";
  out.clear();
  bool after_space = rules_.remove_extra_whitespaces;
  bool started = false;
  while (!text.empty()) {
    std::string_view piece = take(text);
    if (!started && rules_.remove_extra_whitespaces && piece == " ") continue;
    if (!started && rules_.add_dummy_prefix) out += space;
    started = true;
    while (after_space && piece.starts_with(' ')) piece.remove_prefix(1);
    for (const char c : piece) {
      if (c == ' ') {
        out += space;
      } else {
        out += c;
      }
    }
    if (!piece.empty()) after_space = piece.ends_with(' ');
    if (!rules_.remove_extra_whitespaces) after_space = false;
  }
  while (rules_.remove_extra_whitespaces && out.ends_with(space)) out.resize(out.size() - space.size());
}

}  // namespace aisle
