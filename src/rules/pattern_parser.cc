#include "rules/pattern_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/character_set.h"
#include "text/utf8.h"

namespace aisle {
namespace {

constexpr size_t kDeepest = 50;
constexpr size_t kMostTimes = 1000;
constexpr size_t kNoEnd = std::numeric_limits<size_t>::max();

using Problem = std::optional<std::string>;  // the message of what is wrong, or nothing

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_word(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }

// By recursive descent. Each part's steps follow those of the part before; where steps lead to is counted from themselves, so that
// the steps of a part may be moved and copied.
class Parser {
 public:
  explicit Parser(std::string_view expression) : whole_(expression), rest_(expression) {}

  Result<ParsedPattern> parse() {
    ParsedPattern parsed;
    Problem problem = parse_alternatives(parsed.known);
    if (!problem && !rest_.empty()) problem = "a ) without its (";
    if (!problem) problem = emit({Step::kMatch});
    if (problem) return error(ErrorCode::kInvalidArgument, "at character " + std::to_string(position()) + ": " + *problem);
    parsed.program = std::move(program_);
    return parsed;
  }

 private:
  // ---- Text ----
  // From 1, of the character that comes next.
  size_t position() const {
    size_t characters = 1;
    for_each_character(whole_.substr(0, whole_.size() - rest_.size()), [&](std::string_view) { ++characters; });
    return characters;
  }

  bool next_is(char c) const { return rest_.starts_with(c); }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // ---- Steps ----
  size_t here() const { return program_.steps.size(); }

  Problem make_room(size_t more) const {
    if (more <= kMostSteps - here()) return std::nullopt;
    return "up to here it takes over " + std::to_string(kMostSteps) +
           " steps (a character, a class, a choice or a repetition is one; what is repeated N times counts N times)";
  }

  Problem emit(Step step) {
    if (auto problem = make_room(1)) return problem;
    program_.steps.push_back(step);
    return std::nullopt;
  }

  Problem emit_set(CharacterSet set) {
    program_.sets.push_back(std::move(set));
    return emit({Step::kSet, static_cast<int32_t>(program_.sets.size() - 1)});
  }

  // ---- Syntax ----
  Problem parse_alternatives(Known& known) {
    const size_t start = here();
    if (auto problem = parse_sequence(known)) return problem;
    while (next_is('|')) {
      if (auto problem = make_room(2)) return problem;
      take("|");
      auto& steps = program_.steps;
      steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(start), Step{Step::kFork, static_cast<int32_t>(here() - start + 2)});
      const size_t jump = here();
      steps.push_back({Step::kJump});
      Known other;
      if (auto problem = parse_sequence(other)) return problem;
      steps[jump].value = static_cast<int32_t>(here() - jump);
      known = either(std::move(known), std::move(other));
    }
    return std::nullopt;
  }

  Problem parse_sequence(Known& known) {
    KnownSequence sequence;
    while (!rest_.empty() && !next_is('|') && !next_is(')')) {
      const size_t start = here();
      Known part;
      if (auto problem = parse_atom(part)) return problem;
      if (auto problem = parse_repetition(start, part)) return problem;
      sequence.add(std::move(part));
    }
    known = sequence.finish();
    return std::nullopt;
  }

  Problem parse_atom(Known& known) {
    known.all = {""};
    switch (rest_[0]) {
      case '(': return parse_group(known);
      case '[': return parse_class(known);
      case '\\': return parse_escape(known);
      case '*': case '+': case '?': return "nothing stands before it to repeat";
      case '{': return "nothing stands before it to repeat; the character itself is \\{";
      case '^': take("^"); return emit({Step::kStart});
      case '$': take("$"); return emit({Step::kEnd});
      case '.': take("."); known = {}; return emit_set(complement({{'\n', '\n'}}));
      default: return parse_character(known);
    }
  }

  Problem parse_character(Known& known) {
    std::string character(take_character(rest_));
    character[0] = lower(character[0]);
    known.all = {character};
    return emit({Step::kCharacter, static_cast<int32_t>(code_point(character))});
  }

  Problem parse_group(Known& known) {
    if (depth_ == kDeepest) return "groups stand within each other " + std::to_string(kDeepest) + " deep, this is one more";
    const std::string_view start = rest_;
    take("(");
    if (next_is('?') && !take("?:")) return "of groups that start with (? only (?: is known";
    ++depth_;
    if (auto problem = parse_alternatives(known)) return problem;
    --depth_;
    if (take(")")) return std::nullopt;
    rest_ = start;
    return "a ( without its )";
  }

