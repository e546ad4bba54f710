// aisle similar: queries in, the nearest head queries of the pack's index out, in order.
#include <cstdio>
#include <memory>

#include "cli/verbs.h"
#include "decision/json.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, locale;
  std::vector<std::string> queries;
  bool json = false;
  size_t top = 5;
};

// "ear buds no wire -> wireless earbuds 0.81, earbuds 0.78"
void append_words(std::string_view query, const std::vector<SimilarQuery>& found, std::string& out) {
  char score[16];
  (out += query) += " ->";
  for (size_t i = 0; i < found.size(); ++i) {
    std::snprintf(score, sizeof score, " %.2f", static_cast<double>(found[i].score));
    (out += i ? ", " : " ") += found[i].query;
    out += score;
  }
  if (found.empty()) out += " nothing to compare";
}

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  std::vector<SimilarQuery> found;
  const auto answer = [&](std::string_view query, std::string& line) -> Result<void> {
    if (auto done = classifier->similar(query, {options.locale, options.top}, found); !done) return done;
    if (options.json) append_json(query, found, line);
    else append_words(query, found, line);
    return {};
  };
  return answer_each(options.queries, answer);
}

}  // namespace

Verb add_similar(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("query", options->queries, "queries; without any, one a line from stdin");
  app.add_flag("--json", options->json, "one JSON object a line");
  app.add_option("--top", options->top, "how many head queries")->check(CLI::Range(0, 100))->capture_default_str();
  app.add_option("--locale", options->locale, "BCP 47 tag of the shopper's locale, such as en-US");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
