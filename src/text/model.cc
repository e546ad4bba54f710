#include "text/model.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

namespace aisle {
namespace {

// One field of a message in protobuf's wire format: a number, or bytes.
struct Field {
  uint32_t number = 0;
  uint64_t value = 0;
  std::string_view bytes;
};

// Walks over the fields of a message; after the last one sound() tells whether all of it could be read.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  bool next(Field& field) {
    if (short_text(field)) return true;
    uint64_t tag = 0;
    if (rest_.empty() || !varint(tag)) return false;
    field.number = static_cast<uint32_t>(tag >> 3);
    switch (tag & 7) {
      case 0: return varint(field.value);
      case 1: return fixed(8, field.value);
      case 2: return varint(field.value) && take(field.value, field.bytes);
      case 5: return fixed(4, field.value);
    }
    return sound_ = false;  // groups went out of use long before sentencepiece
  }

  bool sound() const { return sound_; }

 private:
  // Field 1 with up to 127 bytes, such as each piece and its text: two in three of all fields that a page reads while it starts.
  bool short_text(Field& field) {
    if (rest_.size() < 2 || rest_[0] != 0x0A) return false;
    const auto size = static_cast<uint8_t>(rest_[1]);
    if (size > 127 || rest_.size() - 2 < size) return false;
    field.number = 1;
    field.bytes = rest_.substr(2, size);
    rest_.remove_prefix(2u + size);
    return true;
  }

  bool varint(uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 127u} << shift;
      if (byte < 128) return true;
    }
    return sound_ = false;
  }

  bool take(uint64_t size, std::string_view& bytes) {
    if (size > rest_.size()) return sound_ = false;
    bytes = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(static_cast<size_t>(size));
    return true;
  }

  bool fixed(size_t size, uint64_t& value) {
    std::string_view bytes;
    if (!take(size, bytes)) return false;
    value = 0;
    std::memcpy(&value, bytes.data(), size);  // little-endian, as are all machines that the engine runs on
    return true;
  }

  std::string_view rest_;
  bool sound_ = true;
};

// The message of what is wrong, or nothing.
using Problem = std::optional<std::string>;

constexpr const char* kNoModel = "it is damaged, or no sentencepiece model";

Problem read_piece(std::string_view message, size_t id, Piece& piece) {
  const auto place = [&] { return "piece " + std::to_string(id); };
  std::string_view text;
  uint64_t type = static_cast<uint64_t>(PieceType::kNormal);
  Field field;
  Fields fields(message);
  while (fields.next(field)) {
    if (field.number == 1) text = field.bytes;
    if (field.number == 2) piece.score = std::bit_cast<float>(static_cast<uint32_t>(field.value));
    if (field.number == 3) type = field.value;
  }
  if (!fields.sound()) return kNoModel;
  if (text.empty()) return place() + " is empty";
  if (text.size() > std::numeric_limits<uint8_t>::max()) return place() + " has " + std::to_string(text.size()) + " bytes, over 255";
  if (!std::isfinite(piece.score)) return place() + " has a score that is not finite";
  if (type < 1 || type > 5 || type == 4) return place() + " is of type " + std::to_string(type) + ", which this engine does not read";
  piece.start = text.data();
  piece.length = static_cast<uint8_t>(text.size());
  piece.type = static_cast<PieceType>(type);
  return std::nullopt;
}

Problem read_trainer(std::string_view message) {
  Field field;
  Fields fields(message);
  while (fields.next(field)) {
    if (field.number == 3 && field.value != 1) return "it is of type " + std::to_string(field.value) + ", not unigram";
    if (field.number == 24 && field.value) return "it treats whitespace as a suffix, which this engine does not";
    if (field.number == 35 && field.value) return "it falls back to bytes, which this engine does not";
  }
  if (!fields.sound()) return kNoModel;
  return std::nullopt;
}

Problem read_rules(std::string_view message, NormalizerRules& rules) {
  Field field;
  Fields fields(message);
  while (fields.next(field)) {
    if (field.number == 2) rules.charsmap = field.bytes;
    if (field.number == 3) rules.add_dummy_prefix = field.value;
    if (field.number == 4) rules.remove_extra_whitespaces = field.value;
    if (field.number == 5) rules.escape_whitespaces = field.value;
  }
  if (!fields.sound()) return kNoModel;
  return std::nullopt;
}

size_t count_pieces(std::string_view bytes) {
  size_t count = 0;
  Field field;
  Fields fields(bytes);
  while (fields.next(field)) count += field.number == 1;
  return count;
}

}  // namespace

Result<UnigramModel> read_model(std::string_view bytes) {
  UnigramModel model;
  model.pieces.reserve(count_pieces(bytes));  // growing by doubling would cost a page heap that it never gets back
  Problem problem;
  Field field;
  Fields fields(bytes);
  while (!problem && fields.next(field)) {
    if (field.number == 1) {
      const size_t id = model.pieces.size();
      problem = read_piece(field.bytes, id, model.pieces.emplace_back());
    }
    if (field.number == 2) problem = read_trainer(field.bytes);
    if (field.number == 3) problem = read_rules(field.bytes, model.rules);
  }
  if (!problem && !fields.sound()) problem = kNoModel;
  if (problem) return error(ErrorCode::kBadPack, *problem);
  return model;
}

}  // namespace aisle
