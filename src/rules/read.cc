#include "rules/read.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "text/locale.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace aisle {
namespace {

// The columns, of which the header names those that a file has; from kLocale on they may be absent, as their cells may be empty.
enum Column { kId, kMatch, kText, kDecision, kLocale, kPriority, kColumns };
constexpr std::array<std::string_view, kColumns> kNames = {"id", "match", "text", "decision", "locale", "priority"};

using Row = std::array<std::string_view, kColumns>;
using Problem = std::optional<std::string>;  // the message of what is wrong, or nothing

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Removes the text up to the next `end` from the front and returns it; without one, all of it.
std::string_view take(std::string_view& text, char end) {
  const size_t size = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return taken;
}

Problem no_label(std::string_view label) {
  return "no label " + quoted(label) + " in the pack's taxonomy: expected a subcategory such as clothing/dresses, several joined by |, group:ID, broad, none or unknown";
}

// One or more subcategories.
Problem read_subcategories(std::string_view labels, const TaxonomyView& taxonomy, Rule& rule) {
  while (!labels.empty()) {
    const std::string_view label = take(labels, '|');
    const GroupView* group = find_group(taxonomy, group_of(label));
    if (!group) return no_label(label);
    const SubcategoryView* subcategory = find_subcategory(*group, label);
    if (!subcategory) return no_label(label);
    if (!rule.group) rule.group = group;
    rule.subcategories.push_back(subcategory);
  }
  rule.outcome = Outcome::kCategory;
  return std::nullopt;
}

Problem read_decision(std::string_view decision, const TaxonomyView& taxonomy, Rule& rule) {
  for (const Outcome outcome : {Outcome::kBroad, Outcome::kNone, Outcome::kUnknown}) {
    if (decision != name(outcome)) continue;
    rule.outcome = outcome;
    return std::nullopt;
  }
  if (!decision.starts_with("group:")) return read_subcategories(decision, taxonomy, rule);
  rule.outcome = Outcome::kGroup;
  rule.group = find_group(taxonomy, decision.substr(6));
  return rule.group ? std::nullopt : no_label(decision);
}

Problem read_priority(std::string_view number, int& priority) {
  if (number.empty()) return std::nullopt;
  const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), priority);
  if (failure == std::errc() && end == number.data() + number.size()) return std::nullopt;
  return "its priority is " + quoted(number) + ", expected a whole number";
}

class Reader {
 public:
  Reader(const Pack& pack, Tokenizer& tokenizer) : pack_(pack), tokenizer_(tokenizer) {}

  RuleFile read(std::string_view tsv) {
    if (tsv.starts_with("\uFEFF")) tsv.remove_prefix(3);  // spreadsheets put a byte order mark in front
    RuleFile file;
    for (size_t line = 1; line == 1 || !tsv.empty(); ++line) {
      std::string_view text = take(tsv, '\n');
      if (text.ends_with('\r')) text.remove_suffix(1);
      if (line > 1 && text.find_first_not_of('\t') == text.npos) continue;
      Rule rule;
      rule.line = line;
      const Problem problem = line == 1 ? read_header(text) : read_rule(text, rule);
      if (problem) file.problems.push_back({line, *problem});
      else if (line > 1) file.rules.push_back(std::move(rule));
      if (columns_.empty()) break;  // without a header the rest means nothing
    }
    return file;
  }

 private:
  Problem read_header(std::string_view line) {
    std::vector<Column> columns;
    while (!line.empty()) {
      const std::string_view name = take(line, '\t');
      const auto found = std::find(kNames.begin(), kNames.end(), name);
      if (found == kNames.end()) return "no column " + quoted(name) + " is known: expected id, match, text, decision, and perhaps locale, priority";
      const auto column = static_cast<Column>(found - kNames.begin());
      if (std::find(columns.begin(), columns.end(), column) != columns.end()) return "column " + quoted(name) + " is there twice";
      columns.push_back(column);
    }
    for (const Column needed : {kId, kMatch, kText, kDecision}) {
      if (std::find(columns.begin(), columns.end(), needed) == columns.end()) return "the header names no column " + quoted(kNames[needed]);
    }
    columns_ = std::move(columns);
    return std::nullopt;
  }

