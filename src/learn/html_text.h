// Text and numbers for HTML.
#ifndef AISLE_LEARN_HTML_TEXT_H_
#define AISLE_LEARN_HTML_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace aisle {

// Safe in an element and in a quoted attribute, whatever the bytes: markup is escaped, invalid UTF-8 and control characters become
// U+FFFD. What follows the first `longest` characters becomes an ellipsis.
std::string html_text(std::string_view text, size_t longest = std::string_view::npos);

// "0.123"; an en dash for NaN.
std::string decimal(double value, int digits = 3);

// 0.123 -> "12.3 %"; an en dash for NaN.
std::string percent(double share);

// An error rate as people say it: "5 %", "0.5 %".
std::string rate_text(float rate);

// part / whole; NaN for nothing of nothing.
double share_of(size_t part, size_t whole);

}  // namespace aisle

#endif  // AISLE_LEARN_HTML_TEXT_H_
