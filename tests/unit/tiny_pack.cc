#include "tiny_pack.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "pack/checksum.h"

namespace aisle {
namespace {

// The same numbers everywhere and in every pack: a linear congruential generator, -1..1.
uint32_t state;
float next_random() {
  state = state * 1664525u + 1013904223u;
  return static_cast<float>(static_cast<int32_t>(state)) / 2147483648.0f;
}

std::vector<float> random_floats(size_t count, float scale, float offset = 0) {
  std::vector<float> values(count);
  for (float& v : values) v = next_random() * scale + offset;
  return values;
}

std::unique_ptr<format::TensorT> tensor(format::TensorType type, uint32_t rows, uint32_t columns) {
  auto t = std::make_unique<format::TensorT>();
  t->type = type;
  t->rows = rows;
  t->columns = columns;
  if (type == format::TensorType::Float32) {
    const auto values = random_floats(size_t{rows} * columns, 0.1f);
    t->values.resize(values.size() * 4);
    std::memcpy(t->values.data(), values.data(), t->values.size());
    return t;
  }
  t->values.resize(size_t{rows} * columns / (type == format::TensorType::Int4 ? 2 : 1));
  for (uint8_t& v : t->values) v = static_cast<uint8_t>(static_cast<int>(next_random() * 100));
  t->scales = random_floats(rows, 0.002f, 0.01f);
  return t;
}

std::unique_ptr<format::LinearT> linear(uint32_t outputs, uint32_t inputs) {
  auto l = std::make_unique<format::LinearT>();
  l->weight = tensor(format::TensorType::Int8, outputs, inputs);
  l->bias = random_floats(outputs, 0.1f);
  return l;
}

std::unique_ptr<format::LayerNormT> norm() {
  auto n = std::make_unique<format::LayerNormT>();
  n->gain = random_floats(TinyPack::kWidth, 0.1f, 1);
  n->bias = random_floats(TinyPack::kWidth, 0.1f);
  return n;
}

std::vector<uint8_t> read_model() {
  const auto bytes = read_file(AISLE_TEST_DATA "/tiny.model");
  if (!bytes) std::abort();  // the checkout is broken
  return {bytes->data(), bytes->data() + bytes->size()};
}

template <class Table>
format::SectionT section(format::SectionKind kind, const Table& table) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(Table::TableType::Pack(builder, &table));
  format::SectionT part;
  part.kind = kind;
  part.required = true;
  part.data.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  part.xxh64 = xxh64(part.data);
  return part;
}

void add_group(format::TaxonomyT& taxonomy, const std::string& id, const std::vector<std::string>& names) {
  auto group = std::make_unique<format::GroupT>();
  group->id = id;
  group->name = "Group " + id;
  for (const std::string& name : names) {
    auto sub = std::make_unique<format::SubcategoryT>();
    sub->id = id + "/" + name;
    sub->name = "Sub " + name;
    group->subcategories.push_back(std::move(sub));
  }
  taxonomy.groups.push_back(std::move(group));
}

}  // namespace

