#include "pack/sections.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace aisle {

std::string_view view(const flatbuffers::String* text) { return text ? std::string_view(text->c_str(), text->size()) : std::string_view(); }

std::string shape(size_t rows, size_t columns) { return "[" + std::to_string(rows) + ", " + std::to_string(columns) + "]"; }

bool all_finite(std::span<const float> values) {
  for (const float value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

Problem read_tokenizer(const format::Tokenizer& from, TokenizerView& to) {
  const auto model = view(from.sentencepiece());
  if (model.empty()) return "it has no sentencepiece model";
  if (from.max_code_points() < 1 || from.max_code_points() > 65536) return "max_code_points is " + std::to_string(from.max_code_points()) + ", not in 1..65536";
  if (from.max_tokens() < 1 || from.max_tokens() > 512) return "max_tokens is " + std::to_string(from.max_tokens()) + ", not in 1..512";
  to = {{reinterpret_cast<const char*>(model.data()), model.size()}, from.max_code_points(), from.max_tokens()};
  return std::nullopt;
}

namespace {

bool probability(float p) { return p >= 0 && p <= 1; }  // false for NaN

Problem read_thresholds(const flatbuffers::Vector<flatbuffers::Offset<format::Thresholds>>& from, std::vector<Thresholds>& to) {
  float last = 0;
  for (const auto* t : from) {
    const std::string place = "thresholds for error rate " + std::to_string(t->error_rate());
    if (!(t->error_rate() > last && t->error_rate() < 1)) return place + " are not in ascending order within 0..1";
    for (const float p : {t->category(), t->group(), t->broad(), t->none(), t->coverage()}) {
      if (!probability(p)) return place + " are not all within 0..1";
    }
    to.push_back({t->error_rate(), t->category(), t->group(), t->broad(), t->none(), t->coverage()});
    last = t->error_rate();
  }
  return std::nullopt;
}

}  // namespace

Problem read_rules(const format::DecisionRules& from, DecisionRules& to) {
  if (!from.thresholds() || from.thresholds()->size() == 0) return "it has no thresholds";
  if (auto p = read_thresholds(*from.thresholds(), to.thresholds)) return p;
  if (from.other_languages()) {
    if (auto p = read_thresholds(*from.other_languages(), to.other_languages)) return "of other languages: " + *p;
    const auto same_rate = [](const Thresholds& a, const Thresholds& b) { return a.error_rate == b.error_rate; };
    if (!std::equal(to.thresholds.begin(), to.thresholds.end(), to.other_languages.begin(), to.other_languages.end(), same_rate)) {
      return "the thresholds of other languages are for other error rates";
    }
  }
  to.default_error_rate = from.default_error_rate();
  to.ambiguous = from.ambiguous();
  to.label = from.label();
  to.prior = view(from.prior());
  to.context_bound = from.context_bound();
  if (to.context_bound != 0 && !(to.context_bound >= 1 && to.context_bound <= 1000)) {
    return "context_bound is " + std::to_string(to.context_bound) + ", not in 1..1000";
  }
  for (const Thresholds& t : to.thresholds) {
    if (t.error_rate == to.default_error_rate && probability(to.ambiguous) && probability(to.label)) return std::nullopt;
  }
  return "the default error rate has no thresholds, or a probability is not within 0..1";
}

Problem read_taxonomy(const format::Taxonomy& from, TaxonomyView& to) {
  to.version = view(from.version());
  to.sha256 = view(from.sha256());
  std::set<std::string_view> ids;
  if (!from.groups() || from.groups()->size() == 0) return "it has no groups";
  for (const auto* group : *from.groups()) {
    GroupView g{view(group->id()), view(group->name()), {}};
    if (g.id.empty() || g.id.find('/') != g.id.npos || !ids.insert(g.id).second) return "group id \"" + std::string(g.id) + "\" is empty, has a slash or is there twice";
    if (!group->subcategories() || group->subcategories()->size() == 0) return "group " + std::string(g.id) + " has no subcategories";
    for (const auto* sub : *group->subcategories()) {
      const SubcategoryView s{view(sub->id()), view(sub->name())};
      const bool inside = s.id.size() > g.id.size() + 1 && s.id.starts_with(g.id) && s.id[g.id.size()] == '/';
      if (!inside || !ids.insert(s.id).second) return "subcategory id \"" + std::string(s.id) + "\" is not " + std::string(g.id) + "/..., or is there twice";
      g.subcategories.push_back(s);
    }
    to.groups.push_back(std::move(g));
  }
  if (ids.size() > 60000) return "it has over 60,000 nodes";
  return std::nullopt;
}

Problem read_golden(const format::Golden& from, GoldenView& to) {
  to.tolerance = from.tolerance();
  if (!(to.tolerance > 0) || !std::isfinite(to.tolerance)) return "its tolerance is not a positive number";
  if (!from.queries() || from.queries()->size() == 0) return "it has no queries";
  for (const auto* q : *from.queries()) {
    to.queries.push_back({view(q->query()), view(q->locale()), view(q->tokens()), q->outcome(), q->subcategory(), view(q->logits())});
    if (!all_finite(to.queries.back().logits)) return "query " + std::to_string(to.queries.size() - 1) + " has a logit that is not finite";
  }
  return std::nullopt;
}

Problem read_overrides(const format::Overrides& from, std::string_view& to) {
  to = view(from.tsv());
  if (to.empty()) return "it has no rules";
  return std::nullopt;
}

Problem read_prototypes(const format::Prototypes& from, std::optional<PrototypesView>& to) {
  PrototypesView& read = to.emplace();
  read.centre = view(from.centre());
  read.weights = view(from.weights());
  read.apart = view(from.apart());
  if (read.weights.size() != PrototypesView::kWeights || read.apart.size() != PrototypesView::kWeights) return "its weights are not 6 and 6";
  if (!all_finite(read.centre) || !all_finite(read.weights) || !all_finite(read.apart)) return "a number is not finite";
  if (!from.categories()) return std::nullopt;
  for (const auto* c : *from.categories()) {
    read.categories.push_back({view(c->id()), view(c->name()), view(c->group_name()), c->examples(), view(c->vector())});
    const PrototypeView& category = read.categories.back();
    const std::string place = "category \"" + std::string(category.id) + "\"";
    if (category.examples < 1 || category.examples > 20) return place + " is made of " + std::to_string(category.examples) + " examples, not of 1 to 20";
    if (category.vector.size() != read.centre.size() || !all_finite(category.vector)) return place + ": its vector is not of the centre's width, or not finite";
  }
  return std::nullopt;
}

Problem check_together(const Pack& pack) {
  const auto agree = [](const char* what, size_t is, const char* other, size_t should) -> Problem {
    if (is == should) return std::nullopt;
    return std::string(what) + " (" + std::to_string(is) + ") does not agree with " + other + " (" + std::to_string(should) + ")";
  };
  const auto& groups = pack.taxonomy.groups;
  const size_t width = pack.encoder.width;
  if (auto p = agree("the number of group heads", pack.heads.groups.size(), "the taxonomy's groups", groups.size())) return p;
  if (auto p = agree("the router's width", pack.heads.router.linear.weight.columns, "the encoder's", width)) return p;
  if (auto p = agree("the number of position embeddings", pack.encoder.positions.rows, "max_tokens", pack.tokenizer.max_tokens)) return p;
  if (pack.index) {
    if (auto p = agree("the width of the index's projection", pack.index->projection.weight.columns, "the encoder's", width)) return p;
  }
  if (pack.prototypes) {
    if (auto p = agree("the width of the prototypes' centre", pack.prototypes->centre.size(), "the encoder's", width)) return p;
  }
  size_t subcategories = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    const TensorView& weight = pack.heads.groups[g].linear.weight;
    const std::string head = "the head of group " + std::string(groups[g].id);
    if (auto p = agree((head + ": its width").c_str(), weight.columns, "the encoder's", width)) return p;
    if (auto p = agree((head + ": its outputs").c_str(), weight.rows, "the group's subcategories", groups[g].subcategories.size())) return p;
    subcategories += weight.rows;
  }
  const size_t outcomes = groups.size() + 2;
  std::vector<bool> reached(outcomes, false);
  for (const uint16_t outcome : pack.heads.outcomes) {
    if (outcome >= outcomes) return "a router component leads to outcome " + std::to_string(outcome) + " of " + std::to_string(outcomes);
    reached[outcome] = true;
  }
  for (size_t o = 0; o < outcomes; ++o) {
    if (!reached[o]) return "no router component leads to outcome " + std::to_string(o);
  }
  for (size_t i = 0; i < pack.golden.queries.size(); ++i) {
    const GoldenQuery& q = pack.golden.queries[i];
    const std::string place = "golden query " + std::to_string(i);
    if (auto p = agree((place + ": its logits").c_str(), q.logits.size(), "the router's components", pack.heads.outcomes.size())) return p;
    if (q.outcome >= outcomes || q.subcategory >= subcategories) return place + " expects an outcome or subcategory that the taxonomy lacks";
    for (const int32_t token : q.tokens) {
      if (token < 0 || static_cast<size_t>(token) >= pack.encoder.pieces.rows) return place + " has token " + std::to_string(token) + ", beyond the piece table";
    }
  }
  return std::nullopt;
}

}  // namespace aisle
