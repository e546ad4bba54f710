// aisle classify: queries in, decisions out, in order.
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/verbs.h"
#include "decision/json.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, locale, rules;
  std::vector<std::string> queries, context;
  bool json = false, logits = false, embedding = false;
  size_t top = 5;
  float error_rate = 0;
};

std::string percent(float p) { return std::to_string(std::lround(p * 100)) + " %"; }

std::string_view display_name(const TaxonomyView& taxonomy, std::string_view id) {
  for (const GroupView& g : taxonomy.groups) {
    for (const SubcategoryView& s : g.subcategories) {
      if (s.id == id) return s.name;
    }
  }
  return id;
}

// "Clothing > Dresses (97 %, certain)"
std::string outcome_in_words(const Decision& d) {
  const std::string sure = " (" + percent(d.confidence) + ", " + band(d.confidence) + ")";
  switch (d.outcome) {
    case Outcome::kCategory: return std::string(d.group->name) + " > " + std::string(d.category->name) + sure;
    case Outcome::kGroup: return "somewhere in " + std::string(d.group->name) + sure;
    case Outcome::kAmbiguous: return "several groups" + sure;
    case Outcome::kBroad: return "shopping, no single group" + sure;
    case Outcome::kNone: return "not a shopping query" + sure;
    case Outcome::kUnknown: return d.confidence > 0 ? "not sure" : "nothing to classify";
  }
  return "";
}

std::string in_words(std::string_view query, const Decision& d, const TaxonomyView& taxonomy) {
  std::string line = std::string(query) + " -> " + outcome_in_words(d);
  if (d.source == Source::kOverride) return line + ", by rule " + std::string(d.rule);
  std::string others;
  for (const Alternative& a : d.alternatives) {
    if ((d.category && a.id == d.category->id) || a.probability < 0.02f) continue;
    others += (others.empty() ? "; else " : ", ") + std::string(display_name(taxonomy, a.id)) + " " + percent(a.probability);
  }
  return d.outcome == Outcome::kNone ? line : line + others;
}

// With all that a float holds.
void append_float(float value, std::string& out) {
  char number[32];
  std::snprintf(number, sizeof number, "%.9g", static_cast<double>(value));
  out += number;
}

// [1.5,-2]
void append_floats(std::span<const float> values, std::string& out) {
  out += '[';
  for (size_t i = 0; i < values.size(); ++i) {
    if (i) out += ',';
    append_float(values[i], out);
  }
  out += ']';
}

// Normalised text, token ids, their log-likelihood and router logits, for parity tests.
void append_internals(Classifier& classifier, std::string_view query, std::string& out) {
  std::string text;
  for (const std::string& piece : classifier.pieces(query)) text += piece;
  out += "{\"pieces\":" + nlohmann::json(text).dump() + ",\"tokens\":[";
  const auto& tokens = classifier.tokenize(query);
  for (size_t i = 0; i < tokens.size(); ++i) out += (i ? "," : "") + std::to_string(tokens[i]);
  out += "],\"logLikelihood\":";
  append_float(classifier.log_likelihood(), out);
  out += ",\"logits\":";
  append_floats(classifier.logits(query, "").router, out);
  out += '}';
}

void append_embedding(Classifier& classifier, std::string_view query, std::string& out) { append_floats(classifier.embed(query, ""), out); }

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  if (!options.rules.empty()) {
    const auto tsv = read_file(options.rules);
    if (!tsv) return fail(tsv.error().message);
    const auto set = classifier->set_rules({reinterpret_cast<const char*>(tsv->data()), tsv->size()});
    if (!set) return fail(options.rules + ": " + set.error().message);
  }
  const std::vector<std::string_view> context(options.context.begin(), options.context.end());
  const ClassifyOptions how{options.locale, options.top, options.error_rate, context};
  Decision decision;
  return answer_each(options.queries, [&](std::string_view query, std::string& line) -> Result<void> {
    if (auto done = classifier->classify(query, how, decision); !done) return done;
    if (options.logits) append_internals(*classifier, query, line);
    else if (options.embedding) append_embedding(*classifier, query, line);
    else if (options.json) append_json(query, decision, classifier->pack(), line);
    else line = in_words(query, decision, classifier->taxonomy());
    return {};
  });
}

}  // namespace

Verb add_classify(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("query", options->queries, "queries; without any, one a line from stdin");
  app.add_flag("--json", options->json, "one JSON object a line (the whole Decision)");
  app.add_option("--top", options->top, "how many alternatives")->check(CLI::Range(0, 100))->capture_default_str();
  app.add_option("--locale", options->locale, "BCP 47 tag of the shopper's locale, such as en-US");
  app.add_option("--error-rate", options->error_rate, "one of the pack's stated error rates (aisle inspect lists them)")->check(CLI::Range(0.0, 1.0));
  app.add_option("--context", options->context, "what was decided earlier in the session, the newest last: groups or subcategories, such as phones,phones/smartphones")->delimiter(',')->allow_extra_args(false);
  app.add_option("--rules", options->rules, "override rules (models/RULES.md), in the place of the pack's own");
  app.add_flag("--logits", options->logits, "joined pieces, token ids, their log-likelihood and router logits instead of a decision, as JSON (for parity tests)");
  app.add_flag("--embedding", options->embedding, "the embedding instead of a decision, as a JSON array (for studies: scripts/train/similar.py)");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
