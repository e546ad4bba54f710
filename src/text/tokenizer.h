// Query text -> token ids, by the sentencepiece model inside the pack (Kudo & Richardson 2018, arXiv:1808.06226).
//
// Goals: the ids of sentencepiece 0.1.97, which tests compare with; ready as soon as the model has been read once; no
// allocation a query. Non-goals: kinds of model that no pack uses (model.h says what is refused), decoding, sampling.
#ifndef AISLE_TEXT_TOKENIZER_H_
#define AISLE_TEXT_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace aisle {

class Tokenizer {
 public:
  // `model` is a serialized sentencepiece ModelProto and must outlive the tokenizer. Errors: kBadPack.
  static Result<Tokenizer> create(std::string_view model);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  // Overwrites `ids` with at most `max_tokens` ids, each in 0..size()-1; an empty text gives none. `text` is valid UTF-8.
  // Returns the log-likelihood of the pieces, those beyond `max_tokens` too, a byte of the text as they see it, a space being one; 0 of
  // an empty text. A byte, since a character of Chinese says as much as three of English.
  // Not thread-safe: one object a thread.
  float encode(std::string_view text, size_t max_tokens, std::vector<int>& ids);

  // The pieces as text, for display and parity tests; their join, with U+2581 as the space, is the normalised query.
  std::vector<std::string> pieces(std::string_view text);

  // The text as the pieces see it, with its spaces plain; valid until the next call.
  std::string_view fold(std::string_view text);

  size_t size() const;

  // Does the id stand for text of the query: not the unknown piece, nor a space alone?
  bool carries_text(int id) const;

 private:
  struct Model;
  explicit Tokenizer(std::unique_ptr<Model> model);
  std::unique_ptr<Model> model_;
};

}  // namespace aisle

#endif  // AISLE_TEXT_TOKENIZER_H_
