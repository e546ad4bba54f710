// The most probable cut of a text into pieces (Kudo 2018, arXiv:1804.10959), with the choices of sentencepiece where scores tie.
#ifndef AISLE_TEXT_UNIGRAM_H_
#define AISLE_TEXT_UNIGRAM_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "error.h"
#include "text/model.h"

namespace aisle {

class Unigram {
 public:
  struct Token {
    size_t start, end;  // bytes of the text
    int id;
  };

  // What the pieces point to must outlive it. Errors: kBadPack: a piece that is there twice, none at all, or not exactly one that
  // stands for what is unknown.
  static Result<Unigram> create(std::vector<Piece> pieces);

  // Overwrites `tokens`, which together cover `text`, valid UTF-8. Characters that no piece covers become the unknown piece, those
  // side by side one. Returns the log-likelihood of the cut: the sum of the pieces' scores, an unknown character's being 10 below the
  // least. Not thread-safe; allocates only for longer texts than before.
  float encode(std::string_view text, std::vector<Token>& tokens);

  // The id of a normal piece, or -1.
  int find(std::string_view text) const;

  size_t size() const { return pieces_.size(); }
  int unknown() const { return unknown_; }

 private:
  // The best way to cut the text up to a byte: its score, and the last piece of it.
  struct Cut {
    static constexpr size_t kNowhere = SIZE_MAX;
    size_t start = kNowhere;
    float score = 0;
    int id = 0;
  };

  explicit Unigram(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  uint32_t slot(uint32_t hash) const { return hash * 0x9E3779B1u >> shift_; }
  bool insert(int id);
  int find(std::string_view text, uint32_t hash) const;
  void reach(size_t start, size_t end, double score, int id);
  size_t extend(std::string_view text, size_t start);

  std::vector<Piece> pieces_;
  std::vector<uint32_t> slots_;  // hash table of ids + 1 by the text of the normal pieces, at most half full; 0: free
  unsigned shift_ = 32;
  int unknown_ = -1;
  float unknown_score_ = 0;
  size_t longest_ = 0;  // bytes of a normal piece
  std::vector<Cut> cuts_;
};

}  // namespace aisle

#endif  // AISLE_TEXT_UNIGRAM_H_
