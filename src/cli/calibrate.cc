// aisle calibrate: a pack and labelled queries in, the pack with temperatures and thresholds fitted to them out.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/verbs.h"
#include "learn/calibration.h"
#include "pack/write.h"
#include "text/locale.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, file, out, prior, none_weights;
  std::vector<float> error_rates{0.01f, 0.02f, 0.05f, 0.1f, 0.2f};
  float default_error_rate = 0.05f;
  double delta = 0.1, label_precision = 0.8;
  std::optional<float> context_bound;
  bool strict = false;
};

// Those of the file, or what is wrong with it.
Result<NoneWeights> read_none_weights(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  const auto file = nlohmann::json::parse(text->data(), text->data() + text->size(), nullptr, false);
  NoneWeights weights;
  const std::pair<const char*, float*> members[] = {
      {"bias", &weights.bias}, {"logit", &weights.logit}, {"energy", &weights.energy}, {"log_likelihood", &weights.log_likelihood}};
  for (const auto& [name, weight] : members) {
    const auto found = file.is_object() ? file.find(name) : file.end();
    *weight = found != file.end() && found->is_number() ? found->get<float>() : 2 * NoneWeights::kMost;
    if (!(std::abs(*weight) <= NoneWeights::kMost)) return error(ErrorCode::kInvalidArgument, path + ": its \"" + name + "\" is not a number within -1000..1000");
  }
  return weights;
}

// So few say little of a rate of errors: not one wrong in 45 proves 5 % at the default chance of failure.
constexpr std::ptrdiff_t kFewest = 50;

Result<std::vector<ScoredQuery>> score(const Options& options, Classifier& classifier, std::vector<LabelledQuery> labelled) {
  auto scored = score_queries(classifier, std::move(labelled));
  if (scored && std::ssize(*scored) < kFewest) {
    return error(ErrorCode::kInvalidArgument, options.file + ": " + std::to_string(scored->size()) + " labelled queries with a known piece, expected at least " +
                                                  std::to_string(kFewest));
  }
  return scored;
}

void print(const char* title, const std::vector<Thresholds>& rows) {
  std::printf("%-16s stated from   share decided\n", title);
  for (const Thresholds& t : rows) {
    std::printf("           %4.1f %%", 100.0 * static_cast<double>(t.error_rate));
    if (t.coverage > 0) std::printf("         %.3f           %.3f\n", static_cast<double>(t.category), static_cast<double>(t.coverage));
    else std::printf("         too few queries, or too many errors, to promise it\n");
  }
}

void print_errors(std::span<const ScoredQuery> queries, std::string_view language, const HeadsView& old, const HeadsView& fitted) {
  const CalibrationError before = calibration_error(queries, old), after = cross_fitted_error(queries, language, fitted);
  std::printf("expected calibration error      before   after (on queries not fitted on)\n");
  std::printf("  most probable outcome          %.3f   %.3f\n", before.outcome, after.outcome);
  std::printf("  most probable subcategory      %.3f   %.3f\n", before.subcategory, after.subcategory);
}

// A promise that the pack can't keep would surprise later: the default has to be among the fitted rates, and kept.
Result<void> check_default(const Options& options, const DecisionRules& rules) {
  for (const Thresholds& t : rules.thresholds) {
    if (t.error_rate == options.default_error_rate && t.coverage > 0) return {};
  }
  return error(ErrorCode::kInvalidArgument, "the default error rate " + std::to_string(options.default_error_rate).substr(0, 5) +
                                                " must be one of the --error-rates, and one that these queries can prove");
}

Result<void> self_test(const AlignedBytes& bytes) {
  AlignedBytes copy(bytes.size());
  if (!copy.data()) return error(ErrorCode::kOutOfMemory, "no memory for the calibrated pack");
  std::copy_n(bytes.data(), bytes.size(), copy.data());
  auto classifier = Classifier::open(std::move(copy));
  if (!classifier) return tl::unexpected(classifier.error());
  const auto tested = classifier->self_test();
  if (!tested) return tl::unexpected(tested.error());
  return {};
}

