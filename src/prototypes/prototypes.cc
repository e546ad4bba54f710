#include "prototypes/prototypes.h"

#include <algorithm>
#include <cmath>

namespace aisle {
namespace {

// Of PrototypesView::weights and apart.
enum Weight { kScore, kScorePerExample, kPerExample, kRival, kGroup, kOffset };

float dot(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Of length 1; what has no direction stays zero.
void normalize_length(std::span<float> vector) {
  const float length = std::max(std::sqrt(dot(vector, vector)), 1e-12f);
  for (float& value : vector) value /= length;
}

float log_odds(float p) {
  p = std::clamp(p, 1e-5f, 1 - 1e-5f);
  return std::log(p / (1 - p));
}

Result<void> bad_section(const std::string& what) { return error(ErrorCode::kBadPack, "the prototypes section: " + what); }

}  // namespace

[[gnu::noinline]] Result<Prototypes> Prototypes::create(const Pack& pack) {
  Prototypes made(pack);
  made.rebuild();
  if (!pack.prototypes) return made;
  for (const PrototypeView& c : pack.prototypes->categories) {
    const NewLabel label{c.id, c.name, c.group_name};
    if (const auto sound = made.check_label(label); !sound) return tl::unexpected(bad_section(sound.error().message).error());
    made.add(label, c.examples, {c.vector.begin(), c.vector.end()});
  }
  return made;
}

Result<void> Prototypes::check_label(const NewLabel& label) const {
  if (categories_.size() == kMostCategories) {
    return error(ErrorCode::kInvalidArgument, "category \"" + std::string(label.id) + "\": there are " + std::to_string(kMostCategories) + " new ones already");
  }
  return aisle::check_label(label, taxonomy_);
}

Result<void> Prototypes::check(const NewCategory& category) const {
  if (!pack_->prototypes) {
    return error(ErrorCode::kNoPrototypes, "the pack " + std::string(pack_->name) + " takes no new categories: it has no prototypes section");
  }
  if (auto sound = check_label(category.label); !sound) return sound;
  const size_t examples = category.examples.size();
  if (examples >= 1 && examples <= kMostExamples) return {};
  return error(ErrorCode::kInvalidArgument, "category \"" + std::string(category.label.id) + "\" has " + std::to_string(examples) + " examples, expected 1 to " +
                                                std::to_string(kMostExamples) + (examples ? "; aisle fit makes a head of more" : ""));
}

void Prototypes::gather(std::span<const float> embedding, std::vector<float>& sum) const {
  std::vector<float> direction(embedding.begin(), embedding.end());
  for (size_t i = 0; i < direction.size(); ++i) direction[i] -= pack_->prototypes->centre[i];
  normalize_length(direction);
  for (size_t i = 0; i < direction.size(); ++i) sum[i] += direction[i];
}

void Prototypes::add(const NewCategory& category, std::vector<float> sum) {
  normalize_length(sum);
  add(category.label, category.examples.size(), std::move(sum));
}

void Prototypes::add(const NewLabel& label, size_t examples, std::vector<float> vector) {
  auto made = std::make_unique<Category>();
  made->id = label.id;
  made->name = label.name;
  const bool apart = !find_group(pack_->taxonomy, group_of(label.id));
  if (apart) made->group_name = label.group_name;
  for (const auto& earlier : categories_) {
    if (apart && group_of(earlier->id) == group_of(label.id)) made->group_name = earlier->group_name;
  }
  made->examples = examples;
  made->vector = std::move(vector);
  categories_.push_back(std::move(made));
  rebuild();
}

Result<void> Prototypes::remove(std::string_view id) {
  const auto found = std::find_if(categories_.begin(), categories_.end(), [&](const auto& category) { return category->id == id; });
  if (found == categories_.end()) return error(ErrorCode::kNotFound, "there is no new category \"" + std::string(id) + "\" to remove");
  categories_.erase(found);
  rebuild();
  return {};
}

std::vector<PrototypeView> Prototypes::categories() const {
  std::vector<PrototypeView> views;
  for (const auto& c : categories_) views.push_back({c->id, c->name, c->group_name, c->examples, c->vector});
  return views;
}

void Prototypes::rebuild() {
  taxonomy_ = pack_->taxonomy;
  for (const auto& c : categories_) add_label({c->id, c->name, c->group_name}, taxonomy_);
  for (const auto& c : categories_) c->place = place_of(c->id, taxonomy_);
}

float Prototypes::odds(const Category& category, float rival, const Probabilities& heads) const {
  const bool apart = category.place.group >= pack_->taxonomy.groups.size();
  const auto w = apart ? pack_->prototypes->apart : pack_->prototypes->weights;
  const float score = dot(query_, category.vector), per_example = 1.0f / static_cast<float>(category.examples);
  float sum = w[kOffset] + w[kScore] * score + w[kScorePerExample] * score * per_example + w[kPerExample] * per_example + w[kRival] * rival;
  if (!apart) sum += w[kGroup] * std::log(heads.outcomes[category.place.group] + 1e-3f);
  return std::exp(std::clamp(sum, -30.0f, 30.0f));
}

void Prototypes::compete(std::span<const float> embedding, Probabilities& probabilities) {
  if (categories_.empty()) return;
  query_.assign(embedding.begin(), embedding.end());
  for (size_t i = 0; i < query_.size(); ++i) query_[i] -= pack_->prototypes->centre[i];
  normalize_length(query_);
  std::swap(heads_, probabilities);
  const float rival = log_odds(*std::max_element(heads_.subcategories.begin(), heads_.subcategories.end()));
  float sum = 1;
  for (const auto& c : categories_) sum += c->odds = odds(*c, rival, heads_);

  const auto& own = pack_->taxonomy.groups;
  const size_t groups = taxonomy_.groups.size();
  probabilities.outcomes.assign(groups + 2, 0.0f);
  probabilities.subcategories.clear();
  auto from = heads_.subcategories.begin();
  for (size_t g = 0; g < groups; ++g) {
    const size_t known = g < own.size() ? own[g].subcategories.size() : 0;
    if (known) probabilities.outcomes[g] = heads_.outcomes[g] / sum;
    for (size_t s = 0; s < taxonomy_.groups[g].subcategories.size(); ++s) probabilities.subcategories.push_back(s < known ? *from++ / sum : 0.0f);
  }
  for (size_t o = 0; o < 2; ++o) probabilities.outcomes[groups + o] = heads_.outcomes[own.size() + o] / sum;  // broad, none
  for (const auto& c : categories_) {
    probabilities.subcategories[c->place.subcategory] = c->odds / sum;
    probabilities.outcomes[c->place.group] += c->odds / sum;
  }
}

bool Prototypes::made(const Decision& decision) const {
  return std::any_of(categories_.begin(), categories_.end(), [&](const auto& c) {
    if (decision.category) return decision.category->id == c->id;
    return decision.group && !c->group_name.empty() && decision.group->id == group_of(c->id);
  });
}

}  // namespace aisle
