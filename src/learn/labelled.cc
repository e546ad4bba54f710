#include "learn/labelled.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace aisle {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (size_t start = 0;;) {
    const size_t end = text.find(at, start);
    parts.push_back(text.substr(start, end - start));
    if (end == text.npos) return parts;
    start = end + 1;
  }
}

struct Target {
  std::optional<size_t> subcategory;
  size_t outcome;
};

std::map<std::string, Target, std::less<>> targets_of(const TaxonomyView& taxonomy) {
  std::map<std::string, Target, std::less<>> targets;
  size_t subcategory = 0;
  for (size_t g = 0; g < taxonomy.groups.size(); ++g) {
    targets["group:" + std::string(taxonomy.groups[g].id)] = {std::nullopt, g};
    for (const SubcategoryView& s : taxonomy.groups[g].subcategories) targets[std::string(s.id)] = {subcategory++, g};
  }
  targets["broad"] = {std::nullopt, taxonomy.groups.size()};
  targets["none"] = {std::nullopt, taxonomy.groups.size() + 1};
  return targets;
}

struct Columns {
  size_t labels = 0, query = 1, count = 2;
  std::optional<size_t> id, locale;
};

std::optional<Columns> header(const std::vector<std::string_view>& cells) {
  const auto find = [&](std::string_view name) { return static_cast<size_t>(std::find(cells.begin(), cells.end(), name) - cells.begin()); };
  const auto optional = [&](std::string_view name) { return find(name) < cells.size() ? std::optional(find(name)) : std::nullopt; };
  const Columns columns{find("accepted"), find("query"), cells.size(), optional("id"), optional("locale")};
  if (columns.labels == cells.size() || columns.query == cells.size()) return std::nullopt;
  return columns;
}

// A line of either form, as it stands there.
struct Line {
  std::string query, labels, locale, id, name, group_name;
};

using Problem = std::optional<std::string>;

Problem read_cells(const std::vector<std::string_view>& cells, const Columns& columns, Line& line) {
  if (cells.size() != columns.count) {
    return std::to_string(cells.size()) + " columns, expected " + std::to_string(columns.count) + (columns.count == 2 ? " (label, query)" : "");
  }
  line.query = cells[columns.query];
  line.labels = cells[columns.labels];
  if (columns.locale) line.locale = cells[*columns.locale];
  if (columns.id) line.id = cells[*columns.id];
  return std::nullopt;
}

Problem read_json(std::string_view text, Line& line) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return "it is not a JSON object";
  const std::pair<const char*, std::string*> members[] = {{"query", &line.query}, {"label", &line.labels}, {"locale", &line.locale},
                                                          {"name", &line.name},   {"groupName", &line.group_name}};
  for (const auto& [name, to] : members) {
    const auto found = json.find(name);
    if (found == json.end()) continue;
    if (!found->is_string()) return std::string("its \"") + name + "\" is not a text";
    *to = found->get<std::string>();
  }
  if (line.query.empty() || line.labels.empty()) return std::string("it has no \"") + (line.query.empty() ? "query" : "label") + '"';
  return std::nullopt;
}

// Calls take("file:line: ", line, what is wrong with it) for every line that is not empty.
template <class Take>
Result<void> each_line(const std::string& path, Take take) {
  const auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  Columns columns;
  size_t number = 0;
  for (std::string_view text : split({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, '\n')) {
    ++number;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) continue;
    Line line;
    Problem problem;
    if (text.starts_with('{')) {
      problem = read_json(text, line);
    } else {
      const auto cells = split(text, '\t');
      const auto named = number == 1 ? header(cells) : std::nullopt;
      if (named) {
        columns = *named;
        continue;
      }
      problem = read_cells(cells, columns, line);
    }
    take(path + ":" + std::to_string(number) + ": ", std::move(line), problem);
  }
  return {};
}

// Puts the labels into the query.
Problem accept(const std::map<std::string, Target, std::less<>>& targets, LabelledQuery& query) {
  for (const std::string_view label : split(query.labels, '|')) {
    const auto target = targets.find(label);
    if (target == targets.end()) return "no label \"" + std::string(label.empty() ? "(empty)" : label) + "\" in the pack's taxonomy";
    if (target->second.subcategory) query.subcategories.push_back(*target->second.subcategory);
    if (!holds(query.outcomes, target->second.outcome)) query.outcomes.push_back(target->second.outcome);
  }
  return std::nullopt;
}

}  // namespace

bool holds(const std::vector<size_t>& accepted, size_t item) { return std::find(accepted.begin(), accepted.end(), item) != accepted.end(); }

Result<LabelledFile> read_labelled(const std::string& path, const TaxonomyView& taxonomy) {
  const auto targets = targets_of(taxonomy);
  LabelledFile file;
  const auto read = each_line(path, [&](const std::string& place, Line&& line, Problem problem) {
    const std::string pool = line.id.substr(0, line.id.find_first_of("0123456789"));
    LabelledQuery query{std::move(line.query), pool, std::move(line.locale), {}, {}, std::move(line.labels)};
    if (!problem) problem = accept(targets, query);
    if (problem) file.bad_lines.push_back(place + *problem);
    else file.queries.push_back(std::move(query));
  });
  if (!read) return tl::unexpected(read.error());
  return file;
}

Result<std::vector<NamedLabel>> read_names(const std::string& path) {
  std::vector<NamedLabel> labels;
  const auto read = each_line(path, [&](const std::string&, Line&& line, const Problem& problem) {
    const auto same = [&](const NamedLabel& label) { return label.id == line.labels; };
    if (problem || line.name.empty() || std::any_of(labels.begin(), labels.end(), same)) return;
    labels.push_back({std::move(line.labels), std::move(line.name), std::move(line.group_name)});
  });
  if (!read) return tl::unexpected(read.error());
  return labels;
}

}  // namespace aisle
