#include "rules/pattern.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "rules/pattern_parser.h"
#include "text/utf8.h"

namespace aisle {
namespace {

char32_t lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

bool has(const CharacterSet& set, char32_t c) {
  return std::any_of(set.begin(), set.end(), [&](const CharacterRange& range) { return range.first <= c && c <= range.last; });
}

bool is_assertion(Step::Kind kind) { return kind >= Step::kStart && kind <= Step::kNoBorder; }

bool is_word_at(std::string_view text, size_t at) {
  if (at >= text.size()) return false;  // before the start, too
  const char32_t c = lower(static_cast<uint8_t>(text[at]));
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The states of a program in a text, of which each is entered once a position.
class Simulation {
 public:
  Simulation(const Program& program, std::string_view text) : program_(program), text_(text) {
    std::fill_n(reached_.begin(), program.steps.size(), 0);
  }

  bool idle() const { return size_ == 0; }

  // Is in `step` at a place, too, and wherever that leads without a character. True: to a match.
  bool enter(size_t step, size_t at) {
    for (;;) {
      if (std::exchange(reached_[step], static_cast<uint32_t>(at + 1)) == at + 1) return false;
      const auto [kind, value] = program_.steps[step];
      switch (kind) {
        case Step::kCharacter:
        case Step::kSet: states_[size_++] = static_cast<uint16_t>(step); return false;
        case Step::kMatch: return true;
        case Step::kFork:
          if (enter(step + static_cast<size_t>(value), at)) return true;
          ++step;
          break;
        case Step::kJump: step += static_cast<size_t>(value); break;
        default:
          if (!holds(kind, at)) return false;
          ++step;
      }
    }
  }

  // Goes on over character `c`, which ends at a place. True: to a match.
  bool advance(char32_t c, size_t end) {
    const size_t size = std::exchange(size_, 0);
    std::copy_n(states_.begin(), size, before_.begin());
    for (size_t i = 0; i < size; ++i) {
      const auto [kind, value] = program_.steps[before_[i]];
      const bool takes = kind == Step::kCharacter ? c == static_cast<char32_t>(value) : has(program_.sets[static_cast<size_t>(value)], c);
      if (takes && enter(before_[i] + 1, end)) return true;
    }
    return false;
  }

 private:
  bool holds(Step::Kind assertion, size_t at) const {
    if (assertion == Step::kStart) return at == 0;
    if (assertion == Step::kEnd) return at == text_.size();
    return (is_word_at(text_, at - 1) != is_word_at(text_, at)) == (assertion == Step::kBorder);
  }

  const Program& program_;
  std::string_view text_;
  std::array<uint32_t, kMostSteps> reached_;  // the last place, plus 1, at which a step was entered
  std::array<uint16_t, kMostSteps> states_, before_;
  size_t size_ = 0;
};

}  // namespace

Result<Pattern> Pattern::create(std::string_view expression) {
  auto parsed = parse_pattern(expression);
  if (!parsed) return tl::unexpected(parsed.error());
  Pattern pattern;
  pattern.program_ = std::move(parsed->program);
  pattern.literals_ = parsed->known.literals();
  pattern.find_first_bytes();
  return pattern;
}

void Pattern::find_first_bytes() {
  const auto add = [&](char32_t first, char32_t last) {
    for (char32_t c = first; c <= last && c < 0x80; ++c) {
      first_bytes_.set(c);
      if (c >= 'a' && c <= 'z') first_bytes_.set(c - 32);
    }
    for (size_t byte = 0xC0; last >= 0x80 && byte <= 0xFF; ++byte) first_bytes_.set(byte);
  };
  std::vector<bool> seen(program_.steps.size());
  for (std::vector<size_t> reached = {0}; !reached.empty();) {
    const size_t step = reached.back();
    reached.pop_back();
    if (seen[step]) continue;
    seen[step] = true;
    const auto [kind, value] = program_.steps[step];
    if (kind == Step::kMatch) first_bytes_.set();
    if (kind == Step::kCharacter) add(static_cast<char32_t>(value), static_cast<char32_t>(value));
    if (kind == Step::kSet) for (const auto [first, last] : program_.sets[static_cast<size_t>(value)]) add(first, last);
    if (kind == Step::kFork || kind == Step::kJump) reached.push_back(step + static_cast<size_t>(value));
    if (kind == Step::kFork || is_assertion(kind)) reached.push_back(step + 1);
  }
}

bool Pattern::matches(std::string_view text) const {
  Simulation run(program_, text);
  for (std::string_view rest = text;;) {
    if (run.idle()) {
      while (!rest.empty() && !first_bytes_[static_cast<uint8_t>(rest[0])]) rest.remove_prefix(1);
    }
    if (run.enter(0, text.size() - rest.size())) return true;
    if (rest.empty()) return false;
    const char32_t c = lower(code_point(take_character(rest)));
    if (run.advance(c, text.size() - rest.size())) return true;
  }
}

}  // namespace aisle
