// aisle fit: new categories, or those that the pack holds as prototypes, get a head of their own.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/new_labels.h"
#include "learn/fit.h"
#include "pack/write.h"

namespace aisle::cli {
namespace {

struct Options : NewLabelOptions {
  float share = FitOptions{}.share;
  std::string version;
};

// Every prototype of the pack becomes a label to fit; --new may give it another name.
void promote_all(const std::vector<PrototypeView>& prototypes, std::vector<NewLabel>& labels) {
  for (const PrototypeView& p : prototypes) {
    const bool named = std::any_of(labels.begin(), labels.end(), [&](const NewLabel& label) { return label.id == p.id; });
    if (!named) labels.push_back({p.id, p.name, p.group_name});
  }
}

int run(Options options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  auto labels = read_labels(classifier->pack().taxonomy, options);
  if (!labels) return fail(labels.error().message);
  promote_all(classifier->new_categories(), *labels);
  if (labels->empty()) return fail("there is nothing to fit: name a category by --new ID=NAME, or in the JSON lines");
  const auto taxonomy = with_new_labels(classifier->pack().taxonomy, *labels);
  if (!taxonomy) return fail(taxonomy.error().message);
  const auto queries = read_queries(options, *taxonomy);
  if (!queries) return fail(queries.error().message);
  const std::string version = options.version.empty() ? std::string(classifier->pack().version) + "+fit" : options.version;
  const auto fitted = fit_labels(*classifier, *labels, *queries, {options.share, version});
  if (!fitted) return fail(fitted.error().message);
  if (const auto done = write_file(options.out, fitted->bytes); !done) return fail(done.error().message);
  std::printf("%zu new categories of %zu queries; %zu of %zu golden queries keep their class\n", labels->size(), queries->size(), fitted->golden, fitted->golden_before);
  return 0;
}

}  // namespace

Verb add_fit(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_new_label_options(app, *options);
  app.add_option("--share", options->share, "of all queries: how frequent each new category is")->check(CLI::Range(0.0001, 0.5))->capture_default_str();
  app.add_option("--version", options->version, "of the new pack; the old one and \"+fit\" when left out");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
