#include "pack/write.h"

#include <algorithm>
#include <cerrno>
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

void set_temperatures(const HeadsView& view, format::SectionT& part) {
  format::HeadsT heads;
  flatbuffers::GetRoot<format::Heads>(part.data.data())->UnPackTo(&heads);
  heads.router->temperature = view.router.temperature;
  for (size_t g = 0; g < view.groups.size(); ++g) heads.groups[g]->temperature = view.groups[g].temperature;
  heads.locales.clear();
  for (const LocaleTemperature& l : view.locales) {
    heads.locales.push_back(std::make_unique<format::LocaleTemperatureT>());
    heads.locales.back()->tag = l.tag;
    heads.locales.back()->temperature = l.temperature;
  }
  flatbuffers::FlatBufferBuilder builder(part.data.size());
  builder.Finish(format::Heads::Pack(builder, &heads));
  const bool required = part.required;
  part = *section(part.kind, builder);
  part.required = required;
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

void set_rules(const DecisionRules& view, format::SectionT& part) {
  format::DecisionRulesT rules;
  rules.thresholds = thresholds(view.thresholds);
  rules.other_languages = thresholds(view.other_languages);
  rules.default_error_rate = view.default_error_rate;
  rules.ambiguous = view.ambiguous;
  rules.label = view.label;
  rules.prior = view.prior;
  rules.context_bound = view.context_bound;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::DecisionRules::Pack(builder, &rules));
  const bool required = part.required;
  part = *section(part.kind, builder);
  part.required = required;
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
  for (const auto& part : whole.sections) {
    if (part->kind == format::SectionKind::Heads) set_temperatures(heads, *part);
    if (part->kind == format::SectionKind::Decision) set_rules(rules, *part);
  }
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
