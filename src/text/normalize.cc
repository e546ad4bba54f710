#include "text/normalize.h"

#include "text/utf8.h"

namespace aisle {
namespace {

// C0, DEL and C1 (U+0080..U+009F, two bytes).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

void normalize(std::string_view query, size_t max_code_points, std::string& out) {
  out.clear();
  bool space = false;
  for (size_t count = 0; !query.empty() && count < max_code_points; ++count) {
    const std::string_view character = take_character(query);
    if (character == " " || is_control(character)) {
      space = true;
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += character;
  }
}

}  // namespace aisle
