// The engine for JavaScript (Embind). wasm/ts/engine.ts is its only caller and states the types.
//
// Conventions
// 1. Nothing throws. What can fail returns {code, message} (error.h) instead of its value.
// 2. A decision is the JSON line that the command line prints too, so that the two can't drift. A pack's facts are JSON as well,
//    and only made when they are asked for: that takes longer than a hundred decisions.
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

// One pack. Life: reserve, fill the view, open; then the rest; delete.
class Engine {
 public:
  // A view of `size` bytes for the pack, which is so held once; undefined when memory is short. Not zero: fill all of it.
  val reserve(size_t size) {
    bytes_ = aisle::AlignedBytes(size);
    return bytes_.data() ? val(emscripten::typed_memory_view(size, bytes_.data())) : val::undefined();
  }

  // Undefined, or what is wrong with the bytes.
  val open() {
    auto opened = Classifier::open(std::move(bytes_));
    if (!opened) return to_js(opened.error());
    classifier_.emplace(std::move(*opened));
    return val::undefined();
  }

  // Of the pack, as JSON.
  val facts() {
    json_.clear();
    append_json(classifier_->pack(), classifier_->taxonomy(), json_);
    return val(json_);
  }

  // `query` is UTF-8. `context`: ids of earlier decisions, each ended by a line feed. The decision as JSON.
  val classify(const std::string& query, const std::string& locale, size_t top, float error_rate, const std::string& context) {
    context_.clear();
    for (std::string_view rest = context; !rest.empty(); rest.remove_prefix(context_.back().size() + 1)) context_.push_back(rest.substr(0, rest.find('\n')));
    const auto done = classifier_->classify(query, {locale, top, error_rate, context_}, decision_);
    if (!done) return to_js(done.error());
    json_.clear();
    append_json(query, decision_, classifier_->pack(), json_);
    return val(json_);
  }

  // Likewise. The head queries nearest to it as JSON.
  val similar(const std::string& query, const std::string& locale, size_t top) {
    const auto done = classifier_->similar(query, {locale, top}, similar_);
    if (!done) return to_js(done.error());
    json_.clear();
    append_json(query, similar_, json_);
    return val(json_);
  }

  // `tsv`: UTF-8. Undefined, or what is wrong with the first rule that is not sound; then none is put to use.
  val set_rules(const std::string& tsv) {
    const auto set = classifier_->set_rules(tsv);
    if (set) return val::undefined();
    // Without its "line N: ", which is of text that the caller never saw.
    return to_js(aisle::Error{set.error().code, set.error().message.substr(set.error().message.find(": ") + 2)});
  }

  // All UTF-8; each example is ended by a line feed. Undefined, or what is wrong.
  val add_category(const std::string& id, const std::string& name, const std::string& group_name, const std::string& examples, const std::string& locale) {
    std::vector<std::string_view> queries;
    for (size_t start = 0; start < examples.size();) {
      const size_t end = examples.find('\n', start);
      queries.push_back(std::string_view(examples).substr(start, end - start));
      start = end + 1;
    }
    const auto done = classifier_->add_category({{id, name, group_name}, queries, locale});
    return done ? val::undefined() : to_js(done.error());
  }

  val remove_category(const std::string& id) {
    const auto done = classifier_->remove_category(id);
    return done ? val::undefined() : to_js(done.error());
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

  val logits(const std::string& query, const std::string& locale) { return view_of(classifier_->logits(query, locale).router); }

  // Of the last classify().
  val outcome_probabilities() { return view_of(classifier_->probabilities().outcomes); }
  val subcategory_probabilities() { return view_of(classifier_->probabilities().subcategories); }

 private:
  aisle::AlignedBytes bytes_;
  std::optional<Classifier> classifier_;
  aisle::Decision decision_;
  std::vector<aisle::SimilarQuery> similar_;
  std::vector<std::string_view> context_;
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
      .function("facts", &Engine::facts)
      .function("classify", &Engine::classify)
      .function("similar", &Engine::similar)
      .function("setRules", &Engine::set_rules)
      .function("addCategory", &Engine::add_category)
      .function("removeCategory", &Engine::remove_category)
      .function("selfTest", &Engine::self_test)
      .function("pieces", &Engine::pieces)
      .function("tokens", &Engine::tokens)
      .function("logits", &Engine::logits)
      .function("outcomeProbabilities", &Engine::outcome_probabilities)
      .function("subcategoryProbabilities", &Engine::subcategory_probabilities);
}
