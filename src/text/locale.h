// BCP 47 language tags, as far as a classifier needs them.
#ifndef AISLE_TEXT_LOCALE_H_
#define AISLE_TEXT_LOCALE_H_

#include <string>
#include <string_view>

#include "error.h"

namespace aisle {

// "en_us" -> "en-US", "ZH-hant-tw" -> "zh-Hant-TW", "" -> "". Errors: kInvalidArgument when it is no tag.
Result<std::string> canonical_locale(std::string_view tag);

// Are both of one language, as "en-GB" and "en-US" are? Canonical tags.
bool same_language(std::string_view one, std::string_view other);

}  // namespace aisle

#endif  // AISLE_TEXT_LOCALE_H_
