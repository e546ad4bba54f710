#include "decision/json.h"

#include <algorithm>
#include <cstdint>

#include "pack/checksum.h"
#include "text/utf8.h"

namespace aisle {
namespace {

void append_string(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for_each_character(text, [&](std::string_view character) {
    const auto c = static_cast<unsigned char>(character[0]);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += character;
    } else if (c < 0x20) {
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    } else {
      out += character;
    }
  });
  out += '"';
}

// Six decimals, without printf: float formatting would be a tenth of the wasm engine.
void append_probability(float p, std::string& out) {
  const auto millionths = static_cast<uint32_t>(std::clamp(static_cast<double>(p), 0.0, 1.0) * 1e6 + 0.5);
  out += millionths >= 1000000 ? "1." : "0.";
  for (uint32_t unit = 100000, rest = millionths % 1000000; unit; unit /= 10) out += static_cast<char>('0' + rest / unit % 10);
}

// ,"key":
void append_key(const char* key, std::string& out) {
  out += ",\"";
  out += key;
  out += "\":";
}

// ,"key":"text"
void append_member(const char* key, std::string_view text, std::string& out) {
  append_key(key, out);
  append_string(text, out);
}

// ,"key":0.123456
void append_member(const char* key, float p, std::string& out) {
  append_key(key, out);
  append_probability(p, out);
}

// ,"key":[item,item]
template <class Items, class Function>
void append_array(const char* key, const Items& items, std::string& out, Function append_item) {
  append_key(key, out);
  char before = '[';
  for (const auto& item : items) {
    out += before;
    append_item(item);
    before = ',';
  }
  out += items.empty() ? "[]" : "]";
}

// {"id":"...","name":"..." without the end
template <class Named>
void append_identity(const Named& named, std::string& out) {
  out += "{\"id\":";
  append_string(named.id, out);
  append_member("name", named.name, out);
}

void append_node(const char* key, const std::optional<Node>& node, std::string& out) {
  if (!node) return;
  append_key(key, out);
  append_identity(*node, out);
  append_member("confidence", node->confidence, out);
  out += '}';
}

void append_lists(const Decision& decision, std::string& out) {
  append_array("labels", decision.labels, out, [&](std::string_view id) { append_string(id, out); });
  append_array("alternatives", decision.alternatives, out, [&](const auto& alternative) {
    out += "{\"id\":";
    append_string(alternative.id, out);
    append_member("probability", alternative.probability, out);
    out += '}';
  });
}

void append_group(const GroupView& group, std::string& out) {
  append_identity(group, out);
  append_array("subcategories", group.subcategories, out, [&](const SubcategoryView& subcategory) {
    append_identity(subcategory, out);
    out += '}';
  });
  out += '}';
}

void append_error_rate(const Thresholds& thresholds, std::string& out) {
  out += "{\"errorRate\":";
  append_probability(thresholds.error_rate, out);
  append_member("coverage", thresholds.coverage, out);
  out += ",\"thresholds\":{\"category\":";
  append_probability(thresholds.category, out);
  append_member("group", thresholds.group, out);
  append_member("broad", thresholds.broad, out);
  append_member("none", thresholds.none, out);
  out += "}}";
}

void append_section(const SectionInfo& section, std::string& out) {
  out += "{\"name\":";
  append_string(section.name, out);
  out += ",\"bytes\":" + std::to_string(section.bytes);
  append_member("xxh64", hexadecimal(section.xxh64), out);
  out += '}';
}

}  // namespace

void append_json(std::string_view query, const Decision& decision, const Pack& pack, std::string& out) {
  out += "{\"query\":";
  append_string(query, out);
  out += ",\"outcome\":\"";
  out += name(decision.outcome);
  out += '"';
  append_node("category", decision.category, out);
  append_node("group", decision.group, out);
  append_member("confidence", decision.confidence, out);
  append_member("band", band(decision.confidence), out);
  append_member("shopping", decision.shopping, out);
  append_lists(decision, out);
  append_member("source", name(decision.source), out);
  if (decision.source == Source::kOverride) append_member("rule", decision.rule, out);
  out += ",\"pack\":{\"name\":";
  append_string(pack.name, out);
  out += ",\"version\":";
  append_string(pack.version, out);
  out += ",\"taxonomy\":\"sha256:";
  out += pack.taxonomy.sha256;
  out += "\"}}";
}

void append_json(std::string_view query, std::span<const SimilarQuery> found, std::string& out) {
  out += "{\"query\":";
  append_string(query, out);
  append_array("similar", found, out, [&](const SimilarQuery& similar) {
    out += "{\"query\":";
    append_string(similar.query, out);
    append_member("score", similar.score, out);
    out += '}';
  });
  out += '}';
}

void append_json(const Pack& pack, const TaxonomyView& taxonomy, std::string& out) {
  const auto append_text = [&](std::string_view text) { append_string(text, out); };
  out += "{\"name\":";
  append_string(pack.name, out);
  append_member("version", pack.version, out);
  append_member("licence", pack.licence, out);
  out += ",\"bytes\":" + std::to_string(pack.size());
  append_member("taxonomy", "sha256:" + std::string(pack.taxonomy.sha256), out);
  append_member("prior", pack.rules.prior, out);
  append_member("defaultErrorRate", pack.rules.default_error_rate, out);
  append_array("languages", pack.languages, out, append_text);
  append_array("sources", pack.sources, out, append_text);
  append_array("groups", taxonomy.groups, out, [&](const GroupView& group) { append_group(group, out); });
  const auto append_rate = [&](const Thresholds& thresholds) { append_error_rate(thresholds, out); };
  append_array("errorRates", pack.rules.thresholds, out, append_rate);
  append_array("otherLanguages", pack.rules.other_languages, out, append_rate);
  append_array("sections", pack.sections, out, [&](const SectionInfo& section) { append_section(section, out); });
  out += '}';
}

}  // namespace aisle
