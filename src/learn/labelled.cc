#include "learn/labelled.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

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

}  // namespace

bool holds(const std::vector<size_t>& accepted, size_t item) { return std::find(accepted.begin(), accepted.end(), item) != accepted.end(); }

Result<LabelledFile> read_labelled(const std::string& path, const TaxonomyView& taxonomy) {
  const auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto targets = targets_of(taxonomy);
  LabelledFile file;
  Columns columns;
  size_t number = 0;
  for (std::string_view line : split({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto bad = [&](const std::string& what) { file.bad_lines.push_back(path + ":" + std::to_string(number) + ": " + what); };
    const auto cells = split(line, '\t');
    if (number == 1) {
      if (const auto named = header(cells)) {
        columns = *named;
        continue;
      }
    }
    if (cells.size() != columns.count) {
      bad(std::to_string(cells.size()) + " columns, expected " + std::to_string(columns.count) + (columns.count == 2 ? " (label, query)" : ""));
      continue;
    }
    LabelledQuery row{std::string(cells[columns.query]), "", std::string(columns.locale ? cells[*columns.locale] : ""), {}, {}, std::string(cells[columns.labels])};
    if (columns.id) {
      const std::string_view id = cells[*columns.id];
      row.pool = id.substr(0, std::min(id.find_first_of("0123456789"), id.size()));
    }
    std::string_view unknown;
    for (const std::string_view label : split(cells[columns.labels], '|')) {
      const auto target = targets.find(label);
      if (target == targets.end()) {
        unknown = label.empty() ? "(empty)" : label;
        break;
      }
      if (target->second.subcategory) row.subcategories.push_back(*target->second.subcategory);
      if (std::find(row.outcomes.begin(), row.outcomes.end(), target->second.outcome) == row.outcomes.end()) row.outcomes.push_back(target->second.outcome);
    }
    if (unknown.empty()) file.queries.push_back(std::move(row));
    else bad("no label \"" + std::string(unknown) + "\" in the pack's taxonomy");
  }
  return file;
}

}  // namespace aisle
