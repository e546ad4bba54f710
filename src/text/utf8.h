// Walking over bytes that should be UTF-8.
#ifndef AISLE_TEXT_UTF8_H_
#define AISLE_TEXT_UTF8_H_

#include <cstddef>
#include <string_view>

namespace aisle {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

// Removes the first character from `text` (not empty) and returns it; a maximal invalid subsequence is returned as
// U+FFFD (Unicode 15, section 3.9, as web decoders do).
std::string_view take_character(std::string_view& text);

// `character`: one, as take_character returns it.
char32_t code_point(std::string_view character);

template <class Function>
void for_each_character(std::string_view text, Function function) {
  while (!text.empty()) function(take_character(text));
}

}  // namespace aisle

#endif  // AISLE_TEXT_UTF8_H_
