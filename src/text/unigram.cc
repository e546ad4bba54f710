#include "text/unigram.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>

namespace aisle {
namespace {

constexpr float kUnknownPenalty = 10;  // as sentencepiece has it

// FNV-1a, which takes one byte after another: the hashes of all prefixes come along.
constexpr uint32_t kNoBytes = 2166136261u;
uint32_t add_byte(uint32_t hash, char byte) { return (hash ^ static_cast<uint8_t>(byte)) * 16777619u; }

uint32_t hash_of(std::string_view text) {
  uint32_t hash = kNoBytes;
  for (const char byte : text) hash = add_byte(hash, byte);
  return hash;
}

// Of the character that starts at `at`, by its first byte.
size_t character_end(std::string_view text, size_t at) {
  const auto first = static_cast<uint8_t>(text[at]);
  const size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return std::min(at + length, text.size());
}

}  // namespace

[[gnu::noinline]] Result<Unigram> Unigram::create(std::vector<Piece> pieces) {
  Unigram made(std::move(pieces));
  const int count = static_cast<int>(made.pieces_.size());
  const unsigned bits = std::bit_width(2 * static_cast<unsigned>(count) - 1u);
  if (count == 0 || bits > 30) return error(ErrorCode::kBadPack, "it has no pieces, or far too many");
  made.slots_.resize(size_t{1} << bits);
  made.shift_ = 32 - bits;
  float least = std::numeric_limits<float>::max();
  for (int id = 0; id < count; ++id) {
    const Piece& piece = made.pieces_[static_cast<size_t>(id)];
    if (piece.type == PieceType::kUnknown) {
      if (made.unknown_ >= 0) return error(ErrorCode::kBadPack, "it has two unknown pieces");
      made.unknown_ = id;
    }
    if (piece.type != PieceType::kNormal) continue;
    if (!made.insert(id)) return error(ErrorCode::kBadPack, "its piece \"" + std::string(piece.text()) + "\" is there twice");
    least = std::min(least, piece.score);
    made.longest_ = std::max<size_t>(made.longest_, piece.length);
  }
  if (made.unknown_ < 0) return error(ErrorCode::kBadPack, "it has no unknown piece");
  if (made.longest_ == 0) return error(ErrorCode::kBadPack, "it has no normal pieces");
  made.unknown_score_ = least - kUnknownPenalty;
  return made;
}

bool Unigram::insert(int id) {
  const std::string_view text = pieces_[static_cast<size_t>(id)].text();
  const size_t mask = slots_.size() - 1;
  size_t at = slot(hash_of(text));
  for (; slots_[at]; at = (at + 1) & mask) {
    if (pieces_[slots_[at] - 1].text() == text) return false;
  }
  slots_[at] = static_cast<uint32_t>(id) + 1;
  return true;
}

int Unigram::find(std::string_view text, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = slot(hash); slots_[at]; at = (at + 1) & mask) {
    const uint32_t id = slots_[at] - 1;
    if (pieces_[id].text() == text) return static_cast<int>(id);
  }
  return -1;
}

int Unigram::find(std::string_view text) const { return find(text, hash_of(text)); }

// The first of equals stays: the one whose last piece starts first. sentencepiece compares before it rounds to float; so does this.
void Unigram::reach(size_t start, size_t end, double score, int id) {
  Cut& cut = cuts_[end];
  if (cut.start == Cut::kNowhere || score > static_cast<double>(cut.score)) cut = {start, static_cast<float>(score), id};
}

// Tries all pieces that start here; returns the end of the first character.
size_t Unigram::extend(std::string_view text, size_t start) {
  const float so_far = cuts_[start].score;
  const size_t first = character_end(text, start), last = std::min(text.size(), start + longest_);
  bool alone = false;  // is there a piece of the first character alone?
  uint32_t hash = kNoBytes;
  for (size_t at = start, end = first; end <= last; end = character_end(text, end)) {
    for (; at < end; ++at) hash = add_byte(hash, text[at]);
    const int id = find(text.substr(start, end - start), hash);
    if (id >= 0) {
      reach(start, end, static_cast<double>(pieces_[static_cast<size_t>(id)].score) + static_cast<double>(so_far), id);
      alone |= end == first;
    }
    if (end == text.size()) break;
  }
  if (!alone) reach(start, first, static_cast<double>(unknown_score_ + so_far), unknown_);
  return first;
}

float Unigram::encode(std::string_view text, std::vector<Token>& tokens) {
  tokens.clear();
  cuts_.assign(text.size() + 1, Cut{});
  for (size_t start = 0; start < text.size();) start = extend(text, start);
  for (size_t end = text.size(); end > 0; end = cuts_[end].start) {
    const Cut& cut = cuts_[end];
    if (cut.id == unknown_ && !tokens.empty() && tokens.back().id == unknown_) {
      tokens.back().start = cut.start;
    } else {
      tokens.push_back({cut.start, end, cut.id});
    }
  }
  std::reverse(tokens.begin(), tokens.end());
  return cuts_.back().score;
}

}  // namespace aisle
