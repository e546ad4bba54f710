#include "text/utf8.h"

#include <cstdint>

namespace aisle {
namespace {

struct Shape {
  size_t bytes;        // how many bytes of the input it takes
  bool valid;
};

Shape shape_of(std::string_view text) {
  const auto byte = [&](size_t i) -> uint32_t { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  const uint32_t first = byte(0);
  if (first < 0x80) return {1, true};
  size_t length;
  uint32_t low = 0x80, high = 0xBF;  // bounds of the second byte
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if ((first & 0xF0) == 0xE0) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;  // no surrogates
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

}  // namespace

std::string_view take_character(std::string_view& text) {
  const Shape shape = shape_of(text);
  const std::string_view character = shape.valid ? text.substr(0, shape.bytes) : kReplacementCharacter;
  text.remove_prefix(shape.bytes);
  return character;
}

char32_t code_point(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  char32_t point = character.size() == 1 ? first : first & (0x7F >> character.size());
  for (const char next : character.substr(1)) point = point << 6 | (static_cast<uint8_t>(next) & 0x3F);
  return point;
}

}  // namespace aisle
