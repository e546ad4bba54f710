// Heads for new categories, fitted on labelled queries: one more component of the router and one more row of the group's head each, over
// the embeddings of the encoder as it is. Whatever the pack's heads knew stays.
#ifndef AISLE_LEARN_FIT_H_
#define AISLE_LEARN_FIT_H_

#include <span>
#include <string>
#include <vector>

#include "classifier.h"
#include "learn/labelled.h"

namespace aisle {

struct FitOptions {
  float share = 0.02f;  // of all queries: how frequent each new category is taken to be
  std::string version;  // of the new pack
};

struct FittedPack {
  AlignedBytes bytes;
  size_t golden = 0, golden_before = 0;  // golden queries whose best class has stayed; those whose has not are left out
};

constexpr size_t kLeastLines = 5, kLeastOthers = 100;  // of each new category, of all other labels together

// `labels`: sound for the pack's own taxonomy (check_label). `queries`: read with the taxonomy that
// add_label makes of these; those of other labels tell what a new category is not. Errors: kInvalidArgument (too few queries).
Result<FittedPack> fit_labels(Classifier& classifier, std::span<const NewLabel> labels, std::span<const LabelledQuery> queries,
                              const FitOptions& options);

}  // namespace aisle

#endif  // AISLE_LEARN_FIT_H_
