// The engine for JavaScript (Embind). wasm/ts/engine.ts is its only caller and states the types.
//
// Conventions
// 1. Nothing throws. What can fail returns {code, message} (error.h) instead of its value.
// 2. A decision is the JSON line that the command line prints too, so that the two can't drift.
// 3. Views into the heap are valid until the next call: memory may grow and move.
#include <emscripten/bind.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "classifier.h"
#include "decision/json.h"

namespace {

using aisle::Classifier;
using emscripten::val;

val to_js(std::string_view text) { return val(std::string(text)); }
val to_js(const aisle::Error& error) {
  val object = val::object();
  object.set("code", val(std::string(name(error.code))));
  object.set("message", val(error.message));
  return object;
}

// 0.05f reads 0.05000000074505806 in JavaScript.
val to_js(float number) { return val(std::round(number * 1e6) / 1e6); }

template <class T>
val view_of(const std::vector<T>& values) {
  return val(emscripten::typed_memory_view(values.size(), values.data()));
}

// [{id, name, ...}, ...]
template <class Items, class Function>
val to_array(const Items& items, Function to_item) {
  val array = val::array();
  for (const auto& item : items) array.call<void>("push", to_item(item));
  return array;
}

template <class Named>
val identity(const Named& named) {
  val object = val::object();
  object.set("id", to_js(named.id));
  object.set("name", to_js(named.name));
  return object;
}

val group_facts(const aisle::GroupView& group) {
  val object = identity(group);
  object.set("subcategories", to_array(group.subcategories, identity<aisle::SubcategoryView>));
  return object;
}

val threshold_facts(const aisle::Thresholds& thresholds) {
  val object = val::object();
  object.set("errorRate", to_js(thresholds.error_rate));
  object.set("coverage", to_js(thresholds.coverage));
  return object;
}

val section_facts(const aisle::SectionInfo& section) {
  val object = val::object();
  object.set("name", to_js(section.name));
  object.set("bytes", static_cast<double>(section.bytes));
  object.set("sha256", to_js(section.sha256));
  return object;
}

val pack_facts(const aisle::Pack& pack) {
  const auto text = [](std::string_view item) { return to_js(item); };
  val facts = val::object();
  facts.set("name", to_js(pack.name));
  facts.set("version", to_js(pack.version));
  facts.set("licence", to_js(pack.licence));
  facts.set("bytes", static_cast<double>(pack.size()));
  facts.set("taxonomy", to_js("sha256:" + std::string(pack.taxonomy.sha256)));
  facts.set("prior", to_js(pack.rules.prior));
  facts.set("defaultErrorRate", to_js(pack.rules.default_error_rate));
  facts.set("languages", to_array(pack.languages, text));
  facts.set("sources", to_array(pack.sources, text));
  facts.set("groups", to_array(pack.taxonomy.groups, group_facts));
  facts.set("errorRates", to_array(pack.rules.thresholds, threshold_facts));
  facts.set("sections", to_array(pack.sections, section_facts));
  return facts;
}

// One pack. Life: reserve, fill the view, open; then the rest; delete.
class Engine {
 public:
  // A view of `size` bytes for the pack, which is so held once; undefined when memory is short.
  val reserve(size_t size) {
    bytes_ = aisle::AlignedBytes(size);
    return bytes_.data() ? val(emscripten::typed_memory_view(size, bytes_.data())) : val::undefined();
  }

  // The pack's facts.
  val open() {
    auto opened = Classifier::open(std::move(bytes_));
    if (!opened) return to_js(opened.error());
    classifier_.emplace(std::move(*opened));
    return pack_facts(classifier_->pack());
  }

  // `query` is UTF-8. The decision as JSON.
  val classify(const std::string& query, const std::string& locale, size_t top, float error_rate) {
    const auto done = classifier_->classify(query, {locale, top, error_rate}, decision_);
    if (!done) return to_js(done.error());
    json_.clear();
    append_json(query, decision_, classifier_->pack(), json_);
    return val(json_);
  }

  val self_test() {
    const auto report = classifier_->self_test();
    if (!report) return to_js(report.error());
    val object = val::object();
    object.set("queries", static_cast<double>(report->queries));
    object.set("largestDifference", to_js(report->largest_difference));
    return object;
  }

  val pieces(const std::string& query) {
    return to_array(classifier_->pieces(query), [](const std::string& piece) { return to_js(piece); });
  }

  val tokens(const std::string& query) { return view_of(classifier_->tokenize(query)); }

  val logits(const std::string& query, const std::string& locale) { return view_of(classifier_->router_logits(query, locale)); }

  // Of the last classify().
  val outcome_probabilities() { return view_of(classifier_->probabilities().outcomes); }
  val subcategory_probabilities() { return view_of(classifier_->probabilities().subcategories); }

 private:
  aisle::AlignedBytes bytes_;
  std::optional<Classifier> classifier_;
  aisle::Decision decision_;
  std::string json_;
};

}  // namespace

#ifdef __wasm_relaxed_simd__
constexpr bool kRelaxed = true;
#else
constexpr bool kRelaxed = false;
#endif

EMSCRIPTEN_BINDINGS(aisle) {
  emscripten::constant("relaxed", kRelaxed);
  emscripten::class_<Engine>("Engine")
      .constructor<>()
      .function("reserve", &Engine::reserve)
      .function("open", &Engine::open)
      .function("classify", &Engine::classify)
      .function("selfTest", &Engine::self_test)
      .function("pieces", &Engine::pieces)
      .function("tokens", &Engine::tokens)
      .function("logits", &Engine::logits)
      .function("outcomeProbabilities", &Engine::outcome_probabilities)
      .function("subcategoryProbabilities", &Engine::subcategory_probabilities);
}
