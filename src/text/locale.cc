#include "text/locale.h"

namespace aisle {
namespace {

// ASCII only: tags are, and the C library's versions depend on the process's locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

Result<std::string> canonical_locale(std::string_view tag) {
  const auto bad = [&] { return error(ErrorCode::kInvalidArgument, "\"" + std::string(tag.substr(0, 40)) + "\" is no locale: expected a BCP 47 tag such as en-US"); };
  std::string out;
  if (tag.size() > 35) return bad();
  for (size_t start = 0; !tag.empty() && start <= tag.size();) {
    const size_t end = std::min(tag.find_first_of("-_", start), tag.size());
    const std::string_view part = tag.substr(start, end - start);
    const bool language = start == 0;
    if (part.empty() || part.size() > 8 || (language && (part.size() < 2 || part.size() > 3))) return bad();
    for (const char c : part) {
      if (!is_letter(c) && (language || !is_digit(c))) return bad();
    }
    if (!language) out += '-';
    for (size_t i = 0; i < part.size(); ++i) {
      const bool capital = !language && (part.size() == 2 || (part.size() == 4 && i == 0));
      out += capital ? upper(part[i]) : lower(part[i]);
    }
    start = end + 1;
  }
  return out;
}

bool same_language(std::string_view one, std::string_view other) { return one.substr(0, one.find('-')) == other.substr(0, other.find('-')); }

}  // namespace aisle
