// A Decision, or what is similar to a query, as one line of JSON, the same from the command line and in JavaScript; and what a pack says
// about itself.
#ifndef AISLE_DECISION_JSON_H_
#define AISLE_DECISION_JSON_H_

#include <span>
#include <string>
#include <string_view>

#include "decision/decide.h"
#include "pack/pack.h"
#include "similar/similar.h"

namespace aisle {

// Appends the object without a line end. `query` is repeated as valid UTF-8 (bad bytes become U+FFFD).
void append_json(std::string_view query, const Decision& decision, const Pack& pack, std::string& out);

// {"query":"...","similar":[{"query":"...","score":0.9},...]}
void append_json(std::string_view query, std::span<const SimilarQuery> found, std::string& out);

// PackFacts of wasm/ts/types.ts; `taxonomy`: the classifier's, with its new categories.
void append_json(const Pack& pack, const TaxonomyView& taxonomy, std::string& out);

}  // namespace aisle

#endif  // AISLE_DECISION_JSON_H_
