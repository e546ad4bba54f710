#include "pack/pack.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "pack/checksum.h"
#include "pack/sections.h"

namespace aisle {
namespace {

constexpr uint32_t kFormatVersion = 3, kOldestFormatVersion = 2;
constexpr format::SectionKind kNeeded[] = {format::SectionKind::Tokenizer, format::SectionKind::Encoder, format::SectionKind::Heads,
                                           format::SectionKind::Decision,  format::SectionKind::Taxonomy, format::SectionKind::Golden};

std::string section_name(format::SectionKind kind) {
  const char* known = format::EnumNameSectionKind(kind);
  if (kind == format::SectionKind::Unknown || !*known) return "unknown-" + std::to_string(static_cast<int>(kind));
  std::string name = known;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

// Verifies one section's own FlatBuffer and hands its root to `read`.
template <class Table, class View>
Problem read_section(std::span<const uint8_t> data, Problem (*read)(const Table&, View&), View& to) {
  if (data.size() < 8) return "it holds only " + std::to_string(data.size()) + " bytes";
  flatbuffers::Verifier verifier(data.data(), data.size());
  if (!verifier.VerifyBuffer<Table>(nullptr)) return "its structure is damaged (FlatBuffers verifier)";
  return read(*flatbuffers::GetRoot<Table>(data.data()), to);
}

Problem read_known(format::SectionKind kind, std::span<const uint8_t> data, Pack& pack) {
  switch (kind) {
    case format::SectionKind::Tokenizer: return read_section(data, read_tokenizer, pack.tokenizer);
    case format::SectionKind::Encoder: return read_section(data, read_encoder, pack.encoder);
    case format::SectionKind::Heads: return read_section(data, read_heads, pack.heads);
    case format::SectionKind::Decision: return read_section(data, read_rules, pack.rules);
    case format::SectionKind::Taxonomy: return read_section(data, read_taxonomy, pack.taxonomy);
    case format::SectionKind::Golden: return read_section(data, read_golden, pack.golden);
    case format::SectionKind::Index: return read_section(data, read_index, pack.index);
    case format::SectionKind::Overrides: return read_section(data, read_overrides, pack.override_rules);
    case format::SectionKind::Prototypes: return read_section(data, read_prototypes, pack.prototypes);
    case format::SectionKind::Unknown: break;
  }
  return std::nullopt;
}

// Checksum, alignment and meaning of one section; notes it in pack.sections.
Result<void> add_section(const format::Section& section, size_t position, const uint8_t* file, Pack& pack) {
  const std::string name = section_name(section.kind());
  const std::string place = "section " + std::to_string(position) + " (" + name + ")";
  const auto data = view(section.data());
  if (data.empty()) return error(ErrorCode::kBadPack, place + " is empty");
  const uint64_t found = xxh64(data);
  if (found != section.xxh64()) {
    return error(ErrorCode::kBadPack, place + " is damaged: its XXH64 is " + hexadecimal(found) + ", the pack says " + hexadecimal(section.xxh64()));
  }
  if ((data.data() - file) % AlignedBytes::kAlignment) return error(ErrorCode::kBadPack, place + " does not start on a 64-byte border");
  const bool known = section.kind() != format::SectionKind::Unknown && *format::EnumNameSectionKind(section.kind());
  if (!known && section.required()) {
    return error(ErrorCode::kUnsupportedPack, place + " is required but unknown to this engine: a newer engine is needed");
  }
  for (const SectionInfo& earlier : pack.sections) {
    if (known && earlier.name == name) return error(ErrorCode::kBadPack, place + " is there twice");
  }
  if (const Problem problem = read_known(section.kind(), data, pack)) return error(ErrorCode::kBadPack, place + ": " + *problem);
  pack.sections.push_back({name, data.size(), section.required(), found});
  return {};
}

// The outer table, once its structure is known to be sound.
Result<const format::PackFile*> open_outer(std::span<const uint8_t> bytes) {
  if (bytes.size() < 16) return error(ErrorCode::kBadPack, "not an Aisle pack: only " + std::to_string(bytes.size()) + " bytes");
  if (!format::PackFileBufferHasIdentifier(bytes.data())) {
    return error(ErrorCode::kBadPack, "not an Aisle pack: bytes 4 to 7 are not \"AISL\"");
  }
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!format::VerifyPackFileBuffer(verifier)) {
    return error(ErrorCode::kBadPack, "the pack is truncated or damaged: its outer structure fails the FlatBuffers verifier (" +
                                          std::to_string(bytes.size()) + " bytes)");
  }
  const format::PackFile* root = format::GetPackFile(bytes.data());
  if (root->format_version() < kOldestFormatVersion || root->format_version() > kFormatVersion) {
    return error(ErrorCode::kUnsupportedPack, "the pack has format version " + std::to_string(root->format_version()) +
                                                  ", this engine reads versions " + std::to_string(kOldestFormatVersion) + " to " + std::to_string(kFormatVersion));
  }
  return root;
}

}  // namespace

const GroupView* find_group(const TaxonomyView& taxonomy, std::string_view id) {
  for (const GroupView& group : taxonomy.groups) {
    if (group.id == id) return &group;
  }
  return nullptr;
}

const SubcategoryView* find_subcategory(const GroupView& group, std::string_view id) {
  for (const SubcategoryView& subcategory : group.subcategories) {
    if (subcategory.id == id) return &subcategory;
  }
  return nullptr;
}

Result<std::shared_ptr<const Pack>> Pack::open(AlignedBytes bytes) {
  const auto outer = open_outer({bytes.data(), bytes.size()});
  if (!outer) return tl::unexpected(outer.error());
  const format::PackFile& root = **outer;
  const size_t sections = root.sections() ? root.sections()->size() : 0;
  auto pack = std::make_shared<Pack>();
  pack->name = view(root.name());
  pack->version = view(root.version());
  pack->licence = view(root.licence());
  if (pack->name.empty() || pack->version.empty()) return error(ErrorCode::kBadPack, "the pack has no name or no version");
  if (root.sources()) for (const auto* source : *root.sources()) pack->sources.push_back(view(source));
  if (root.languages()) for (const auto* language : *root.languages()) pack->languages.push_back(view(language));
  for (size_t i = 0; i < sections; ++i) {
    const auto added = add_section(*root.sections()->Get(static_cast<uint32_t>(i)), i, bytes.data(), *pack);
    if (!added) return tl::unexpected(added.error());
  }
  for (const auto kind : kNeeded) {
    const auto is_it = [&](const SectionInfo& info) { return info.name == section_name(kind); };
    if (std::none_of(pack->sections.begin(), pack->sections.end(), is_it)) {
      return error(ErrorCode::kBadPack, "the pack lacks its " + section_name(kind) + " section");
    }
  }
  if (const Problem problem = check_together(*pack)) return error(ErrorCode::kBadPack, *problem);
  pack->bytes_ = std::move(bytes);
  return std::shared_ptr<const Pack>(std::move(pack));
}

Result<AlignedBytes> read_file(const std::string& path) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (!file) return error(ErrorCode::kNotFound, "cannot open " + path + ": " + std::strerror(errno));
  const long size = std::fseek(file.get(), 0, SEEK_END) == 0 ? std::ftell(file.get()) : -1;
  constexpr long kMost = 1L << 30;  // a folder opens too, and claims to be endless
  if (size < 0 || size > kMost || std::fseek(file.get(), 0, SEEK_SET) != 0) return error(ErrorCode::kNotFound, "cannot read " + path + ": not a plain file of at most 1 GiB");
  AlignedBytes bytes(static_cast<size_t>(size));
  if (!bytes.data()) return error(ErrorCode::kOutOfMemory, "no memory for the " + std::to_string(size) + " bytes of " + path);
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
    return error(ErrorCode::kNotFound, "cannot read " + path + ": " + std::strerror(errno));
  }
  return bytes;
}

}  // namespace aisle
