// Sets of characters as regular expressions name them.
#ifndef AISLE_RULES_CHARACTER_SET_H_
#define AISLE_RULES_CHARACTER_SET_H_

#include <optional>

#include "rules/literals.h"
#include "rules/program.h"

namespace aisle {

// Of \d, \s, \w and, as the complement, \D, \S, \W, by the letter; nothing for other letters.
std::optional<CharacterSet> named_set(char letter);

// Adds the lower case of what it has of ASCII's upper case, and joins ranges that meet.
void tidy(CharacterSet& set);

// `set` is tidy.
CharacterSet complement(const CharacterSet& set);

// Each character as a text in lower case, when they are few and of ASCII. `set` is tidy.
std::optional<Texts> texts_of(const CharacterSet& set);

}  // namespace aisle

#endif  // AISLE_RULES_CHARACTER_SET_H_
