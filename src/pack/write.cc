#include "pack/write.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "pack/checksum.h"
#include "pack_generated.h"

namespace aisle {
namespace {

std::unique_ptr<format::TensorT> tensor(const TensorView& view) {
  auto made = std::make_unique<format::TensorT>();
  made->type = static_cast<format::TensorType>(view.type);
  made->rows = static_cast<uint32_t>(view.rows);
  made->columns = static_cast<uint32_t>(view.columns);
  made->values.assign(view.values.begin(), view.values.end());
  made->scales.assign(view.scales.begin(), view.scales.end());
  return made;
}

std::unique_ptr<format::SectionT> section(format::SectionKind kind, const flatbuffers::FlatBufferBuilder& builder) {
  auto made = std::make_unique<format::SectionT>();
  made->kind = kind;
  made->data.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  made->xxh64 = xxh64(made->data);
  return made;
}

std::unique_ptr<format::SectionT> section(const IndexView& view) {
  format::IndexT index;
  index.projection = std::make_unique<format::LinearT>();
  index.projection->weight = tensor(view.projection.weight);
  index.projection->bias.assign(view.projection.bias.begin(), view.projection.bias.end());
  index.rows = tensor(view.rows);
  for (const std::string_view query : view.queries) (index.queries += query) += '\n';
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::Index::Pack(builder, &index));
  return section(format::SectionKind::Index, builder);
}

Result<AlignedBytes> written(const format::PackFileT& whole, size_t about) {
  flatbuffers::FlatBufferBuilder builder(about);
  format::FinishPackFileBuffer(builder, format::PackFile::Pack(builder, &whole));
  AlignedBytes bytes(builder.GetSize());
  if (!bytes.data()) return error(ErrorCode::kOutOfMemory, "no memory for a pack of " + std::to_string(builder.GetSize()) + " bytes");
  std::copy_n(builder.GetBufferPointer(), builder.GetSize(), bytes.data());
  return bytes;
}

// Not required: an engine that doesn't know the section answers by the others.
Result<AlignedBytes> with_section(std::span<const uint8_t> pack, std::unique_ptr<format::SectionT> part) {
  format::PackFileT whole;
  format::GetPackFile(pack.data())->UnPackTo(&whole);
  std::erase_if(whole.sections, [&](const auto& old) { return old->kind == part->kind; });
  whole.sections.push_back(std::move(part));
  return written(whole, pack.size());
}

// Has `change` alter the root of the section of this kind, if the pack has one.
template <class Table, class Function>
void change_section(format::PackFileT& whole, format::SectionKind kind, Function change) {
  for (auto& part : whole.sections) {
    if (part->kind != kind) continue;
    typename Table::NativeTableType root;
    flatbuffers::GetRoot<Table>(part->data.data())->UnPackTo(&root);
    change(root);
    flatbuffers::FlatBufferBuilder builder(part->data.size());
    builder.Finish(Table::Pack(builder, &root));
    const bool required = part->required;
    part = section(kind, builder);
    part->required = required;
  }
}

void set_calibration(const HeadsView& view, format::HeadsT& heads) {
  heads.router->temperature = view.router.temperature;
  for (size_t g = 0; g < view.groups.size(); ++g) heads.groups[g]->temperature = view.groups[g].temperature;
  heads.locales.clear();
  for (const LocaleTemperature& l : view.locales) {
    heads.locales.push_back(std::make_unique<format::LocaleTemperatureT>());
    heads.locales.back()->tag = l.tag;
    heads.locales.back()->temperature = l.temperature;
  }
  heads.none.reset();
  if (view.none) heads.none = std::make_unique<format::NoneWeights>(view.none->bias, view.none->logit, view.none->energy, view.none->log_likelihood);
}

std::vector<std::unique_ptr<format::ThresholdsT>> thresholds(const std::vector<Thresholds>& rows) {
  std::vector<std::unique_ptr<format::ThresholdsT>> made;
  for (const Thresholds& t : rows) {
    auto row = std::make_unique<format::ThresholdsT>();
    row->error_rate = t.error_rate;
    row->category = t.category;
    row->group = t.group;
    row->broad = t.broad;
    row->none = t.none;
    row->coverage = t.coverage;
    made.push_back(std::move(row));
  }
  return made;
}

void set_rules(const DecisionRules& view, format::DecisionRulesT& rules) {
  rules.thresholds = thresholds(view.thresholds);
  rules.other_languages = thresholds(view.other_languages);
  rules.default_error_rate = view.default_error_rate;
  rules.ambiguous = view.ambiguous;
  rules.label = view.label;
  rules.prior = view.prior;
  rules.context_bound = view.context_bound;
}

// One more output of a linear layer, in its int8.
void append_row(std::span<const float> row, float bias, format::LinearT& to) {
  float most = 1e-12f;
  for (const float value : row) most = std::max(most, std::abs(value));
  const float scale = most / 127;
  for (const float value : row) to.weight->values.push_back(static_cast<uint8_t>(static_cast<int8_t>(std::lround(value / scale))));
  to.weight->scales.push_back(scale);
  ++to.weight->rows;
  to.bias.push_back(bias);
}

std::unique_ptr<format::GroupHeadT> empty_head(uint32_t width) {
  auto head = std::make_unique<format::GroupHeadT>();
  head->temperature = 1;
  head->linear = std::make_unique<format::LinearT>();
  head->linear->weight = std::make_unique<format::TensorT>();
  head->linear->weight->type = format::TensorType::Int8;
  head->linear->weight->columns = width;
  return head;
}

// Of "group/name"; the number of groups when there is no such one.
size_t group_at(std::string_view id, const format::TaxonomyT& taxonomy) {
  const auto is_it = [&](const auto& group) { return group->id == group_of(id); };
  return static_cast<size_t>(std::find_if(taxonomy.groups.begin(), taxonomy.groups.end(), is_it) - taxonomy.groups.begin());
}

void append_label(const FittedLabel& label, format::HeadsT& heads, format::TaxonomyT& taxonomy) {
  const size_t group = group_at(label.id, taxonomy);
  if (group == taxonomy.groups.size()) {
    for (uint16_t& outcome : heads.router->outcomes) outcome = static_cast<uint16_t>(outcome + (outcome >= group));  // broad, none
    auto made = std::make_unique<format::GroupT>();
    made->id = group_of(label.id);
    made->name = label.group_name;
    taxonomy.groups.push_back(std::move(made));
    heads.groups.push_back(empty_head(heads.router->linear->weight->columns));
  }
  auto subcategory = std::make_unique<format::SubcategoryT>();
  subcategory->id = label.id;
  subcategory->name = label.name;
  taxonomy.groups[group]->subcategories.push_back(std::move(subcategory));
  append_row(label.head, label.head_bias, *heads.groups[group]->linear);
  append_row(label.router, label.router_bias, *heads.router->linear);
  heads.router->outcomes.push_back(static_cast<uint16_t>(group));
}

// Where the golden queries' best classes stand once a label has been appended to `taxonomy`, as it was before.
void shift_golden(const FittedLabel& label, const format::TaxonomyT& taxonomy, format::GoldenT& golden) {
  const size_t groups = taxonomy.groups.size(), group = group_at(label.id, taxonomy);
  size_t place = 0;
  for (size_t g = 0; g < groups && g <= group; ++g) place += taxonomy.groups[g]->subcategories.size();
  for (const auto& query : golden.queries) {
    query->outcome = static_cast<uint16_t>(query->outcome + (group == groups && query->outcome >= groups));
    query->subcategory = static_cast<uint16_t>(query->subcategory + (query->subcategory >= place));
    query->logits.push_back(0);
  }
}

// Those with a head leave; a group that has a head now needs no name of theirs.
void drop_fitted(std::span<const FittedLabel> labels, const format::TaxonomyT& taxonomy, format::PrototypesT& prototypes) {
  std::erase_if(prototypes.categories, [&](const auto& c) { return std::any_of(labels.begin(), labels.end(), [&](const FittedLabel& l) { return l.id == c->id; }); });
  for (const auto& c : prototypes.categories) {
    if (group_at(c->id, taxonomy) < taxonomy.groups.size()) c->group_name.clear();
  }
}

}  // namespace

