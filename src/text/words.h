// Where words begin and end, as far as finding a phrase in a query needs it.
#ifndef AISLE_TEXT_WORDS_H_
#define AISLE_TEXT_WORDS_H_

#include <cstddef>
#include <string_view>

namespace aisle {

// Is there a word border before byte `at` of `text` (valid UTF-8; `at` on a character's border, or at the end)? Everywhere but
// between two letters, digits or marks of scripts that put spaces between words: in Han, kana, Thai, Lao, Khmer and Burmese any
// character may begin a word.
bool is_word_border(std::string_view text, size_t at);

}  // namespace aisle

#endif  // AISLE_TEXT_WORDS_H_
