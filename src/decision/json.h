// A Decision as one line of JSON, the same from the command line and in JavaScript; and what a pack says about itself.
#ifndef AISLE_DECISION_JSON_H_
#define AISLE_DECISION_JSON_H_

#include <string>
#include <string_view>

#include "decision/decide.h"
#include "pack/pack.h"

namespace aisle {

// Appends the object without a line end. `query` is repeated as valid UTF-8 (bad bytes become U+FFFD).
void append_json(std::string_view query, const Decision& decision, const Pack& pack, std::string& out);

// PackFacts of wasm/ts/types.ts.
void append_json(const Pack& pack, std::string& out);

}  // namespace aisle

#endif  // AISLE_DECISION_JSON_H_