  Problem read_rule(std::string_view line, Rule& rule) {
    Row row;
    size_t cells = 0;
    for (; cells < columns_.size() && !line.empty(); ++cells) row[columns_[cells]] = take(line, '\t');
    rule.id = row[kId];
    if (rule.id.empty()) return "the rule has no id";
    if (!ids_.insert(rule.id).second) return "the id " + quoted(rule.id) + " is there twice";
    const bool whole = line.find_first_not_of('\t') == line.npos;
    Problem problem = whole ? read_cells(row, rule) : "it has more than the header's " + std::to_string(columns_.size()) + " columns";
    if (problem) problem->insert(0, "rule " + quoted(rule.id) + ": ");
    return problem;
  }

  Problem read_cells(const Row& row, Rule& rule) {
    if (auto problem = read_match(row[kMatch], rule)) return problem;
    if (auto problem = rule.match == Match::kPattern ? read_pattern(row[kText], rule) : read_text(row[kText], rule)) return problem;
    if (row[kDecision].empty()) return "it decides nothing: its decision is empty";
    if (auto problem = read_decision(row[kDecision], pack_.taxonomy, rule)) return problem;
    auto locale = canonical_locale(row[kLocale]);
    if (!locale) return locale.error().message;
    rule.locale = std::move(*locale);
    return read_priority(row[kPriority], rule.priority);
  }

  Problem read_match(std::string_view match, Rule& rule) {
    for (const Match known : {Match::kExact, Match::kPrefix, Match::kContains, Match::kPattern}) {
      if (match != name(known)) continue;
      rule.match = known;
      return std::nullopt;
    }
    return "its match is " + quoted(match) + ", expected exact, prefix, contains or pattern";
  }

  Problem read_text(std::string_view text, Rule& rule) {
    const size_t most = pack_.tokenizer.max_code_points;
    size_t characters = 0;
    for_each_character(text, [&](std::string_view) { ++characters; });
    if (characters > most) return "its text has " + std::to_string(characters) + " characters, queries are cut at " + std::to_string(most);
    std::string clean;
    normalize(text, most, clean);
    rule.text = tokenizer_.fold(clean);
    if (rule.text.empty()) return "its text is empty once normalised as queries are";
    return std::nullopt;
  }

  Problem read_pattern(std::string_view text, Rule& rule) {
    if (text.empty()) return "its pattern is empty";
    if (auto problem = check_normalised(text)) return problem;
    auto pattern = Pattern::create(text);
    if (!pattern) return "its pattern is wrong " + pattern.error().message;
    if (pattern->literals().empty() && ++unfiltered_ > kMostUnfilteredPatterns) {
      return "its pattern has no text of " + std::to_string(kShortestLiteral) + " bytes that each match must hold, so that it is tried on every query; " +
             std::to_string(kMostUnfilteredPatterns) + " rules may be so, this is one more";
    }
    rule.text = text;
    rule.pattern = std::move(*pattern);
    return std::nullopt;
  }

  // Letters of ASCII may be of either case; what else normalisation would change stands in no query, so that the pattern never
  // matched. Spaces are left out of it, of which normalisation drops those at the ends.
  Problem check_normalised(std::string_view text) {
    std::string written, folded;
    for (const char c : text) {
      if (c != ' ') written += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    const std::string_view whole = tokenizer_.fold(text);
    for (const char c : whole) {
      if (c != ' ') folded += c;
    }
    if (written == folded) return std::nullopt;
    return "its pattern holds what no normalised query does; normalised it reads " + quoted(whole);
  }

  const Pack& pack_;
  Tokenizer& tokenizer_;
  std::vector<Column> columns_;
  std::unordered_set<std::string> ids_;
  size_t unfiltered_ = 0;
};

}  // namespace

RuleFile read_rules(std::string_view tsv, const Pack& pack, Tokenizer& tokenizer) { return Reader(pack, tokenizer).read(tsv); }

}  // namespace aisle