Result<AlignedBytes> with_index(std::span<const uint8_t> pack, const IndexView& index) { return with_section(pack, section(index)); }

Result<AlignedBytes> with_overrides(std::span<const uint8_t> pack, std::string_view tsv) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::CreateOverrides(builder, builder.CreateString(tsv.data(), tsv.size())));
  return with_section(pack, section(format::SectionKind::Overrides, builder));
}

Result<AlignedBytes> with_calibration(std::span<const uint8_t> pack, const HeadsView& heads, const DecisionRules& rules) {
  format::PackFileT whole;
  format::GetPackFile(pack.data())->UnPackTo(&whole);
  change_section<format::Heads>(whole, format::SectionKind::Heads, [&](format::HeadsT& part) { set_calibration(heads, part); });
  change_section<format::DecisionRules>(whole, format::SectionKind::Decision, [&](format::DecisionRulesT& part) { set_rules(rules, part); });
  return written(whole, pack.size());
}

Result<AlignedBytes> with_prototypes(std::span<const uint8_t> pack, const PrototypesView& view) {
  format::PrototypesT prototypes;
  prototypes.centre.assign(view.centre.begin(), view.centre.end());
  prototypes.weights.assign(view.weights.begin(), view.weights.end());
  prototypes.apart.assign(view.apart.begin(), view.apart.end());
  for (const PrototypeView& c : view.categories) {
    auto category = std::make_unique<format::NewCategoryT>();
    category->id = c.id;
    category->name = c.name;
    category->group_name = c.group_name;
    category->examples = static_cast<uint32_t>(c.examples);
    category->vector.assign(c.vector.begin(), c.vector.end());
    prototypes.categories.push_back(std::move(category));
  }
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::Prototypes::Pack(builder, &prototypes));
  return with_section(pack, section(format::SectionKind::Prototypes, builder));
}

