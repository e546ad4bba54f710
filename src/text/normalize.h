// What happens to a query before sentencepiece sees it. Sentencepiece's own rules (NFKC, case folding, whitespace)
// travel inside the pack's model and are applied by the tokenizer; this step only makes any bytes safe for them.
#ifndef AISLE_TEXT_NORMALIZE_H_
#define AISLE_TEXT_NORMALIZE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace aisle {

// Cuts after `max_code_points`, turns each maximal invalid UTF-8 subsequence into U+FFFD (as web decoders do) and
// each control character into a space, joins runs of spaces and trims. `out` is overwritten; its memory is reused.
void normalize(std::string_view query, size_t max_code_points, std::string& out);

}  // namespace aisle

#endif  // AISLE_TEXT_NORMALIZE_H_
