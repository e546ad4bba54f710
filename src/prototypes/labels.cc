#include "prototypes/labels.h"

namespace aisle {

LabelPlace place_of(std::string_view id, const TaxonomyView& taxonomy) {
  LabelPlace place{0, 0};
  for (const GroupView& group : taxonomy.groups) {
    for (const SubcategoryView& s : group.subcategories) {
      if (s.id == id) return place;
      ++place.subcategory;
    }
    ++place.group;
  }
  return place;
}

Result<void> check_label(const NewLabel& label, const TaxonomyView& taxonomy) {
  const auto refuse = [&](const std::string& what) { return error(ErrorCode::kInvalidArgument, "category \"" + std::string(label.id) + "\": " + what); };
  const std::string_view id = group_of(label.id);
  if (id.empty() || id.size() + 1 >= label.id.size() || label.id.find('/', id.size() + 1) != label.id.npos) {
    return refuse("its id is not a group's, a slash and a name, such as \"tools/laser-levels\"");
  }
  if (label.name.empty()) return refuse("its name is empty");
  const GroupView* group = find_group(taxonomy, id);
  if (!group) {
    if (label.group_name.empty()) return refuse("there is no group \"" + std::string(id) + "\"; to make one, give it a name");
    return {};
  }
  if (!label.group_name.empty() && label.group_name != group->name) {
    return refuse("the group \"" + std::string(id) + "\" is there already, by the name \"" + std::string(group->name) + "\"");
  }
  if (find_subcategory(*group, label.id)) return refuse("it is there already");
  return {};
}

void add_label(const NewLabel& label, TaxonomyView& taxonomy) {
  const std::string_view id = group_of(label.id);
  const GroupView* found = find_group(taxonomy, id);
  GroupView& group = found ? taxonomy.groups[found - taxonomy.groups.data()] : taxonomy.groups.emplace_back(GroupView{id, label.group_name, {}});
  group.subcategories.push_back({label.id, label.name});
}

}  // namespace aisle
