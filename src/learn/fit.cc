#include "learn/fit.h"

#include <algorithm>
#include <cmath>

#include "decision/calibrate.h"
#include "encoder/kernels.h"
#include "learn/sha256.h"
#include "learn/softmax_rows.h"
#include "pack/write.h"
#include "text/locale.h"

namespace aisle {
namespace {

// A query as the heads see it.
struct Seen {
  std::vector<float> embedding;
  int target = -1;             // the new label, or -1
  float weight = 0;
  float others = 0;            // log-sum-exp of the router's components
  std::vector<float> outcomes;  // P(group) by the pack's heads, then broad, none
  std::vector<float> within;   // of each of the pack's groups: log-sum-exp of its head
};

Result<std::vector<Seen>> see(Classifier& classifier, std::span<const NewLabel> labels, std::span<const LabelledQuery> queries, const TaxonomyView& taxonomy) {
  const HeadsView& view = classifier.pack().heads;
  auto heads = Heads::create(view);
  if (!heads) return tl::unexpected(heads.error());
  std::vector<Seen> rows;
  Logits logits;
  Probabilities p;
  for (const LabelledQuery& query : queries) {
    const auto locale = canonical_locale(query.locale);
    if (!locale) return tl::unexpected(locale.error());
    const auto embedding = classifier.embed(query.query, *locale);
    if (embedding.empty()) continue;
    Seen& row = rows.emplace_back();
    row.embedding.assign(embedding.begin(), embedding.end());
    for (size_t l = 0; l < labels.size(); ++l) {
      const size_t place = place_of(labels[l].id, taxonomy).subcategory;
      if (holds(query.subcategories, place)) row.target = static_cast<int>(l);
    }
    heads->score(embedding, logits);
    row.others = log_sum_exp(logits.router, view.router.temperature);
    const float* start = logits.subcategories.data();
    for (const HeadView& group : view.groups) {
      row.within.push_back(log_sum_exp({start, group.linear.weight.rows}, group.temperature));
      start += group.linear.weight.rows;
    }
    calibrate(view, "", classifier.log_likelihood(), logits, p);
    row.outcomes = p.outcomes;
  }
  return rows;
}

// Weights the rows as queries come: each new category has its share, all else the rest. Errors: too few of them.
Result<void> weigh(std::vector<Seen>& rows, std::span<const NewLabel> labels, float share) {
  const auto count = [&](int target) { return static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [&](const Seen& row) { return row.target == target; })); };
  const float all = std::min(share * static_cast<float>(labels.size()), 0.5f);
  for (size_t l = 0; l < labels.size(); ++l) {
    const size_t lines = count(static_cast<int>(l));
    if (lines < kLeastLines) {
      return error(ErrorCode::kInvalidArgument, "category \"" + std::string(labels[l].id) + "\" has " + std::to_string(lines) + " lines, expected at least " + std::to_string(kLeastLines));
    }
    for (Seen& row : rows) if (row.target == static_cast<int>(l)) row.weight = all / static_cast<float>(labels.size() * lines);
  }
  const size_t others = count(-1);
  if (others < kLeastOthers) {
    return error(ErrorCode::kInvalidArgument, "there are " + std::to_string(others) + " lines of other labels, expected at least " + std::to_string(kLeastOthers) +
                                                  ": they tell what the new categories are not");
  }
  for (Seen& row : rows) if (row.target < 0) row.weight = (1 - all) / static_cast<float>(others);
  return {};
}

// The rows of one group's head: of the group's new labels, numbers into `labels`.
SoftmaxRows fit_group(const std::vector<Seen>& rows, const std::vector<int>& members, size_t group, bool apart, size_t width) {
  std::vector<SoftmaxExample> examples;
  for (const Seen& row : rows) {
    const auto member = std::find(members.begin(), members.end(), row.target);
    const bool inside = member != members.end();
    if (!inside && (apart || row.target >= 0)) continue;
    SoftmaxExample& e = examples.emplace_back();
    e.x = row.embedding.data();
    if (!apart) e.others = row.within[group];
    if (inside) e.target = static_cast<int>(member - members.begin());
    e.weight = inside ? row.weight : row.weight * (row.outcomes[group] + 1e-4f);  // as far as the group's head is asked
  }
  return fit_rows(examples, width, members.size());
}

