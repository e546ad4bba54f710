// BCP 47 language tags, as far as a classifier needs them.
#ifndef AISLE_TEXT_LOCALE_H_
#define AISLE_TEXT_LOCALE_H_

#include <string>
#include <string_view>

#include "error.h"

namespace aisle {

// "en_us" -> "en-US", "ZH-hant-tw" -> "zh-Hant-TW", "" -> "". Errors: kInvalidArgument when it is no tag.
Result<std::string> canonical_locale(std::string_view tag);

}  // namespace aisle

#endif  // AISLE_TEXT_LOCALE_H_