TinyPack::TinyPack() {
  state = 1;
  root.format_version = 2;
  root.name = "tiny";
  root.version = "1.2.3";
  root.licence = "Apache-2.0";
  root.sources = {"made up"};
  root.languages = {"en-US"};

  tokenizer.sentencepiece = read_model();
  tokenizer.max_code_points = 64;
  tokenizer.max_tokens = kMaxTokens;

  encoder.width = kWidth;
  encoder.heads = kHeads;
  encoder.hidden = kHidden;
  encoder.pieces = tensor(format::TensorType::Int4, 200, kWidth);
  encoder.positions = tensor(format::TensorType::Float32, kMaxTokens, kWidth);
  for (int i = 0; i < 2; ++i) {
    auto layer = std::make_unique<format::LayerT>();
    layer->norm1 = norm();
    layer->qkv = linear(3 * kWidth, kWidth);
    layer->out = linear(kWidth, kWidth);
    layer->norm2 = norm();
    layer->up = linear(kHidden, kWidth);
    layer->down = linear(kWidth, kHidden);
    encoder.layers.push_back(std::move(layer));
  }
  encoder.final_norm = norm();
  auto locale = std::make_unique<format::LocaleVectorT>();
  locale->tag = "en-GB";
  locale->vector = random_floats(kWidth, 0.5f);
  encoder.locales.push_back(std::move(locale));

  heads.router = std::make_unique<format::RouterT>();
  heads.router->linear = linear(5, kWidth);
  heads.router->outcomes = {0, 1, 1, 2, 3};  // two components lead to the second group
  for (const uint32_t count : {2u, 3u}) {
    auto head = std::make_unique<format::GroupHeadT>();
    head->linear = linear(count, kWidth);
    heads.groups.push_back(std::move(head));
  }

  auto thresholds = std::make_unique<format::ThresholdsT>();
  thresholds->error_rate = 0.05f;
  thresholds->category = 0.6f;
  thresholds->group = thresholds->broad = thresholds->none = 0.5f;
  thresholds->coverage = 0.7f;
  rules.thresholds.push_back(std::move(thresholds));
  rules.default_error_rate = 0.05f;
  rules.ambiguous = 0.2f;
  rules.label = 0.25f;
  rules.prior = "made up";
  rules.context_bound = 16;

  add_group(taxonomy, "fruit", {"apple", "pear"});
  add_group(taxonomy, "tools", {"hammer", "saw", "drill"});
  taxonomy.version = "1";
  taxonomy.sha256 = std::string(64, '0');

  golden.tolerance = 0.1f;
  auto query = std::make_unique<format::GoldenQueryT>();
  query->query = "hammer";
  query->tokens = {5};
  query->logits = {0, 0, 0, 0, 0};
  golden.queries.push_back(std::move(query));
}

std::vector<format::SectionT> TinyPack::sections() const {
  using Kind = format::SectionKind;
  std::vector<format::SectionT> parts = {section(Kind::Tokenizer, tokenizer), section(Kind::Encoder, encoder),   section(Kind::Heads, heads),
                                         section(Kind::Decision, rules),      section(Kind::Taxonomy, taxonomy), section(Kind::Golden, golden)};
  if (!override_rules.empty()) {
    format::OverridesT overrides;
    overrides.tsv = override_rules;
    parts.push_back(section(Kind::Overrides, overrides));
    parts.back().required = false;
  }
  if (index.rows) {
    parts.push_back(section(Kind::Index, index));
    parts.back().required = false;
  }
  if (!prototypes.centre.empty()) {
    parts.push_back(section(Kind::Prototypes, prototypes));
    parts.back().required = false;
  }
  return parts;
}

void TinyPack::add_index() {
  index.projection = linear(kDimensions, kWidth);
  index.rows = tensor(format::TensorType::Int8, 3, kDimensions);
  index.queries = "apple\nsaw\nHand drill\n";
}

void TinyPack::add_prototypes() {
  prototypes.centre = std::vector<float>(kWidth, 0.01f);
  prototypes.weights = {20, 0, -1, -0.5f, 0.5f, -16};
  prototypes.apart = {20, 0, -1, -0.5f, 0, -16};
}

AlignedBytes TinyPack::build(std::vector<format::SectionT> parts) const {
  format::PackFileT whole = root;
  for (format::SectionT& part : parts) whole.sections.push_back(std::make_unique<format::SectionT>(std::move(part)));
  flatbuffers::FlatBufferBuilder builder;
  format::FinishPackFileBuffer(builder, format::PackFile::Pack(builder, &whole));
  return to_bytes({builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()});
}

void TinyPack::fill_golden(const std::vector<std::string>& queries) {
  auto classifier = Classifier::open(build());
  if (!classifier) std::abort();
  const auto best = [](const std::vector<float>& p) { return static_cast<uint16_t>(std::max_element(p.begin(), p.end()) - p.begin()); };
  golden.queries.clear();
  for (const std::string& text : queries) {
    auto query = std::make_unique<format::GoldenQueryT>();
    query->query = text;
    query->tokens = classifier->tokenize(text);
    query->logits = classifier->logits(text, "").router;
    Decision decision;
    if (!classifier->classify(text, {}, decision)) std::abort();
    query->outcome = best(classifier->probabilities().outcomes);
    query->subcategory = best(classifier->probabilities().subcategories);
    golden.queries.push_back(std::move(query));
  }
}

AlignedBytes to_bytes(const std::vector<uint8_t>& data) {
  AlignedBytes bytes(data.size());
  std::copy(data.begin(), data.end(), bytes.data());
  return bytes;
}

std::string refusal(AlignedBytes bytes) {
  auto classifier = Classifier::open(std::move(bytes));
  return classifier ? "" : classifier.error().message;
}

}  // namespace aisle
