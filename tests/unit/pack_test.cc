#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "pack/checksum.h"
#include "pack/write.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::HasSubstr;

std::vector<uint8_t> tiny_bytes() {
  const AlignedBytes bytes = TinyPack().build();
  return {bytes.data(), bytes.data() + bytes.size()};
}

TEST(Pack, OpensAndTellsWhatItHolds) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_EQ((*pack)->name, "tiny");
  EXPECT_EQ((*pack)->version, "1.2.3");
  EXPECT_EQ((*pack)->taxonomy.groups[1].subcategories[2].id, "tools/drill");
  EXPECT_EQ((*pack)->encoder.layers.size(), 2u);
  EXPECT_EQ((*pack)->sections.size(), 6u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>((*pack)->encoder.pieces.values.data()) % 64, 0u);
}

TEST(Pack, RefusesEveryTruncation) {
  const auto whole = tiny_bytes();
  for (size_t size = 0; size < whole.size(); size += size < 512 ? 1 : 97) {
    const std::string why = refusal(to_bytes({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}));
    ASSERT_NE(why, "") << "cut to " << size << " bytes";
  }
}

// Within a section every flipped bit is found by its hash.
TEST(Pack, RefusesEveryFlippedBitOfASection) {
  const auto whole = tiny_bytes();
  for (const auto* section : *format::GetPackFile(whole.data())->sections()) {
    const size_t start = static_cast<size_t>(section->data()->Data() - whole.data());
    for (size_t at = start; at < start + section->data()->size(); at += 101) {
      auto damaged = whole;
      damaged[at] ^= static_cast<uint8_t>(1 << at % 8);
      ASSERT_NE(refusal(to_bytes(damaged)), "") << "byte " << at;
    }
  }
}

// Outside of them (the outer tables, padding, the pack's name) a flipped bit may do no harm, but nothing may crash, and what
// opens must still classify.
TEST(Pack, SurvivesFlippedBytesOfTheOuterTables) {
  const auto whole = tiny_bytes();
  size_t refused = 0;
  for (size_t at = 0; at < 2048; ++at) {
    for (const uint8_t mask : {0x01, 0x80, 0xFF}) {
      auto damaged = whole;
      damaged[at] ^= mask;
      auto classifier = Classifier::open(to_bytes(damaged));
      refused += !classifier;
      Decision decision;
      if (classifier) {
        ASSERT_TRUE(classifier->classify("cordless drill", {}, decision));
      }
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(Pack, NamesTheDamagedSection) {
  TinyPack tiny;
  auto sections = tiny.sections();
  sections[1].data[sections[1].data.size() / 2] ^= 0x10;
  const std::string why = refusal(tiny.build(std::move(sections)));
  EXPECT_THAT(why, HasSubstr("section 1 (encoder) is damaged: its XXH64 is"));
}

TEST(Pack, RefusesForeignFiles) {
  EXPECT_THAT(refusal(to_bytes({})), HasSubstr("only 0 bytes"));
  const std::string png = "\x89PNG\r\n\x1a\n0000000000000000000";
  EXPECT_THAT(refusal(to_bytes({png.begin(), png.end()})), HasSubstr("not \"AISL\""));
}

TEST(Pack, RefusesAnotherFormatVersion) {
  TinyPack tiny;
  tiny.root.format_version = 4;
  const auto pack = Pack::open(tiny.build());
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().code, ErrorCode::kUnsupportedPack);
  EXPECT_THAT(pack.error().message, HasSubstr("format version 4, this engine reads versions 2 to 3"));
}

format::SectionT foreign_section(bool required) {
  format::SectionT part;
  part.kind = static_cast<format::SectionKind>(77);
  part.required = required;
  part.data = {1, 2, 3};
  part.xxh64 = xxh64(part.data);
  return part;
}

TEST(Pack, SkipsUnknownSectionsUnlessRequired) {
  TinyPack tiny;
  auto sections = tiny.sections();
  sections.push_back(foreign_section(false));
  EXPECT_EQ(refusal(tiny.build(sections)), "");
  sections.back() = foreign_section(true);
  EXPECT_THAT(refusal(tiny.build(sections)), HasSubstr("section 6 (unknown-77) is required but unknown"));
}

TEST(Pack, NeedsEachSectionOnce) {
  TinyPack tiny;
  const char* names[] = {"tokenizer", "encoder", "heads", "decision", "taxonomy", "golden"};
  for (size_t i = 0; i < 6; ++i) {
    auto sections = tiny.sections();
    sections.erase(sections.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("lacks its " + std::string(names[i]) + " section"));
  }
  auto sections = tiny.sections();
  sections.push_back(sections[4]);
  EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("is there twice"));
}

TEST(Pack, RefusesSectionsThatAreNoFlatBuffers) {
  TinyPack tiny;
  for (size_t i = 0; i < 6; ++i) {
    auto sections = tiny.sections();
    std::fill(sections[i].data.begin(), sections[i].data.end(), uint8_t{0xEE});
    sections[i].xxh64 = xxh64(sections[i].data);
    EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("its structure is damaged"));
  }
}

