// Names of subcategories that a taxonomy lacks, and a taxonomy with them.
#ifndef AISLE_PROTOTYPES_LABELS_H_
#define AISLE_PROTOTYPES_LABELS_H_

#include <string_view>

#include "error.h"
#include "pack/pack.h"

namespace aisle {

// The views are the caller's.
struct NewLabel {
  std::string_view id;          // "group/name"
  std::string_view name;
  std::string_view group_name;  // of a group that the taxonomy lacks; empty for one that is there
};

// Where an id stands: its group, and its place among all subcategories, group after group.
struct LabelPlace {
  size_t group, subcategory;
};

// `id` must be there.
LabelPlace place_of(std::string_view id, const TaxonomyView& taxonomy);

// Whether it can be added. Errors: kInvalidArgument.
Result<void> check_label(const NewLabel& label, const TaxonomyView& taxonomy);

// Puts it at the end of its group; a new group becomes the last one. `label` must be sound.
void add_label(const NewLabel& label, TaxonomyView& taxonomy);

}  // namespace aisle

#endif  // AISLE_PROTOTYPES_LABELS_H_
