#include "decision/json.h"

#include <algorithm>
#include <cstdint>

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

void append_node(const char* key, const std::optional<Node>& node, std::string& out) {
  if (!node) return;
  out += ",\"";
  out += key;
  out += "\":{\"id\":";
  append_string(node->id, out);
  out += ",\"name\":";
  append_string(node->name, out);
  out += ",\"confidence\":";
  append_probability(node->confidence, out);
  out += '}';
}

void append_lists(const Decision& decision, std::string& out) {
  out += ",\"labels\":[";
  for (size_t i = 0; i < decision.labels.size(); ++i) {
    if (i) out += ',';
    append_string(decision.labels[i], out);
  }
  out += "],\"alternatives\":[";
  for (size_t i = 0; i < decision.alternatives.size(); ++i) {
    out += i ? ",{\"id\":" : "{\"id\":";
    append_string(decision.alternatives[i].id, out);
    out += ",\"probability\":";
    append_probability(decision.alternatives[i].probability, out);
    out += '}';
  }
  out += ']';
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
  out += ",\"confidence\":";
  append_probability(decision.confidence, out);
  out += ",\"band\":\"";
  out += band(decision.confidence);
  out += "\",\"shopping\":";
  append_probability(decision.shopping, out);
  append_lists(decision, out);
  out += ",\"source\":\"model\",\"pack\":{\"name\":";
  append_string(pack.name, out);
  out += ",\"version\":";
  append_string(pack.version, out);
  out += ",\"taxonomy\":\"sha256:";
  out += pack.taxonomy.sha256;
  out += "\"}}";
}

}  // namespace aisle