TEST(Pack, MayHoldAnIndex) {
  TinyPack tiny;
  EXPECT_FALSE((*Pack::open(tiny.build()))->index);
  tiny.add_index();
  const auto pack = Pack::open(tiny.build());
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_THAT((*pack)->index->queries, testing::ElementsAre("apple", "saw", "Hand drill"));
  auto sections = tiny.sections();
  sections.push_back(sections.back());
  EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("section 7 (index) is there twice"));
  sections = tiny.sections();
  std::fill(sections.back().data.begin(), sections.back().data.end(), uint8_t{0xEE});
  sections.back().xxh64 = xxh64(sections.back().data);
  EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("section 6 (index): its structure is damaged"));
}

constexpr const char* kRules = "id\tmatch\ttext\tdecision\nnew\texact\tsaw\tfruit/pear\n";

std::string rule_for_saw(AlignedBytes bytes) {
  auto classifier = Classifier::open(std::move(bytes));
  if (!classifier) return classifier.error().message;
  Decision decision;
  if (!classifier->classify("saw", {}, decision)) std::abort();
  return std::string(decision.rule);
}

TEST(Pack, HoldsOverrideRules) {
  TinyPack tiny;
  EXPECT_EQ(rule_for_saw(tiny.build()), "");
  tiny.override_rules = kRules;
  EXPECT_EQ(rule_for_saw(tiny.build()), "new");
  tiny.override_rules = "id\tmatch\ttext\tdecision\nnew\texact\tsaw\tfruit/plum\n";
  EXPECT_THAT(rule_for_saw(tiny.build()), HasSubstr("the overrides section: line 2: rule \"new\": no label \"fruit/plum\""));
  auto sections = tiny.sections();
  sections.push_back(sections.back());
  EXPECT_THAT(refusal(tiny.build(std::move(sections))), HasSubstr("section 7 (overrides) is there twice"));
}

TEST(Pack, TakesOtherOverrideRules) {
  TinyPack tiny;
  tiny.override_rules = "id\tmatch\ttext\tdecision\nold\tprefix\tsaw\tnone\t\n";
  const AlignedBytes plain = TinyPack().build(), ruled = tiny.build();
  for (const AlignedBytes* pack : {&plain, &ruled}) {
    const auto made = [&] { return *with_overrides({pack->data(), pack->size()}, kRules); };
    EXPECT_EQ(rule_for_saw(made()), "new");
    const auto opened = Pack::open(made());
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->sections.size(), 7u);
    EXPECT_EQ((*opened)->encoder.layers.size(), 2u);
  }
}

struct Wrong {
  const char* name;
  const char* message;
  std::function<void(TinyPack&)> change;
};

class WrongMeaning : public testing::TestWithParam<Wrong> {};

TEST_P(WrongMeaning, IsRefusedWithAMessage) {
  TinyPack tiny;
  tiny.add_index();
  GetParam().change(tiny);
  EXPECT_THAT(refusal(tiny.build()), HasSubstr(GetParam().message));
}

