#include "pack/write.h"

#include <algorithm>

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

std::unique_ptr<format::SectionT> section(const IndexView& view) {
  format::IndexT index;
  index.projection = std::make_unique<format::LinearT>();
  index.projection->weight = tensor(view.projection.weight);
  index.projection->bias.assign(view.projection.bias.begin(), view.projection.bias.end());
  index.rows = tensor(view.rows);
  for (const std::string_view query : view.queries) (index.queries += query) += '\n';
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::Index::Pack(builder, &index));
  auto made = std::make_unique<format::SectionT>();
  made->kind = format::SectionKind::Index;
  made->data.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  made->xxh64 = xxh64(made->data);
  return made;
}

}  // namespace

Result<AlignedBytes> with_index(std::span<const uint8_t> pack, const IndexView& index) {
  format::PackFileT whole;
  format::GetPackFile(pack.data())->UnPackTo(&whole);
  std::erase_if(whole.sections, [](const auto& part) { return part->kind == format::SectionKind::Index; });
  whole.sections.push_back(section(index));
  flatbuffers::FlatBufferBuilder builder(pack.size());
  format::FinishPackFileBuffer(builder, format::PackFile::Pack(builder, &whole));
  AlignedBytes bytes(builder.GetSize());
  if (!bytes.data()) return error(ErrorCode::kOutOfMemory, "no memory for a pack of " + std::to_string(builder.GetSize()) + " bytes");
  std::copy_n(builder.GetBufferPointer(), builder.GetSize(), bytes.data());
  return bytes;
}

}  // namespace aisle
