// What encoding needs of a serialized sentencepiece ModelProto (sentencepiece_model.proto), as views into its bytes: reading it
// through protobuf would copy every piece, which at 32,000 of them is most of a page's start-up time.
#ifndef AISLE_TEXT_MODEL_H_
#define AISLE_TEXT_MODEL_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "error.h"

namespace aisle {

enum class PieceType : uint8_t { kNormal = 1, kUnknown = 2, kControl = 3, kUnused = 5 };

// Small, since there are tens of thousands.
struct Piece {
  const char* start = nullptr;
  float score = 0;  // log probability
  uint8_t length = 0;
  PieceType type = PieceType::kNormal;

  std::string_view text() const { return {start, length}; }
};

struct NormalizerRules {
  std::string_view charsmap;  // sentencepiece's compiled string-to-string rules; empty: none
  bool add_dummy_prefix = true, remove_extra_whitespaces = true, escape_whitespaces = true;
};

struct UnigramModel {
  std::vector<Piece> pieces;  // by id
  NormalizerRules rules;
};

// Errors: kBadPack: bytes that are no ModelProto; what this engine does not compute (a model that is not unigram, byte
// fallback, whitespace as suffix, user-defined pieces); a piece that is empty or longer than 255 bytes; a score that is not
// finite.
Result<UnigramModel> read_model(std::string_view bytes);

}  // namespace aisle

#endif  // AISLE_TEXT_MODEL_H_