void add_prototype(TinyPack& t, const std::string& id, const std::string& group_name) {
  t.add_prototypes();
  auto category = std::make_unique<format::NewCategoryT>();
  category->id = id;
  category->name = "New";
  category->group_name = group_name;
  category->examples = 3;
  category->vector = std::vector<float>(TinyPack::kWidth, 0.25f);
  t.prototypes.categories.push_back(std::move(category));
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

INSTANTIATE_TEST_SUITE_P(
    Pack, WrongMeaning,
    testing::Values(
        Wrong{"NoName", "no name", [](TinyPack& t) { t.root.name.clear(); }},
        Wrong{"NoTokenizerModel", "no sentencepiece model", [](TinyPack& t) { t.tokenizer.sentencepiece.clear(); }},
        Wrong{"BadTokenizerModel", "does not load", [](TinyPack& t) { t.tokenizer.sentencepiece = {9, 9, 9, 9, 9}; }},
        Wrong{"NoTokens", "max_tokens is 0", [](TinyPack& t) { t.tokenizer.max_tokens = 0; }},
        Wrong{"NoCharacters", "max_code_points is 0", [](TinyPack& t) { t.tokenizer.max_code_points = 0; }},
        Wrong{"HeadsDoNotDivideWidth", "do not make an encoder", [](TinyPack& t) { t.encoder.heads = 3; }},
        Wrong{"HugeWidth", "do not make an encoder", [](TinyPack& t) { t.encoder.width = 1u << 31; }},
        Wrong{"PieceTableTooShort", "holds 1599 bytes, not 1600", [](TinyPack& t) { t.encoder.pieces->values.pop_back(); }},
        Wrong{"PieceTableAnotherSize", "the tokenizer has 200 pieces",
              [](TinyPack& t) {
                t.encoder.pieces->rows = 199;
                t.encoder.pieces->values.resize(199 * 8);
                t.encoder.pieces->scales.pop_back();
              }},
        Wrong{"OddInt4", "even number of columns", [](TinyPack& t) { t.encoder.pieces->columns = 15; }},
        Wrong{"UnknownTensorType", "unknown type 9", [](TinyPack& t) { t.encoder.pieces->type = static_cast<format::TensorType>(9); }},
        Wrong{"ScaleNotFinite", "not a normal positive number", [](TinyPack& t) { t.encoder.pieces->scales[7] = kNan; }},
        Wrong{"ScaleNegative", "not a normal positive number", [](TinyPack& t) { t.encoder.layers[1]->up->weight->scales[0] = -1; }},
        Wrong{"ScaleMissing", "scales, not one a row", [](TinyPack& t) { t.encoder.pieces->scales.pop_back(); }},
        Wrong{"ShapeOverflow", "empty or too large",
              [](TinyPack& t) { t.encoder.pieces->rows = t.encoder.pieces->columns = 0xFFFFFFFEu; }},
        Wrong{"WrongShape", "layers[0].up.weight is [16, 32], not [32, 16]", [](TinyPack& t) { std::swap(t.encoder.layers[0]->up, t.encoder.layers[0]->down); }},
        Wrong{"MissingLinear", "layers[1].qkv is missing", [](TinyPack& t) { t.encoder.layers[1]->qkv.reset(); }},
        Wrong{"Int4Linear", "is not int8",
              [](TinyPack& t) {
                auto& weight = *t.encoder.layers[0]->out->weight;
                weight.type = format::TensorType::Int4;
                weight.values.resize(weight.values.size() / 2);
              }},
        Wrong{"BiasNotFinite", "router.bias has a value that is not finite", [](TinyPack& t) { t.heads.router->linear->bias[0] = INFINITY; }},
        Wrong{"NormTooShort", "final_norm.gain has 15 values, not 16", [](TinyPack& t) { t.encoder.final_norm->gain.pop_back(); }},
        Wrong{"NoLayers", "has no layers", [](TinyPack& t) { t.encoder.layers.clear(); }},
        Wrong{"FewPositions", "position embeddings", [](TinyPack& t) { t.tokenizer.max_tokens = 9; }},
        Wrong{"PositionNotFinite", "positions [8, 16] has a value that is not finite",
              [](TinyPack& t) { std::fill_n(t.encoder.positions->values.begin(), 4, uint8_t{0xFF}); }},
        Wrong{"LocaleWidth", "locale en-GB has 15 values", [](TinyPack& t) { t.encoder.locales[0]->vector.pop_back(); }},
        Wrong{"RouterWidth", "the router's width", [](TinyPack& t) {
                t.heads.router->linear->weight->columns = 8;
                t.heads.router->linear->weight->values.resize(40);
                for (auto& g : t.heads.groups) {
                  g->linear->weight->columns = 8;
                  g->linear->weight->values.resize(g->linear->weight->rows * 8);
                }
              }},
        Wrong{"OutcomeOutOfRange", "leads to outcome 4 of 4", [](TinyPack& t) { t.heads.router->outcomes[0] = 4; }},
        Wrong{"OutcomeUnreached", "no router component leads to outcome 2", [](TinyPack& t) { t.heads.router->outcomes[3] = 3; }},
        Wrong{"OutcomeMissing", "component without an outcome", [](TinyPack& t) { t.heads.router->outcomes.pop_back(); }},
        Wrong{"Temperature", "temperature is not a positive number", [](TinyPack& t) { t.heads.groups[0]->temperature = 0; }},
        Wrong{"NoneWeightNotFinite", "a weight of none is nan, not within -1000..1000", [](TinyPack& t) { t.heads.none = std::make_unique<format::NoneWeights>(0, 1, kNan, 0); }},
        Wrong{"NoneWeightTooLarge", "a weight of none is -1001", [](TinyPack& t) { t.heads.none = std::make_unique<format::NoneWeights>(-1001, 1, 0, 0); }},
        Wrong{"HeadMissing", "the number of group heads (1)", [](TinyPack& t) { t.heads.groups.pop_back(); }},
        Wrong{"HeadOutputs", "the head of group fruit: its outputs (3)", [](TinyPack& t) { std::swap(t.heads.groups[0], t.heads.groups[1]); }},
        Wrong{"NoThresholds", "no thresholds", [](TinyPack& t) { t.rules.thresholds.clear(); }},
        Wrong{"ThresholdRange", "not all within 0..1", [](TinyPack& t) { t.rules.thresholds[0]->group = 1.5f; }},
        Wrong{"ThresholdNan", "not all within 0..1", [](TinyPack& t) { t.rules.thresholds[0]->none = kNan; }},
        Wrong{"ErrorRateOrder", "ascending order", [](TinyPack& t) { t.rules.thresholds[0]->error_rate = 0; }},
        Wrong{"ContextBoundBelowOne", "context_bound is 0.5", [](TinyPack& t) { t.rules.context_bound = 0.5f; }},
        Wrong{"ContextBoundTooLarge", "context_bound is 1001", [](TinyPack& t) { t.rules.context_bound = 1001; }},
        Wrong{"ContextBoundNotFinite", "context_bound is", [](TinyPack& t) { t.rules.context_bound = std::numeric_limits<float>::quiet_NaN(); }},
        Wrong{"DefaultErrorRate", "default error rate has no thresholds", [](TinyPack& t) { t.rules.default_error_rate = 0.3f; }},
        Wrong{"NoGroups", "has no groups", [](TinyPack& t) { t.taxonomy.groups.clear(); }},
        Wrong{"DuplicateSubcategory", "is there twice", [](TinyPack& t) { t.taxonomy.groups[0]->subcategories[1]->id = "fruit/apple"; }},
        Wrong{"SubcategoryElsewhere", "is not fruit/...", [](TinyPack& t) { t.taxonomy.groups[0]->subcategories[1]->id = "tools/pear"; }},
        Wrong{"GroupWithoutSubcategories", "has no subcategories", [](TinyPack& t) { t.taxonomy.groups[1]->subcategories.clear(); }},
        Wrong{"NoGolden", "has no queries", [](TinyPack& t) { t.golden.queries.clear(); }},
        Wrong{"GoldenTolerance", "tolerance is not a positive number", [](TinyPack& t) { t.golden.tolerance = -1; }},
        Wrong{"GoldenToken", "has token 200, beyond", [](TinyPack& t) { t.golden.queries[0]->tokens = {200}; }},
        Wrong{"GoldenOutcome", "that the taxonomy lacks", [](TinyPack& t) { t.golden.queries[0]->outcome = 9; }},
        Wrong{"GoldenLogits", "its logits (1)", [](TinyPack& t) { t.golden.queries[0]->logits = {1}; }},
        Wrong{"IndexWithoutProjection", "section 6 (index): its projection is missing", [](TinyPack& t) { t.index.projection.reset(); }},
        Wrong{"IndexWidth", "the width of the index's projection (2) does not agree with the encoder's (16)",
              [](TinyPack& t) {
                t.index.projection->weight->columns = 2;
                t.index.projection->weight->values.resize(16);
              }},
        Wrong{"IndexDimensions", "rows [3, 8] are not int8, not of the projection's 4 dimensions",
              [](TinyPack& t) {
                t.index.projection->weight->rows = 4;
                t.index.projection->weight->values.resize(64);
                t.index.projection->weight->scales.resize(4);
                t.index.projection->bias.resize(4);
              }},
        Wrong{"IndexBias", "projection.bias has 7 values, not 8", [](TinyPack& t) { t.index.projection->bias.pop_back(); }},
        Wrong{"IndexOfFloats", "rows [3, 2] are not int8",
              [](TinyPack& t) {
                t.index.rows->type = format::TensorType::Float32;
                t.index.rows->columns = 2;
                std::fill(t.index.rows->values.begin(), t.index.rows->values.end(), uint8_t{0});
                t.index.rows->scales.clear();
              }},
        Wrong{"IndexTooShort", "rows [3, 8] holds 23 bytes, not 24", [](TinyPack& t) { t.index.rows->values.pop_back(); }},
        Wrong{"IndexScale", "not a normal positive number", [](TinyPack& t) { t.index.rows->scales[2] = 0; }},
        Wrong{"IndexQueryMissing", "it has 2 head queries for 3 rows", [](TinyPack& t) { t.index.queries = "apple\nsaw\n"; }},
        Wrong{"IndexQueryTooMany", "it has 4 head queries for 3 rows", [](TinyPack& t) { t.index.queries += "pear\n"; }},
        Wrong{"IndexQueryEmpty", "head query 1 is empty", [](TinyPack& t) { t.index.queries = "apple\n\nsaw\n"; }},
        Wrong{"IndexQueryOpen", "head query 2 has no line feed", [](TinyPack& t) { t.index.queries.pop_back(); }},
        Wrong{"PrototypesWidth", "the width of the prototypes' centre (15)", [](TinyPack& t) { t.add_prototypes(), t.prototypes.centre.pop_back(); }},
        Wrong{"PrototypesWeights", "not 6 and 6", [](TinyPack& t) { t.add_prototypes(), t.prototypes.apart.pop_back(); }},
        Wrong{"PrototypesNotFinite", "a number is not finite", [](TinyPack& t) { t.add_prototypes(), t.prototypes.weights[2] = kNan; }},
        Wrong{"PrototypeVector", "its vector is not of the centre's width", [](TinyPack& t) { add_prototype(t, "tools/plane", ""), t.prototypes.categories[0]->vector.pop_back(); }},
        Wrong{"PrototypeExamples", "made of 0 examples", [](TinyPack& t) { add_prototype(t, "tools/plane", ""), t.prototypes.categories[0]->examples = 0; }},
        Wrong{"PrototypeThere", "\"tools/saw\": it is there already", [](TinyPack& t) { add_prototype(t, "tools/saw", ""); }},
        Wrong{"PrototypeTwice", "\"tools/plane\": it is there already", [](TinyPack& t) { add_prototype(t, "tools/plane", ""), add_prototype(t, "tools/plane", ""); }},
        Wrong{"PrototypeGroup", "there is no group \"toys\"", [](TinyPack& t) { add_prototype(t, "toys/kite", ""); }},
        Wrong{"PrototypeId", "its id is not a group's", [](TinyPack& t) { add_prototype(t, "tools", "Tools"); }}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ReadFile, NamesThePath) {
  const auto bytes = read_file("/nowhere/at.all");
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(bytes.error().message, HasSubstr("cannot open /nowhere/at.all: No such file"));
}

// FIPS 180-4's own examples, and lengths around the block border.
// Of the algorithm's author.
TEST(Xxh64, MatchesThePublishedDigests) {
  const auto digest = [](const std::string& text) { return hexadecimal(xxh64({reinterpret_cast<const uint8_t*>(text.data()), text.size()})); };
  EXPECT_EQ(digest(""), "ef46db3751d8e999");
  EXPECT_EQ(digest("a"), "d24ec4f1a98c6e5b");
  EXPECT_EQ(digest("abc"), "44bc2cf5ad770999");
}

}  // namespace
}  // namespace aisle