Result<AlignedBytes> with_labels(std::span<const uint8_t> pack, std::span<const FittedLabel> labels, const FittedNames& names) {
  format::PackFileT whole;
  format::GetPackFile(pack.data())->UnPackTo(&whole);
  format::TaxonomyT taxonomy;
  change_section<format::Taxonomy>(whole, format::SectionKind::Taxonomy, [&](format::TaxonomyT& part) { taxonomy = part; });
  change_section<format::Golden>(whole, format::SectionKind::Golden, [&](format::GoldenT& golden) {
    change_section<format::Heads>(whole, format::SectionKind::Heads, [&](format::HeadsT& heads) {
      for (const FittedLabel& label : labels) {
        shift_golden(label, taxonomy, golden);
        append_label(label, heads, taxonomy);
      }
    });
  });
  taxonomy.sha256 = names.taxonomy_sha256;
  change_section<format::Taxonomy>(whole, format::SectionKind::Taxonomy, [&](format::TaxonomyT& part) { part = taxonomy; });
  change_section<format::Prototypes>(whole, format::SectionKind::Prototypes, [&](format::PrototypesT& part) { drop_fitted(labels, taxonomy, part); });
  whole.version = names.version;
  return written(whole, pack.size());
}

Result<AlignedBytes> with_golden(std::span<const uint8_t> pack, std::span<const GoldenLogits> kept) {
  format::PackFileT whole;
  format::GetPackFile(pack.data())->UnPackTo(&whole);
  change_section<format::Golden>(whole, format::SectionKind::Golden, [&](format::GoldenT& golden) {
    std::vector<std::unique_ptr<format::GoldenQueryT>> queries;
    for (const GoldenLogits& query : kept) {
      queries.push_back(std::move(golden.queries[query.place]));
      queries.back()->logits = query.logits;
    }
    golden.queries = std::move(queries);
  });
  return written(whole, pack.size());
}

Result<void> write_file(const std::string& path, std::span<const uint8_t> bytes) {
  const std::string part = path + ".part";
  std::FILE* file = std::fopen(part.c_str(), "wb");
  bool written = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file) written &= std::fclose(file) == 0;
  if (written && std::rename(part.c_str(), path.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  if (file) std::remove(part.c_str());
  return error(ErrorCode::kNotFound, "cannot write " + path + ": " + why);
}

}  // namespace aisle
