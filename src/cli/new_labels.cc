#include "cli/new_labels.h"

#include <algorithm>

namespace aisle::cli {
namespace {

struct Named {
  std::string_view id, name;
};

Result<Named> parse(const std::string& text, const char* option) {
  const size_t at = text.find('=');
  if (at == 0 || at == text.npos || at + 1 == text.size()) {
    return error(ErrorCode::kInvalidArgument, std::string(option) + " " + text + ": expected ID=NAME, such as \"tools/laser-levels=Laser levels\"");
  }
  return Named{std::string_view(text).substr(0, at), std::string_view(text).substr(at + 1)};
}

bool names(const std::vector<std::string>& options, const std::string& id) {
  return std::any_of(options.begin(), options.end(), [&](const std::string& option) { return option.starts_with(id + "="); });
}

bool has(const TaxonomyView& taxonomy, std::string_view id) {
  const GroupView* group = find_group(taxonomy, group_of(id));
  return group && find_subcategory(*group, id);
}

// What the files name and the taxonomy lacks joins the options, which go before.
Result<void> add_names(const TaxonomyView& taxonomy, NewLabelOptions& options) {
  for (const std::string& path : options.files) {
    const auto labels = read_names(path);
    if (!labels) return tl::unexpected(labels.error());
    for (const NamedLabel& label : *labels) {
      if (has(taxonomy, label.id) || names(options.labels, label.id)) continue;
      options.labels.push_back(label.id + "=" + label.name);
      const std::string group(group_of(label.id));
      if (label.group_name.empty() || find_group(taxonomy, group) || names(options.groups, group)) continue;
      options.groups.push_back(group + "=" + label.group_name);
    }
  }
  return {};
}

}  // namespace

void add_new_label_options(CLI::App& app, NewLabelOptions& options) {
  add_pack_option(app, options.pack);
  app.add_option("files", options.files, "labelled queries, one a line: label, tab, query; or JSON lines, which may name new categories, too");
  app.add_option("--new", options.labels, "a new category, ID=NAME with an id such as tools/laser-levels; may be given again")->allow_extra_args(false);
  app.add_option("--new-group", options.groups, "the name of a group that the pack lacks, ID=NAME; may be given again")->allow_extra_args(false);
  app.add_option("--locale", options.locale, "BCP 47 tag of queries without one of their own");
  app.add_option("-o,--out", options.out, "the pack to write; may be the pack itself")->required();
}

Result<std::vector<NewLabel>> read_labels(const TaxonomyView& taxonomy, NewLabelOptions& options) {
  if (const auto added = add_names(taxonomy, options); !added) return tl::unexpected(added.error());
  std::vector<NewLabel> labels;
  for (const std::string& text : options.labels) {
    const auto label = parse(text, "--new");
    if (!label) return tl::unexpected(label.error());
    labels.push_back({label->id, label->name, {}});
  }
  for (const std::string& text : options.groups) {
    const auto group = parse(text, "--new-group");
    if (!group) return tl::unexpected(group.error());
    size_t used = 0;
    for (NewLabel& label : labels) {
      if (group_of(label.id) != group->id) continue;
      label.group_name = group->name;
      ++used;
    }
    if (!used) return error(ErrorCode::kInvalidArgument, "--new-group " + text + ": no --new is in this group");
  }
  return labels;
}

Result<TaxonomyView> with_new_labels(TaxonomyView taxonomy, std::span<const NewLabel> labels) {
  for (const NewLabel& label : labels) {
    if (const auto sound = check_label(label, taxonomy); !sound) return tl::unexpected(sound.error());
    add_label(label, taxonomy);
  }
  return taxonomy;
}

Result<std::vector<LabelledQuery>> read_queries(const NewLabelOptions& options, const TaxonomyView& taxonomy) {
  std::vector<LabelledQuery> queries;
  for (const std::string& path : options.files) {
    auto file = read_labelled(path, taxonomy);
    if (!file) return tl::unexpected(file.error());
    print_bad_lines(file->bad_lines);
    for (LabelledQuery& query : file->queries) {
      if (query.locale.empty()) query.locale = options.locale;
      queries.push_back(std::move(query));
    }
  }
  return queries;
}

}  // namespace aisle::cli
