#include "classifier.h"

#include <algorithm>
#include <cmath>

#include "text/locale.h"
#include "text/normalize.h"

namespace aisle {
namespace {

Result<const Thresholds*> choose(const Pack& pack, std::string_view locale, float error_rate) {
  const DecisionRules& rules = pack.rules;
  if (error_rate == 0) error_rate = rules.default_error_rate;
  for (const Thresholds& t : thresholds_for(pack, locale)) {
    if (std::abs(t.error_rate - error_rate) < 1e-6f) return &t;
  }
  std::string known;
  for (const Thresholds& t : rules.thresholds) known += (known.empty() ? "" : ", ") + std::to_string(t.error_rate).substr(0, 5);
  return error(ErrorCode::kInvalidArgument, "error rate " + std::to_string(error_rate).substr(0, 5) + ": the pack has thresholds for " + known);
}

Result<void> check_top(size_t top) {
  if (top <= 100) return {};
  return error(ErrorCode::kInvalidArgument, "top is " + std::to_string(top) + ", expected 0 to 100");
}

void clear(Decision& decision) {
  decision.outcome = Outcome::kUnknown;
  decision.source = Source::kModel;
  decision.rule = {};
  decision.category.reset();
  decision.group.reset();
  decision.labels.clear();
  decision.alternatives.clear();
  decision.confidence = decision.shopping = 0;
}

}  // namespace

Classifier::Classifier(std::shared_ptr<const Pack> pack, Tokenizer tokenizer, Encoder encoder, Heads heads, Prototypes prototypes, std::optional<QueryIndex> index)
    : pack_(std::move(pack)), tokenizer_(std::move(tokenizer)), encoder_(std::move(encoder)), heads_(std::move(heads)), prototypes_(std::move(prototypes)), index_(std::move(index)) {}

[[gnu::noinline]] Result<Classifier> Classifier::open(AlignedBytes bytes) {
  auto pack = Pack::open(std::move(bytes));
  if (!pack) return tl::unexpected(pack.error());
  auto tokenizer = Tokenizer::create((*pack)->tokenizer.sentencepiece);
  if (!tokenizer) return tl::unexpected(tokenizer.error());
  const size_t pieces = tokenizer->size(), rows = (*pack)->encoder.pieces.rows;
  if (pieces != rows) {
    return error(ErrorCode::kBadPack, "the tokenizer has " + std::to_string(pieces) + " pieces, the encoder's table " + std::to_string(rows) + " rows");
  }
  auto encoder = Encoder::create((*pack)->encoder);
  if (!encoder) return tl::unexpected(encoder.error());
  auto heads = Heads::create((*pack)->heads);
  if (!heads) return tl::unexpected(heads.error());
  auto prototypes = Prototypes::create(**pack);
  if (!prototypes) return tl::unexpected(prototypes.error());
  std::optional<QueryIndex> index;
  if ((*pack)->index) {
    auto created = QueryIndex::create(*(*pack)->index);
    if (!created) return tl::unexpected(created.error());
    index = std::move(*created);
  }
  Classifier made(std::move(*pack), std::move(*tokenizer), std::move(*encoder), std::move(*heads), std::move(*prototypes), std::move(index));
  if (const auto rules = made.pack_->override_rules; !rules.empty()) {
    if (auto set = made.set_rules(rules); !set) return error(ErrorCode::kBadPack, "the overrides section: " + set.error().message);
  }
  return made;
}

// The path of a query.
Result<void> Classifier::classify(std::string_view query, const ClassifyOptions& options, Decision& decision) {
  const auto locale = canonical_locale(options.locale);
  if (!locale) return tl::unexpected(locale.error());
  const auto thresholds = choose(*pack_, *locale, options.error_rate);
  if (!thresholds) return tl::unexpected(thresholds.error());
  if (auto checked = check_top(options.top); !checked) return checked;
  const auto context = read_context(options.context, taxonomy(), pack_->rules);
  if (!context) return tl::unexpected(context.error());

  normalize(query, pack_->tokenizer.max_code_points, text_);
  log_likelihood_ = tokenizer_.encode(text_, pack_->tokenizer.max_tokens, tokens_);
  if (!carries_text()) {
    clear(decision);
  } else {
    const auto embedding = encoder_.encode(tokens_, *locale);
    heads_.score(embedding, logits_);
    calibrate(pack_->heads, *locale, log_likelihood_, logits_, probabilities_);
    prototypes_.compete(embedding, probabilities_);
    apply_context(*context, pack_->rules.context_bound, taxonomy(), probabilities_);
    decide(probabilities_, taxonomy(), pack_->rules, **thresholds, options.top, decision);
    if (prototypes_.made(decision)) decision.source = Source::kPrototype;
  }
  if (rules_.all().empty()) return {};
  if (const Rule* rule = rules_.find(tokenizer_.fold(text_), *locale)) apply(*rule, decision);
  return {};
}

Result<void> Classifier::similar(std::string_view query, const SimilarOptions& options, std::vector<SimilarQuery>& found) {
  if (!index_) return error(ErrorCode::kNoIndex, "the pack has no index of head queries: aisle index makes one");
  const auto locale = canonical_locale(options.locale);
  if (!locale) return tl::unexpected(locale.error());
  if (auto checked = check_top(options.top); !checked) return checked;

  found.clear();
  const auto embedding = embed(query, *locale);
  if (!embedding.empty()) index_->find(embedding, text_, pack_->tokenizer.max_code_points, tokenizer_, options.top, found);
  return {};
}

Result<void> Classifier::set_rules(std::string_view tsv) {
  RuleFile file = read_rules(tsv);
  if (!file.problems.empty()) {
    const RuleProblem& first = file.problems.front();
    return error(ErrorCode::kInvalidArgument, "line " + std::to_string(first.line) + ": " + first.message);
  }
  rules_ = Rules(std::move(file.rules));
  return {};
}

Result<void> Classifier::add_category(const NewCategory& category) {
  const auto locale = canonical_locale(category.locale);
  if (!locale) return tl::unexpected(locale.error());
  if (auto sound = prototypes_.check(category); !sound) return sound;
  std::vector<float> sum(pack_->encoder.width, 0.0f);
  for (const std::string_view example : category.examples) {
    const auto embedding = embed(example, *locale);
    if (embedding.empty()) {
      return error(ErrorCode::kInvalidArgument, "category \"" + std::string(category.label.id) + "\": the pack knows no piece of its example \"" + std::string(example) + "\"");
    }
    prototypes_.gather(embedding, sum);
  }
  prototypes_.add(category, std::move(sum));
  return {};
}

Result<void> Classifier::remove_category(std::string_view id) { return prototypes_.remove(id); }

std::string_view Classifier::normalized(std::string_view query) {
  normalize(query, pack_->tokenizer.max_code_points, text_);
  return tokenizer_.fold(text_);
}

Result<SelfTest> Classifier::self_test() {
  SelfTest report;
  const auto best = [](const std::vector<float>& p) { return static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin()); };
  for (const GoldenQuery& golden : pack_->golden.queries) {
    const std::string place = "golden query \"" + std::string(golden.query) + "\": ";
    const auto& tokens = tokenize(golden.query);
    if (!std::equal(tokens.begin(), tokens.end(), golden.tokens.begin(), golden.tokens.end()) || tokens.empty()) {
      return error(ErrorCode::kSelfTest, place + "the token ids differ from the pack's");
    }
    logits(golden.query, golden.locale);
    for (size_t i = 0; i < golden.logits.size(); ++i) {
      report.largest_difference = std::max(report.largest_difference, std::abs(logits_.router[i] - golden.logits[i]));
    }
    if (!(report.largest_difference <= pack_->golden.tolerance)) {
      return error(ErrorCode::kSelfTest, place + "a logit differs by " + std::to_string(report.largest_difference) + ", the pack allows " +
                                             std::to_string(pack_->golden.tolerance));
    }
    calibrate(pack_->heads, golden.locale, log_likelihood_, logits_, probabilities_);
    if (best(probabilities_.outcomes) != golden.outcome || best(probabilities_.subcategories) != golden.subcategory) {
      return error(ErrorCode::kSelfTest, place + "the best class differs from the pack's");
    }
    ++report.queries;
  }
  return report;
}

std::vector<std::string> Classifier::pieces(std::string_view query) {
  normalize(query, pack_->tokenizer.max_code_points, text_);
  return tokenizer_.pieces(text_);
}

const std::vector<int>& Classifier::tokenize(std::string_view query) {
  normalize(query, pack_->tokenizer.max_code_points, text_);
  log_likelihood_ = tokenizer_.encode(text_, pack_->tokenizer.max_tokens, tokens_);
  return tokens_;
}

bool Classifier::carries_text() const {
  return std::any_of(tokens_.begin(), tokens_.end(), [&](int token) { return tokenizer_.carries_text(token); });
}

std::span<const float> Classifier::embed(std::string_view query, std::string_view locale) {
  tokenize(query);
  if (!carries_text()) return {};
  return encoder_.encode(tokens_, locale);
}

const Logits& Classifier::logits(std::string_view query, std::string_view locale) {
  logits_.router.clear();
  const auto embedding = embed(query, locale);
  if (!embedding.empty()) heads_.score(embedding, logits_);
  return logits_;
}

}  // namespace aisle
