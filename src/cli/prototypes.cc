// aisle prototypes: new categories into a pack, each made of a few example queries; or how such categories compete with the others.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/new_labels.h"
#include "pack/write.h"

namespace aisle::cli {
namespace {

struct Options : NewLabelOptions {
  std::string weights;
};

int store(const Options& options, const Pack& pack, const PrototypesView& prototypes) {
  const auto bytes = with_prototypes(pack.bytes(), prototypes);
  if (!bytes) return fail(bytes.error().message);
  if (const auto done = write_file(options.out, *bytes); !done) return fail(done.error().message);
  return 0;
}

// The numbers of one member of the weights file, or what is wrong with them.
Result<std::vector<float>> numbers(const nlohmann::json& file, const std::string& path, const char* name, size_t count) {
  const auto found = file.is_object() ? file.find(name) : file.end();
  const bool sound = found != file.end() && found->is_array() && found->size() == count;
  std::vector<float> values;
  if (sound) for (const auto& value : *found) if (value.is_number()) values.push_back(value.get<float>());
  if (values.size() == count) return values;
  return error(ErrorCode::kInvalidArgument, path + ": its \"" + name + "\" is not an array of " + std::to_string(count) + " numbers");
}

// The section anew, without categories: those of another encoder would lie elsewhere.
int store_weights(const Options& options, const Pack& pack) {
  const auto text = read_file(options.weights);
  if (!text) return fail(text.error().message);
  const auto file = nlohmann::json::parse(text->data(), text->data() + text->size(), nullptr, false);
  const auto centre = numbers(file, options.weights, "centre", pack.encoder.width);
  if (!centre) return fail(centre.error().message);
  const auto weights = numbers(file, options.weights, "weights", PrototypesView::kWeights);
  if (!weights) return fail(weights.error().message);
  const auto apart = numbers(file, options.weights, "apart", PrototypesView::kWeights);
  if (!apart) return fail(apart.error().message);
  return store(options, pack, {*centre, *weights, *apart, {}});
}

int store_categories(Options options, Classifier& classifier) {
  const auto labels = read_labels(classifier.taxonomy(), options);
  if (!labels) return fail(labels.error().message);
  if (labels->empty()) return fail("there is nothing to add: name a category by --new ID=NAME, or in the JSON lines");
  const auto taxonomy = with_new_labels(classifier.taxonomy(), *labels);
  if (!taxonomy) return fail(taxonomy.error().message);
  const auto queries = read_queries(options, *taxonomy);
  if (!queries) return fail(queries.error().message);
  for (const NewLabel& label : *labels) {
    std::vector<std::string_view> examples;
    for (const LabelledQuery& query : *queries) {
      if (holds(query.subcategories, place_of(label.id, *taxonomy).subcategory)) examples.push_back(query.query);
    }
    if (const auto added = classifier.add_category({label, examples, options.locale}); !added) return fail(added.error().message);
    std::printf("%.*s, of %zu examples\n", static_cast<int>(label.id.size()), label.id.data(), examples.size());
  }
  PrototypesView prototypes = *classifier.pack().prototypes;  // without them no category is taken
  prototypes.categories = classifier.new_categories();
  return store(options, classifier.pack(), prototypes);
}

int run(const Options& options) {
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  return options.weights.empty() ? store_categories(options, *classifier) : store_weights(options, classifier->pack());
}

}  // namespace

Verb add_prototypes(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_new_label_options(app, *options);
  app.add_option("--weights", options->weights, "how new categories compete (scripts/train/prototypes.py writes it), in the place of the pack's own prototypes")
      ->excludes("--new", "files");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
