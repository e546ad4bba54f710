// aisle eval: a pack's scores on labelled queries, together, per pool and per group.
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/verbs.h"
#include "learn/scorecard.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, file, locale;
  std::vector<std::string> pools;
  bool json = false, strict = false;
};

using Table = std::vector<std::pair<std::string, Scores>>;

nlohmann::ordered_json to_json(const Scores& s) {
  nlohmann::ordered_json out{{"queries", s.queries}, {"withSubcategory", s.with_subcategory}, {"none", s.none}};
  // NaN (nothing to count) becomes null
  const auto put = [&](const char* key, double value) { out[key] = std::isnan(value) ? nlohmann::ordered_json() : nlohmann::ordered_json(value); };
  put("groupTop1", s.group_top1);
  put("subcategoryTop1", s.subcategory_top1);
  put("subcategoryTop3", s.subcategory_top3);
  put("noneAuroc", s.none_auroc);
  put("coverageAt5", s.coverage_5);
  put("coverageAt10", s.coverage_10);
  put("aurc", s.aurc);
  put("ece", s.ece);
  put("shoppingEce", s.shopping_ece);
  for (size_t o = 0; o < s.outcomes.size(); ++o) {
    out["outcomes"][name(static_cast<Outcome>(o))] = {{"stated", s.outcomes[o].stated}, {"right", s.outcomes[o].right}};
  }
  return out;
}

void print_table(const char* title, const Table& table) {
  std::printf("%-12s %7s %7s %7s %7s %7s %7s %7s %7s %7s %7s\n", title, "rows", "subcat", "grp@1", "sub@1", "sub@3", "AUROC", "cov@5%", "cov@10%", "AURC", "ECE");
  for (const auto& [label, s] : table) {
    std::printf("%-12s %7zu %7zu", label.c_str(), s.queries, s.with_subcategory);
    for (const double value : {s.group_top1, s.subcategory_top1, s.subcategory_top3, s.none_auroc, s.coverage_5, s.coverage_10, s.aurc, s.ece}) {
      if (std::isnan(value)) std::printf("       -");
      else std::printf("   %.3f", value);
    }
    std::printf("\n");
  }
}

void print_outcomes(const Scores& s) {
  std::printf("\ndecisions at the default error rate\n");
  for (size_t o = 0; o < s.outcomes.size(); ++o) {
    const auto& count = s.outcomes[o];
    const bool abstained = static_cast<Outcome>(o) == Outcome::kUnknown;
    std::printf("  %-10s %6zu", name(static_cast<Outcome>(o)), count.stated);
    if (!abstained && count.stated) std::printf("  right %5.1f %%", 100.0 * static_cast<double>(count.right) / static_cast<double>(count.stated));
    std::printf("\n");
  }
}

Table tables(const std::map<std::string, Scorecard>& cards) {
  Table table;
  for (const auto& [label, card] : cards) table.emplace_back(label, card.scores());
  return table;
}

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  const TaxonomyView& taxonomy = classifier->pack().taxonomy;
  const auto file = read_labelled(options.file, taxonomy);
  if (!file) return fail(file.error().message);
  print_bad_lines(file->bad_lines);
  if (options.strict && !file->bad_lines.empty()) return 1;
  const std::set<std::string> wanted(options.pools.begin(), options.pools.end());
  const size_t groups = taxonomy.groups.size();
  Scorecard all(groups);
  std::map<std::string, Scorecard> pools, by_group, locales;
  Decision decision;
  for (const LabelledQuery& query : file->queries) {
    if (!wanted.empty() && !wanted.contains(query.pool)) continue;
    const std::string& locale = query.locale.empty() ? options.locale : query.locale;
    if (auto done = classifier->classify(query.query, {locale, 3, 0}, decision); !done) return fail(done.error().message);
    Probabilities p = classifier->probabilities();
    if (decision.alternatives.empty()) {  // nothing known in it: no class is likelier than another
      p.outcomes.assign(groups + 2, 0.0f);
      p.subcategories.assign(p.subcategories.size(), 0.0f);
    }
    const auto count = [&](Scorecard& card) { card.add(query, p, decision, taxonomy, classifier->pack().rules); };
    count(all);
    if (!query.pool.empty()) count(pools.try_emplace(query.pool, groups).first->second);
    if (!query.locale.empty()) count(locales.try_emplace(query.locale, groups).first->second);
    const size_t first = query.outcomes.front();
    const std::string group(first < groups ? taxonomy.groups[first].id : first == groups ? "broad" : "none");
    count(by_group.try_emplace(group, groups).first->second);
  }
  const Scores total = all.scores();
  if (total.queries == 0) return fail(options.file + ": no labelled query to score");
  if (options.json) {
    nlohmann::ordered_json out{{"pack", classifier->pack().name}, {"version", classifier->pack().version}, {"file", options.file}, {"all", to_json(total)}};
    for (const auto& [label, s] : tables(pools)) out["pools"][label] = to_json(s);
    for (const auto& [label, s] : tables(locales)) out["locales"][label] = to_json(s);
    for (const auto& [label, s] : tables(by_group)) out["groups"][label] = to_json(s);
    std::printf("%s\n", out.dump(1).c_str());
    return 0;
  }
  print_table("together", {{"all", total}});
  if (!pools.empty()) print_table("\npool", tables(pools));
  if (!locales.empty()) print_table("\nlocale", tables(locales));
  print_table("\ngroup", tables(by_group));
  print_outcomes(total);
  return 0;
}

}  // namespace

Verb add_eval(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("file", options->file, "TSV: label[|label], query; or with a header that names query, accepted and perhaps id, locale")->required();
  app.add_option("--pools", options->pools, "only these pools (the letters an id starts with)")->delimiter(',');
  app.add_option("--locale", options->locale, "BCP 47 tag of queries without one of their own");
  app.add_flag("--json", options->json, "scores as JSON");
  app.add_flag("--strict", options->strict, "exit 1 when a line is bad, instead of leaving it out");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
