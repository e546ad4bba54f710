// Labelled queries from a text file, a line each: `label[|label]<TAB>query`, or with a header line that names the columns `query`
// and `accepted` (an `id` column may name the pool: the letters it starts with; a `locale` column holds BCP 47 tags); or JSON lines
// such as the demo page exports, {"query", "label", "locale"}, where the examples of a category that the pack lacks also have its
// "name" and, if it is in a group that the pack lacks, the "groupName".
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

// A category that a file names.
struct NamedLabel {
  std::string id, name, group_name;
};

// Of JSON lines that have a name, each category once; the first name holds. Bad lines are for read_labelled to tell. Errors: kNotFound.
Result<std::vector<NamedLabel>> read_names(const std::string& path);

// Errors: kNotFound. Bad lines are left out and listed.
Result<LabelledFile> read_labelled(const std::string& path, const TaxonomyView& taxonomy);

}  // namespace aisle

#endif  // AISLE_LEARN_LABELLED_H_
