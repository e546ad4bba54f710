// The normalisation that travels inside a sentencepiece model: compiled string-to-string rules (NFKC and case folding, for one)
// and what happens to spaces.
#ifndef AISLE_TEXT_CHARSMAP_H_
#define AISLE_TEXT_CHARSMAP_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "error.h"
#include "text/model.h"

namespace aisle {

class Charsmap {
 public:
  // The rules' bytes must outlive it. Errors: kBadPack: rules that are cut off. Whatever else they hold, apply() stays within them.
  static Result<Charsmap> create(const NormalizerRules& rules);

  // Overwrites `out` with the text as the pieces see it: leftmost longest rules applied, U+2581 in the place of each space, extra
  // spaces dropped, as far as the model says so. `text` is valid UTF-8.
  void apply(std::string_view text, std::string& out) const;

 private:
  explicit Charsmap(const NormalizerRules& rules) : rules_(rules) {}

  std::string_view take(std::string_view& text) const;
  uint32_t unit(size_t at) const;

  NormalizerRules rules_;
  std::string_view trie_;     // a double array of darts-clone, 32 bits a unit
  std::string_view strings_;  // what its values point into, each ended by a NUL
};

}  // namespace aisle

#endif  // AISLE_TEXT_CHARSMAP_H_
