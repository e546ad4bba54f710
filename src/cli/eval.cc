// aisle eval: a pack's scores on labelled queries, together, per pool and per group.
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/verbs.h"
#include "learn/evaluation.h"
#include "learn/html_report.h"
#include "pack/write.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, file, locale, html;
  std::vector<std::string> pools;
  bool json = false, strict = false;
};

// NaN (nothing to count) becomes null.
void put(nlohmann::ordered_json& out, const char* key, double value) {
  out[key] = std::isnan(value) ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
}

nlohmann::ordered_json to_json(const LabelScores& s) {
  nlohmann::ordered_json out{{"queries", s.queries}};
  put(out, "precision", s.precision);
  put(out, "macroRecall", s.macro_recall);
  put(out, "microF1", s.micro_f1);
  put(out, "aQuery", s.a_query);
  return out;
}

nlohmann::ordered_json to_json(const Scores& s) {
  nlohmann::ordered_json out{{"queries", s.queries}, {"withSubcategory", s.with_subcategory}, {"none", s.none}};
  put(out, "groupTop1", s.group_top1);
  put(out, "subcategoryTop1", s.subcategory_top1);
  put(out, "subcategoryTop3", s.subcategory_top3);
  put(out, "noneAuroc", s.none_auroc);
  put(out, "coverageAt5", s.coverage_5);
  put(out, "coverageAt10", s.coverage_10);
  put(out, "aurc", s.aurc);
  put(out, "ece", s.ece);
  put(out, "shoppingEce", s.shopping_ece);
  for (size_t o = 0; o < s.outcomes.size(); ++o) {
    out["outcomes"][name(static_cast<Outcome>(o))] = {{"stated", s.outcomes[o].stated}, {"right", s.outcomes[o].right}};
  }
  out["labels"] = to_json(s.labels);
  out["severalLabels"] = to_json(s.several_labels);
  return out;
}

void print_table(const char* title, const ScoreTable& table) {
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

void print_labels(const Scores& s) {
  if (s.several_labels.queries == 0) return;
  std::printf("\nlabels                 rows  precision  macro recall  micro-F1  listed a row\n");
  for (const auto& [title, l] : {std::pair("all", s.labels), std::pair("several accepted", s.several_labels)}) {
    std::printf("  %-16s %8zu      %.3f         %.3f     %.3f         %.3f\n", title, l.queries, l.precision, l.macro_recall, l.micro_f1, l.a_query);
  }
}

void print_json(const Pack& pack, const std::string& file, const Evaluation& e) {
  nlohmann::ordered_json out{{"pack", pack.name}, {"version", pack.version}, {"file", file}, {"all", to_json(e.all)}};
  for (const auto& [label, s] : e.pools) out["pools"][label] = to_json(s);
  for (const auto& [label, s] : e.locales) out["locales"][label] = to_json(s);
  for (const auto& [label, s] : e.groups) out["groups"][label] = to_json(s);
  std::printf("%s\n", out.dump(1).c_str());
}

void print_text(const Evaluation& e) {
  print_table("together", {{"all", e.all}});
  if (!e.pools.empty()) print_table("\npool", e.pools);
  if (!e.locales.empty()) print_table("\nlocale", e.locales);
  print_table("\ngroup", e.groups);
  print_outcomes(e.all);
  print_labels(e.all);
}

Result<void> write_report(const Options& options, const Pack& pack, size_t bad_lines, const Evaluation& evaluation) {
  const std::string html = html_report({options.file, options.locale, options.pools, bad_lines}, pack, evaluation);
  return write_file(options.html, {reinterpret_cast<const uint8_t*>(html.data()), html.size()});
}

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  const Pack& pack = classifier->pack();
  const auto file = read_labelled(options.file, classifier->taxonomy());
  if (!file) return fail(file.error().message);
  print_bad_lines(file->bad_lines);
  if (options.strict && !file->bad_lines.empty()) return 1;
  const auto evaluation = evaluate(*classifier, file->queries, {{options.pools.begin(), options.pools.end()}, options.locale});
  if (!evaluation) return fail(evaluation.error().message);
  if (evaluation->all.queries == 0) return fail(options.file + ": no labelled query to score");
  if (!options.html.empty()) {
    if (auto written = write_report(options, pack, file->bad_lines.size(), *evaluation); !written) return fail(written.error().message);
  }
  if (options.json) print_json(pack, options.file, *evaluation);
  else print_text(*evaluation);
  return 0;
}

}  // namespace

Verb add_eval(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("file", options->file, "TSV: label[|label], query; or with a header that names query, accepted and perhaps id, locale; or JSON lines with query, label and perhaps locale")->required();
  app.add_option("--pools", options->pools, "only these pools (the letters an id starts with)")->delimiter(',')->allow_extra_args(false);
  app.add_option("--locale", options->locale, "BCP 47 tag of queries without one of their own");
  app.add_flag("--json", options->json, "scores as JSON");
  app.add_option("--html", options->html, "also write a report here, one HTML file with all it needs in it");
  app.add_flag("--strict", options->strict, "exit 1 when a line is bad, instead of leaving it out");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
