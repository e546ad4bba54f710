#include "learn/html_text.h"

#include <cmath>
#include <cstdio>

#include "text/utf8.h"

namespace aisle {
namespace {

constexpr const char* kNothing = "\xE2\x80\x93";  // en dash

// Those that HTML forbids or that show as nothing: C0, DEL and C1, and code points that are no characters.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe; }

std::string formatted(const char* format, int digits, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, digits, value);
  return text;
}

}  // namespace

std::string html_text(std::string_view text, size_t longest) {
  std::string out;
  for (size_t taken = 0; !text.empty(); ++taken) {
    if (taken == longest) return out + "\xE2\x80\xA6";
    const std::string_view character = take_character(text);
    switch (character[0]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += is_control(code_point(character)) ? kReplacementCharacter : character;
    }
  }
  return out;
}

std::string decimal(double value, int digits) { return std::isnan(value) ? kNothing : formatted("%.*f", digits, value); }

std::string percent(double share) { return std::isnan(share) ? kNothing : formatted("%.*f %%", 1, 100 * share); }

std::string rate_text(float rate) { return formatted("%.*g %%", 3, 100 * static_cast<double>(rate)); }

double share_of(size_t part, size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace aisle