  Problem parse_escape(Known& known) {
    const std::string_view start = rest_;
    take("\\");
    const char c = rest_.empty() ? 'x' : rest_[0];
    if (const auto set = named_set(c)) {
      rest_.remove_prefix(1);
      known = {};
      return emit_set(*set);
    }
    if (take("b")) return emit({Step::kBorder});
    if (take("B")) return emit({Step::kNoBorder});
    if (!is_word(c) && static_cast<uint8_t>(c) < 0x80) return parse_character(known);
    rest_ = start;
    return "no such escape; known are \\d, \\s, \\w, \\D, \\S, \\W, \\b, \\B, and \\ before a punctuation mark";
  }

  Problem parse_class(Known& known) {
    const std::string_view start = rest_;
    take("[");
    const bool negated = take("^");
    CharacterSet set;
    do {
      if (rest_.empty()) {
        rest_ = start;
        return "a [ without its ]";
      }
      if (auto problem = parse_range(set)) return problem;
    } while (!take("]"));
    tidy(set);
    if (negated) set = complement(set);
    known.all = texts_of(set);
    return emit_set(std::move(set));
  }

  // One item of a class: a character, a range of them, or a named set.
  Problem parse_range(CharacterSet& set) {
    if (rest_.starts_with("[:")) return "names such as [:alpha:] are not known; the character itself is \\[";
    if (const auto named = rest_.size() > 1 && next_is('\\') ? named_set(rest_[1]) : std::nullopt) {
      rest_.remove_prefix(2);
      set.insert(set.end(), named->begin(), named->end());
      return std::nullopt;
    }
    const std::string_view start = rest_;
    CharacterRange range{};
    if (auto problem = parse_member(range.first)) return problem;
    range.last = range.first;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      take("-");
      if (auto problem = parse_member(range.last)) return problem;
    }
    set.push_back(range);
    if (range.first <= range.last) return std::nullopt;
    rest_ = start;
    return "the range ends before it starts";
  }

  Problem parse_member(char32_t& member) {
    const std::string_view start = rest_;
    const bool escaped = take("\\");
    if (escaped && (rest_.empty() || is_word(rest_[0]) || static_cast<uint8_t>(rest_[0]) >= 0x80)) {
      rest_ = start;
      return "no such character in a class; known are \\d, \\s, \\w, \\D, \\S, \\W, and \\ before a punctuation mark";
    }
    member = code_point(take_character(rest_));
    return std::nullopt;
  }

  // What may stand behind the part whose steps start there.
  Problem parse_repetition(size_t start, Known& known) {
    size_t least = 1, most = 1;
    if (take("*")) {
      least = 0, most = kNoEnd;
    } else if (take("+")) {
      most = kNoEnd;
    } else if (take("?")) {
      least = 0;
    } else if (next_is('{')) {
      if (auto problem = parse_times(least, most)) return problem;
    } else {
      return std::nullopt;
    }
    take("?");  // the fewest times first: which it is does not matter to whether it matches
    if (next_is('*') || next_is('+') || next_is('?') || next_is('{')) return "one repetition right behind another";
    known = repeated(std::move(known), least, most);
    return repeat(start, least, most);
  }

  // {N}, {N,} or {N,M}
  Problem parse_times(size_t& least, size_t& most) {
    const std::string_view start = rest_;
    const auto number = [&](size_t& to) {
      const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), to);
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      return failure == std::errc() && to <= kMostTimes;
    };
    take("{");
    bool sound = number(least);
    most = least;
    if (sound && take(",")) {
      most = kNoEnd;
      if (!next_is('}')) sound = number(most) && least <= most;
    }
    if (sound && take("}")) return std::nullopt;
    rest_ = start;
    return "expected {N}, {N,} or {N,M} with numbers up to " + std::to_string(kMostTimes) + "; the character itself is \\{";
  }

  Problem repeat(size_t start, size_t least, size_t most) {
    auto& steps = program_.steps;
    const std::vector<Step> part(steps.begin() + static_cast<std::ptrdiff_t>(start), steps.end());
    const auto size = static_cast<int32_t>(part.size());
    steps.resize(start);
    const size_t times = most == kNoEnd ? std::max<size_t>(least, 1) : most;
    if (auto problem = make_room(times * (part.size() + 1) + 1)) return problem;
    for (size_t i = 0; i < times; ++i) {
      if (i >= least) steps.push_back({Step::kFork, most == kNoEnd ? size + 2 : static_cast<int32_t>(times - i) * (size + 1)});
      steps.insert(steps.end(), part.begin(), part.end());
    }
    if (most == kNoEnd) steps.push_back(least > 0 ? Step{Step::kFork, -size} : Step{Step::kJump, -size - 1});
    return std::nullopt;
  }

  std::string_view whole_, rest_;
  Program program_;
  size_t depth_ = 0;
};

}  // namespace

Result<ParsedPattern> parse_pattern(std::string_view expression) { return Parser(expression).parse(); }

}  // namespace aisle
