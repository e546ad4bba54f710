// Labelled queries from a TSV file: `label[|label]<TAB>query`, or with a header line that names the columns `query`
// and `accepted` (an `id` column may name the pool: the letters it starts with; a `locale` column holds BCP 47 tags).
#ifndef AISLE_LEARN_LABELLED_H_
#define AISLE_LEARN_LABELLED_H_

#include <string>
#include <vector>

#include "error.h"
#include "pack/pack.h"

namespace aisle {

struct LabelledQuery {
  std::string query, pool, locale;
  std::vector<size_t> subcategories;  // accepted, counted through the taxonomy's groups
  std::vector<size_t> outcomes;       // accepted router outcomes: groups (those of the subcategories too), broad, none
  std::string labels{};               // as the file has them, joined by a bar
};

// Is the subcategory or outcome among the accepted ones?
bool holds(const std::vector<size_t>& accepted, size_t item);

struct LabelledFile {
  std::vector<LabelledQuery> queries;
  std::vector<std::string> bad_lines;  // "file:line: what is wrong"
};

// Errors: kNotFound. Bad lines are left out and listed.
Result<LabelledFile> read_labelled(const std::string& path, const TaxonomyView& taxonomy);

}  // namespace aisle

#endif  // AISLE_LEARN_LABELLED_H_
