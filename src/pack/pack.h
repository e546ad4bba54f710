// The pack: one file with everything a classifier needs (models/FORMAT.md). This is the only door to its bytes.
//
// Goals: every byte that is used has been checked once, here; afterwards the steps read views without checks.
// Non-goals: writing packs (scripts/train/pack.py does), loading from a path (read_file below is a convenience).
#ifndef AISLE_PACK_PACK_H_
#define AISLE_PACK_PACK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"
#include "pack/aligned_bytes.h"

namespace aisle {

// All views point into the pack's bytes and live as long as the Pack.

enum class TensorType : uint8_t { kInt8, kInt4, kFloat32 };

// Row-major [rows, columns]; scales has one entry a row, none for kFloat32.
struct TensorView {
  TensorType type = TensorType::kFloat32;
  size_t rows = 0, columns = 0;
  std::span<const uint8_t> values;
  std::span<const float> scales;
};

struct LinearView {
  TensorView weight;  // kInt8 [outputs, inputs]
  std::span<const float> bias;
};

struct LayerNormView {
  std::span<const float> gain, bias;
};

struct LayerView {
  LayerNormView norm1, norm2;
  LinearView qkv, out, up, down;
};

struct LocaleVectorView {
  std::string_view tag;
  std::span<const float> vector;
};

struct EncoderView {
  size_t width = 0, heads = 0, hidden = 0;
  bool post_norm = false;  // what a layer adds to is its normalised input
  TensorView pieces, positions;
  std::optional<LinearView> projection;
  std::vector<LayerView> layers;
  LayerNormView final_norm;
  std::vector<LocaleVectorView> locales;
};

struct TokenizerView {
  std::string_view sentencepiece;
  size_t max_code_points = 0, max_tokens = 0;
};

struct HeadView {
  LinearView linear;
  float temperature = 1;
};

struct LocaleTemperature {
  std::string_view tag;
  float temperature = 1;
};

// Log-odds of "none": the bias, and the other weights times what they are named after (models/FORMAT.md).
struct NoneWeights {
  static constexpr float kMost = 1000;  // how large one may be, whatever its sign
  float bias = 0, logit = 1, energy = 0, log_likelihood = 0;
};

struct HeadsView {
  HeadView router;
  std::vector<uint16_t> outcomes;  // of each router component: a group's index, then broad, then none
  std::vector<HeadView> groups;
  std::vector<LocaleTemperature> locales;  // multiplies the heads' temperatures when the query's locale is told
  std::optional<NoneWeights> none;         // absent: P(none) is the router's
};

// Probabilities from which an outcome is stated, for one error rate (all in 0..1).
struct Thresholds {
  float error_rate = 0, category = 1, group = 1, broad = 1, none = 1, coverage = 0;
};

struct DecisionRules {
  std::vector<Thresholds> thresholds;  // by ascending error rate, at least one
  std::vector<Thresholds> other_languages;  // the same rates or none: for queries told a locale of another language than the pack's first
  float default_error_rate = 0;
  float ambiguous = 0, label = 0;
  std::string_view prior;
  float context_bound = 0;  // how much likelier earlier decisions may make a subcategory, 1..1000; 0: the pack states none
};

struct SubcategoryView {
  std::string_view id, name;
};

struct GroupView {
  std::string_view id, name;
  std::vector<SubcategoryView> subcategories;
};

struct TaxonomyView {
  std::string_view version, sha256;
  std::vector<GroupView> groups;
};

// "tools" of "tools/drills", and of "tools".
inline std::string_view group_of(std::string_view id) { return id.substr(0, id.find('/')); }

// nullptr when the taxonomy has no such group.
const GroupView* find_group(const TaxonomyView& taxonomy, std::string_view id);

// nullptr when the group has no such subcategory.
const SubcategoryView* find_subcategory(const GroupView& group, std::string_view id);

struct GoldenQuery {
  std::string_view query, locale;
  std::span<const int32_t> tokens;
  size_t outcome = 0, subcategory = 0;
  std::span<const float> logits;
};

struct GoldenView {
  float tolerance = 0;
  std::vector<GoldenQuery> queries;
};

// Head queries and where they lie, to find those nearest to a query.
struct IndexView {
  LinearView projection;  // [dimensions, width of the encoder]
  TensorView rows;        // kInt8 [head queries, dimensions], each of length 1
  std::vector<std::string_view> queries;  // of each row, not empty
};

// A category made of a few example queries.
struct PrototypeView {
  std::string_view id, name, group_name;  // group_name: of a group that the taxonomy lacks, else empty
  size_t examples = 0;
  std::span<const float> vector;  // [width], their direction from the centre
};

struct PrototypesView {
  static constexpr size_t kWeights = 6;
  std::span<const float> centre;  // [width]
  std::span<const float> weights, apart;  // [kWeights] each (models/FORMAT.md)
  std::vector<PrototypeView> categories;
};

struct SectionInfo {
  std::string name;
  size_t bytes;
  bool required;
  uint64_t xxh64;
};

class Pack {
 public:
  // Takes the bytes over, verifies structure, checksums and meaning. Errors: kBadPack, kUnsupportedPack.
  static Result<std::shared_ptr<const Pack>> open(AlignedBytes bytes);

  std::string_view name, version, licence;
  std::vector<std::string_view> sources, languages;
  TokenizerView tokenizer;
  EncoderView encoder;
  HeadsView heads;
  DecisionRules rules;
  TaxonomyView taxonomy;
  GoldenView golden;
  std::optional<IndexView> index;
  std::string_view override_rules;  // tab-separated text, which is not checked here; empty: none
  std::optional<PrototypesView> prototypes;
  std::vector<SectionInfo> sections;

  size_t size() const { return bytes_.size(); }  // of the file, in bytes
  std::span<const uint8_t> bytes() const { return {bytes_.data(), bytes_.size()}; }

  Pack() = default;
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

 private:
  AlignedBytes bytes_;
};

// Reads a whole file. Errors: kNotFound, naming the path and the system's reason; kOutOfMemory.
Result<AlignedBytes> read_file(const std::string& path);

}  // namespace aisle

#endif  // AISLE_PACK_PACK_H_