int run(Options options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  auto file = read_labelled(options.file, classifier->pack().taxonomy);
  if (!file) return fail(file.error().message);
  print_bad_lines(file->bad_lines);
  if (options.strict && !file->bad_lines.empty()) return 1;
  auto queries = score(options, *classifier, std::move(file->queries));
  if (!queries) return fail(queries.error().message);
  const Pack& pack = classifier->pack();
  HeadsView heads = pack.heads;
  if (!options.none_weights.empty()) {
    const auto weights = read_none_weights(options.none_weights);
    if (!weights) return fail(weights.error().message);
    heads.none = *weights;
  }
  const std::string_view language = pack.languages.empty() ? "" : pack.languages.front();
  auto others = std::stable_partition(queries->begin(), queries->end(), [&](const ScoredQuery& scored) {
    return language.empty() || scored.query.locale.empty() || same_language(scored.query.locale, language);
  });
  if (queries->end() - others < kFewest || others - queries->begin() < kFewest) others = queries->end();  // one table for all
  fit_temperatures(*queries, language, heads);
  DecisionRules rules = pack.rules;
  std::sort(options.error_rates.begin(), options.error_rates.end());
  const auto fit = [&](auto first, auto last) { return fit_thresholds({first, last}, heads, pack.taxonomy, rules, options.error_rates, options.delta); };
  rules.thresholds = fit(queries->begin(), others);
  rules.other_languages = fit(others, queries->end());
  rules.label = fit_label_threshold(*queries, heads, options.label_precision, options.delta);
  rules.default_error_rate = options.default_error_rate;
  rules.prior = options.prior;
  rules.context_bound = options.context_bound.value_or(rules.context_bound);
  print_errors(*queries, language, pack.heads, heads);
  print("error rate", rules.thresholds);
  if (!rules.other_languages.empty()) print("other languages", rules.other_languages);
  std::printf("labels           listed from %.3f on\n", static_cast<double>(rules.label));
  if (auto checked = check_default(options, rules); !checked) return fail(checked.error().message);

  const auto bytes = with_calibration(pack.bytes(), heads, rules);
  if (!bytes) return fail(bytes.error().message);
  if (auto tested = self_test(*bytes); !tested) return fail(tested.error().message);
  if (auto written = write_file(options.out, *bytes); !written) return fail(written.error().message);
  std::printf("%s: calibrated on %zu queries\n", options.out.c_str(), queries->size());
  return 0;
}

}  // namespace

Verb add_calibrate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("file", options->file, "labelled queries that training has not seen, as aisle eval reads them: what the store's shoppers type, in its mix")->required();
  app.add_option("-o,--out", options->out, "where the calibrated pack goes; may be the pack itself")->required();
  app.add_option("--prior", options->prior, "what queries these are, in words; kept in the pack")->required();
  app.add_option("--error-rates", options->error_rates, "to fit thresholds for")->delimiter(',')->allow_extra_args(false)->check(CLI::Range(0.001, 0.5))->capture_default_str();
  app.add_option("--default-error-rate", options->default_error_rate, "what a classifier uses that isn't told")->capture_default_str();
  app.add_option("--label-precision", options->label_precision, "share of the listed labels that are to be right")->check(CLI::Range(0.5, 0.999))->capture_default_str();
  app.add_option("--delta", options->delta, "chance that a threshold's error rate or precision does not hold")->check(CLI::Range(0.001, 0.5))->capture_default_str();
  app.add_option("--context-bound", options->context_bound, "how much likelier earlier decisions of a session may make a subcategory; the pack's own when left out")->check(CLI::Range(1.0, 1000.0));
  app.add_option("--none-weights", options->none_weights, "what the probability of none is made of (scripts/train/unknown.py writes it); the pack's own when left out");
  app.add_flag("--strict", options->strict, "exit 1 when a line is bad and write nothing, instead of leaving it out");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
