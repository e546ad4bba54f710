// aisle rules: override rules looked at before they are put to use, and put into a pack.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>

#include "cli/verbs.h"
#include "learn/rule_check.h"
#include "pack/write.h"
#include "text/locale.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, rules, queries, locale, store;
  bool check = false, dry_run = false;
};

void print(std::FILE* to, const std::string& path, const RuleProblem& problem) {
  std::fprintf(to, "%s:%zu: %s\n", path.c_str(), problem.line, problem.message.c_str());
}

int check(const Options& options, RuleFile file) {
  const size_t sound = file.rules.size();
  Rules rules(std::move(file.rules));
  for (RuleProblem& problem : check_rules(rules)) file.problems.push_back(std::move(problem));
  std::stable_sort(file.problems.begin(), file.problems.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  for (const RuleProblem& problem : file.problems) print(stdout, options.rules, problem);
  std::printf("%s: %zu sound rules, %zu problems\n", options.rules.c_str(), sound, file.problems.size());
  return file.problems.empty() ? 0 : 1;
}

// As rules files have it.
std::string label_of(const Decision& decision) {
  if (decision.group && !decision.category) return "group:" + std::string(decision.group->id);
  if (!decision.category) return name(decision.outcome);
  if (decision.source != Source::kOverride) return std::string(decision.category->id);
  std::string labels;
  for (const std::string_view label : decision.labels) labels += (labels.empty() ? "" : "|") + std::string(label);
  return labels;
}

struct Counts {
  size_t queries = 0, overridden = 0, changed = 0;
  std::set<const Rule*> fired;
};

// One line for a query that a rule decides: what is decided today, by the pack's own rules if it has some, and what would be.
Result<void> try_query(const std::string& query, const Options& options, Classifier& classifier, Rules& rules, Counts& counts) {
  Decision decision;
  if (auto done = classifier.classify(query, {options.locale}, decision); !done) return done;
  const auto locale = canonical_locale(options.locale);
  std::vector<const Rule*> found;
  rules.find_all(classifier.normalized(query), *locale, found);
  ++counts.queries;
  if (found.empty()) return {};
  const std::string before = label_of(decision);
  apply(*found[0], decision);
  const std::string after = label_of(decision);
  std::string others, text = query;
  for (size_t i = 1; i < found.size(); ++i) others += (i > 1 ? "," : "") + found[i]->id;
  std::replace(text.begin(), text.end(), '\t', ' ');
  std::printf("%s\t%s\t%zu\t%s\t%s\t%s\n", text.c_str(), found[0]->id.c_str(), found[0]->line, before.c_str(), after.c_str(), others.c_str());
  ++counts.overridden;
  counts.changed += before != after;
  counts.fired.insert(found[0]);
  return {};
}

int dry_run(const Options& options, Classifier& classifier, Rules rules) {
  std::ifstream file;
  if (!options.queries.empty()) file.open(options.queries);
  if (!file) return fail("cannot open " + options.queries);
  std::istream& queries = options.queries.empty() ? std::cin : file;
  Counts counts;
  std::printf("query\trule\tline\tbefore\tafter\talso\n");
  for (std::string query; std::getline(queries, query);) {
    if (query.ends_with('\r')) query.pop_back();
    if (auto done = try_query(query, options, classifier, rules, counts); !done) return fail(done.error().message);
  }
  std::fprintf(stderr, "%zu of %zu queries decided by a rule, %zu of them differently; %zu of %zu rules fired\n", counts.overridden, counts.queries,
               counts.changed, counts.fired.size(), rules.all().size());
  return 0;
}

int store(const Options& options, const AlignedBytes& tsv) {
  const auto pack = read_file(options.pack);
  if (!pack) return fail(pack.error().message);
  const auto bytes = with_overrides({pack->data(), pack->size()}, {reinterpret_cast<const char*>(tsv.data()), tsv.size()});
  if (!bytes) return fail(bytes.error().message);
  if (auto written = write_file(options.store, *bytes); !written) return fail(written.error().message);
  return 0;
}

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  const auto tsv = read_file(options.rules);
  if (!tsv) return fail(tsv.error().message);
  RuleFile file = classifier->read_rules({reinterpret_cast<const char*>(tsv->data()), tsv->size()});
  if (options.check) return check(options, std::move(file));
  for (const RuleProblem& problem : file.problems) print(stderr, options.rules, problem);
  if (!file.problems.empty()) return 2;
  return options.dry_run ? dry_run(options, *classifier, Rules(std::move(file.rules))) : store(options, *tsv);
}

}  // namespace

Verb add_rules(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  auto* mode = app.add_option_group("one of");
  mode->add_flag("--check", options->check, "list bad lines, rules that can never fire, and rules that clash; exit 1 when there are any");
  mode->add_flag("--dry-run", options->dry_run, "show which rule would decide which query, and what it changes, as TSV");
  mode->add_option("--store", options->store, "write the pack with these rules in it to this file");
  mode->require_option(1);
  app.add_option("rules", options->rules, "the rules file (models/RULES.md)")->required();
  app.add_option("queries", options->queries, "for --dry-run: a file with one query a line; stdin without");
  app.add_option("--locale", options->locale, "for --dry-run: BCP 47 tag of the queries' locale");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
