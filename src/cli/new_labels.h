// What the verbs that add categories share: their names and their queries.
#ifndef AISLE_CLI_NEW_LABELS_H_
#define AISLE_CLI_NEW_LABELS_H_

#include <span>
#include <string>
#include <vector>

#include "cli/verbs.h"
#include "learn/labelled.h"

namespace aisle::cli {

struct NewLabelOptions {
  std::string pack, out, locale;
  std::vector<std::string> files, labels, groups;  // labels and groups: ID=NAME
};

void add_new_label_options(CLI::App& app, NewLabelOptions& options);

// The categories that the options name, and those that the files do, which join the options. Views into the options. Errors:
// kInvalidArgument, kNotFound.
Result<std::vector<NewLabel>> read_labels(const TaxonomyView& taxonomy, NewLabelOptions& options);

// `taxonomy` with the labels, each checked. Errors: kInvalidArgument.
Result<TaxonomyView> with_new_labels(TaxonomyView taxonomy, std::span<const NewLabel> labels);

// Of all the files; bad lines are printed. Queries without a locale get the one of the options. Errors: kNotFound.
Result<std::vector<LabelledQuery>> read_queries(const NewLabelOptions& options, const TaxonomyView& taxonomy);

}  // namespace aisle::cli

#endif  // AISLE_CLI_NEW_LABELS_H_
