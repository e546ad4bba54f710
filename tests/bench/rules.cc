// What ten thousand override rules cost a query.
//
//   cmake --build --preset release --target bench && build/release/bench --benchmark_filter=rules
//
// Rules of mixed kinds (4,000 exact, 2,000 prefixes, 3,000 phrases, 1,000 patterns of which 16 have no literal) are made from every
// second query of tests/golden/tokens.tsv; all of its queries are looked up. Two in five meet a rule.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "classifier.h"

namespace aisle {
namespace {

constexpr size_t kRules = 10000;

std::vector<std::string> golden_queries() {
  std::ifstream file(AISLE_GOLDEN "/tokens.tsv");
  std::vector<std::string> queries;
  for (std::string line; std::getline(file, line);) queries.push_back(line.substr(0, line.find('\t')));
  return queries;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find(' ', start), text.size());
    if (end > start) words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

bool plain(const std::string& word) { return word.size() > 1 && word.find_first_of("\\^$.|?*+()[]{}\"") == word.npos; }

// The n-th rule, without its id; "" when the query is not fit for it.
std::string rule_from(const std::string& query, size_t n) {
  const auto words = words_of(query);
  if (words.empty()) return "";
  const std::string first = words.front(), last = words.back(), end = "\ttoys/games-puzzles";
  if (n % 10 < 4) return "exact\t" + query + end;
  if (n % 10 < 6) return "prefix\t" + (words.size() > 2 ? first + " " + words[1] : query) + end;
  if (n % 10 < 9) return "contains\t" + (words.size() > 2 ? words[1] + " " + last : query) + end;
  if (n / 10 < kMostUnfilteredPatterns) return "pattern\t^\\d{" + std::to_string(n / 10 + 1) + "} ?(mm|g|oz)?$" + end;
  if (!plain(first) || !plain(last)) return "";
  if (n % 3 == 0) return "pattern\t^" + first + ".*\\b(for|with|\\d+) ?" + last + end;
  if (n % 3 == 1) return "pattern\t" + first + "(s|es)? \\d+" + end;
  return "pattern\t\\b(" + first + "|" + last + ")[- ]?(xx?l|small|\\d+ ?cm)\\b" + end;
}

struct Fixture {
  Classifier classifier;
  std::string tsv = "id\tmatch\ttext\tdecision\n";
  std::vector<std::string> queries = golden_queries(), folded;
  Rules rules;

  explicit Fixture(Classifier made) : classifier(std::move(made)) {
    for (size_t i = 0, n = 0; n < kRules; i = (i + 2) % queries.size()) {
      // A query is met again for another kind of rule.
      const std::string rule = rule_from(queries[i], n);
      if (rule.empty()) continue;
      const std::string line = std::to_string(n) + "\t" + rule + "\n";
      tsv += line;
      ++n;
    }
    rules = make();
    for (const std::string& query : queries) folded.emplace_back(classifier.normalized(query));
  }

  Rules make() {
    RuleFile file = classifier.read_rules(tsv);
    // Some patterns hold what normalisation changes; they do not count.
    if (file.rules.size() < kRules * 98 / 100) {
      std::fprintf(stderr, "only %zu rules: %s\n", file.rules.size(), file.problems.front().message.c_str());
      std::abort();
    }
    return Rules(std::move(file.rules));
  }
};

Fixture& fixture() {
  static Fixture made = [] {
    auto bytes = read_file(AISLE_SHIPPED_PACK);
    if (!bytes) std::abort();
    auto classifier = Classifier::open(std::move(*bytes));
    if (!classifier) std::abort();
    return Fixture(std::move(*classifier));
  }();
  return made;
}

void rules_find(benchmark::State& state) {
  Fixture& f = fixture();
  size_t at = 0, found = 0, rounds = 0;
  for (const std::string& query : f.folded) f.rules.find(query, "en-US");
  for (auto _ : state) {
    found += f.rules.find(f.folded[at], "en-US") != nullptr;
    at = (at + 1) % f.folded.size();
    ++rounds;
  }
  state.counters["rules"] = static_cast<double>(f.rules.all().size());
  state.counters["met"] = static_cast<double>(found) / static_cast<double>(rounds);
}
BENCHMARK(rules_find);

// As classify() has it: with the normalisation.
void rules_normalize_and_find(benchmark::State& state) {
  Fixture& f = fixture();
  size_t at = 0;
  for (const std::string& query : f.queries) f.rules.find(f.classifier.normalized(query), "en-US");
  for (auto _ : state) {
    benchmark::DoNotOptimize(f.rules.find(f.classifier.normalized(f.queries[at]), "en-US"));
    at = (at + 1) % f.queries.size();
  }
}
BENCHMARK(rules_normalize_and_find);

void rules_build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(fixture().make());
}
BENCHMARK(rules_build)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aisle
