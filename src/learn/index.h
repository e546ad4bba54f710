// Makes an index of a store's head queries, for Classifier::similar().
//
// Each query's embedding is projected to its principal components (Pearson 1901), scaled to length 1 and rounded row by row. How many
// dimensions and steps are enough: models/storefront/SIMILAR.md.
#ifndef AISLE_LEARN_INDEX_H_
#define AISLE_LEARN_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier.h"

namespace aisle {

struct HeadQueries {
  std::vector<std::string> queries;    // normalised, in the order of the file; of several that fold to the same the first
  std::vector<float> embeddings;       // [queries, width of the encoder]
  std::vector<std::string> bad_lines;  // "file:line: what is wrong"
  size_t doubles = 0;                  // lines left out because an earlier one folds to the same
};

// One query a line, the most frequent first; empty lines count for nothing. `locale`: canonical tag or empty. Errors: kNotFound.
Result<HeadQueries> read_head_queries(const std::string& path, Classifier& classifier, std::string_view locale);

class QueryIndexData {
 public:
  // `heads` holds at least one query.
  explicit QueryIndexData(HeadQueries heads);

  // Lives as long as this.
  IndexView view() const;

 private:
  // Rows of integers with a scale each.
  struct Rows {
    size_t columns = 0;
    std::vector<int8_t> values;
    std::vector<float> scales;
    TensorView view() const;
  };

  std::vector<std::string> queries_;
  Rows projection_, rows_;
  std::vector<float> bias_;
};

}  // namespace aisle

#endif  // AISLE_LEARN_INDEX_H_