std::vector<float> scaled(std::vector<float> values, float by) {
  for (float& value : values) value *= by;
  return values;
}

std::vector<FittedLabel> fit_all(const std::vector<Seen>& rows, std::span<const NewLabel> labels, const Pack& pack, const TaxonomyView& taxonomy) {
  const size_t width = pack.encoder.width;
  std::vector<SoftmaxExample> examples;
  for (const Seen& row : rows) examples.push_back({row.embedding.data(), row.others, row.target, row.weight});
  const SoftmaxRows router = fit_rows(examples, width, labels.size());
  std::vector<FittedLabel> fitted;
  const float temperature = pack.heads.router.temperature;
  for (size_t l = 0; l < labels.size(); ++l) {
    fitted.push_back({labels[l].id, labels[l].name, labels[l].group_name, scaled(router.weights[l], temperature), {}, router.biases[l] * temperature, 0});
  }
  for (size_t g = 0; g < taxonomy.groups.size(); ++g) {
    std::vector<int> members;
    for (size_t l = 0; l < labels.size(); ++l) if (group_of(labels[l].id) == taxonomy.groups[g].id) members.push_back(static_cast<int>(l));
    if (members.empty()) continue;
    const bool apart = g >= pack.taxonomy.groups.size();
    const SoftmaxRows head = fit_group(rows, members, g, apart, width);
    const float at = apart ? 1 : pack.heads.groups[g].temperature;
    for (size_t m = 0; m < members.size(); ++m) {
      fitted[static_cast<size_t>(members[m])].head = scaled(head.weights[m], at);
      fitted[static_cast<size_t>(members[m])].head_bias = head.biases[m] * at;
    }
  }
  return fitted;
}

std::string digest(const TaxonomyView& taxonomy) {
  std::string lines;
  for (const GroupView& group : taxonomy.groups) {
    lines += std::string(group.id) + '\t' + std::string(group.name) + '\n';
    for (const SubcategoryView& s : group.subcategories) lines += std::string(s.id) + '\t' + std::string(s.name) + '\n';
  }
  return sha256(lines);
}

size_t best(const std::vector<float>& p) { return static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin()); }

// Puts in what the new heads say of the golden queries, as far as their best classes have stayed.
Result<FittedPack> with_own_golden(AlignedBytes bytes) {
  auto classifier = Classifier::open(std::move(bytes));
  if (!classifier) return tl::unexpected(classifier.error());
  const Pack& pack = classifier->pack();
  std::vector<GoldenLogits> kept;
  Probabilities p;
  for (size_t i = 0; i < pack.golden.queries.size(); ++i) {
    const GoldenQuery& query = pack.golden.queries[i];
    Logits logits = classifier->logits(query.query, query.locale);
    GoldenLogits golden{i, logits.router};
    calibrate(pack.heads, query.locale, classifier->log_likelihood(), logits, p);
    if (best(p.outcomes) == query.outcome && best(p.subcategories) == query.subcategory) kept.push_back(std::move(golden));
  }
  if (kept.empty()) return error(ErrorCode::kInvalidArgument, "the new heads change the best class of every golden query: the lines must be wrong");
  auto whole = with_golden(pack.bytes(), kept);
  if (!whole) return tl::unexpected(whole.error());
  return FittedPack{std::move(*whole), kept.size(), pack.golden.queries.size()};
}

}  // namespace

Result<FittedPack> fit_labels(Classifier& classifier, std::span<const NewLabel> labels, std::span<const LabelledQuery> queries,
                              const FitOptions& options) {
  const Pack& pack = classifier.pack();
  TaxonomyView taxonomy = pack.taxonomy;
  for (const NewLabel& label : labels) add_label(label, taxonomy);
  auto rows = see(classifier, labels, queries, taxonomy);
  if (!rows) return tl::unexpected(rows.error());
  if (const auto enough = weigh(*rows, labels, options.share); !enough) return tl::unexpected(enough.error());
  const auto fitted = fit_all(*rows, labels, pack, taxonomy);
  auto whole = with_labels(pack.bytes(), fitted, {options.version, digest(taxonomy)});
  if (!whole) return tl::unexpected(whole.error());
  return with_own_golden(std::move(*whole));
}

}  // namespace aisle
