#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <new>

#include "tiny_pack.h"

// Every allocation through operator new is counted.
static size_t allocations = 0;
void* operator new(size_t size) {
  ++allocations;
  if (void* p = std::malloc(size ? size : 1)) return p;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size ? size : 1);
}
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // malloc and free are paired here, which GCC 12 does not see
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }

namespace aisle {
namespace {

using testing::HasSubstr;

Classifier tiny() {
  auto classifier = Classifier::open(TinyPack().build());
  if (!classifier) std::abort();
  return std::move(*classifier);
}

TEST(Classifier, DecidesAQuery) {
  Classifier classifier = tiny();
  Decision decision;
  ASSERT_TRUE(classifier.classify("cordless drill", {}, decision));
  EXPECT_EQ(decision.alternatives.size(), 5u);
  EXPECT_GT(decision.confidence, 0);
  EXPECT_LE(decision.confidence, 1);
}

TEST(Classifier, AnyBytesGiveADefinedResult) {
  Classifier classifier = tiny();
  Decision decision;
  for (const std::string& query : {std::string(10000, 'x'), std::string("\xFF\xFE\x80"), std::string("\0\x01\x02", 3), std::string("drill 👗👗"),
                                  std::string("\xED\xA0\x80 saw"), std::string(100000, '\n'), std::string("a\u0301\u0301\u0301")}) {
    ASSERT_TRUE(classifier.classify(query, {}, decision));
    EXPECT_TRUE(decision.confidence >= 0 && decision.confidence <= 1);
  }
}

TEST(Classifier, NothingKnownIsUnknown) {
  Classifier classifier = tiny();
  Decision decision;
  for (const char* query : {"", "   ", "\n\t", "\u05D0\u05D1"}) {
    ASSERT_TRUE(classifier.classify("cordless drill", {}, decision));
    ASSERT_TRUE(classifier.classify(query, {}, decision));
    EXPECT_EQ(decision.outcome, Outcome::kUnknown) << query;
    EXPECT_EQ(decision.confidence, 0);
    EXPECT_TRUE(decision.alternatives.empty());
    EXPECT_FALSE(decision.category || decision.group);
  }
}

TEST(Classifier, RefusesBadOptions) {
  Classifier classifier = tiny();
  Decision decision;
  const auto message = [&](const ClassifyOptions& options) {
    const auto done = classifier.classify("drill", options, decision);
    return done ? "" : done.error().message;
  };
  EXPECT_THAT(message({.locale = "english please"}), HasSubstr("is no locale"));
  EXPECT_THAT(message({.locale = {}, .top = 101}), HasSubstr("top is 101, expected 0 to 100"));
  EXPECT_THAT(message({.locale = {}, .top = 5, .error_rate = 0.3f}), HasSubstr("error rate 0.300: the pack has thresholds for 0.050"));
  EXPECT_EQ(message({.locale = "fr-FR", .top = 5, .error_rate = 0.05f}), "");  // unknown to the pack, but a locale
}

TEST(Classifier, KnownLocaleCounts) {
  Classifier classifier = tiny();
  Decision decision;
  ASSERT_TRUE(classifier.classify("drill", {.locale = "en_gb"}, decision));
  const auto british = classifier.probabilities().outcomes;
  ASSERT_TRUE(classifier.classify("drill", {.locale = "fr-FR"}, decision));
  const auto french = classifier.probabilities().outcomes;
  ASSERT_TRUE(classifier.classify("drill", {}, decision));
  EXPECT_NE(british, french);
  EXPECT_EQ(french, classifier.probabilities().outcomes);
}

TEST(Classifier, EncodeScoreDecideDoNotAllocateAfterWarmUp) {
  Classifier classifier = tiny();
  const auto& pack = classifier.pack();
  auto encoder = Encoder::create(pack.encoder);
  auto heads = Heads::create(pack.heads);
  ASSERT_TRUE(encoder && heads);
  Logits logits;
  Probabilities probabilities;
  Decision decision;
  const std::vector<int> longest = {9, 8, 7, 6, 5, 4, 3, 2};
  const auto run = [&](std::span<const int> tokens) {
    heads->score(encoder->encode(tokens, "en-GB"), logits);
    calibrate(pack.heads, "", 0, logits, probabilities);
    decide(probabilities, pack.taxonomy, pack.rules, pack.rules.thresholds[0], 5, decision);
  };
  for (size_t n = 1; n <= longest.size(); ++n) run({longest.data(), n});
  const size_t before = allocations;
  for (size_t n = longest.size(); n >= 1; --n) run({longest.data(), n});
  EXPECT_EQ(allocations, before);
}

TEST(Classifier, NoneGoesByHowLikelyThePiecesAre) {
  TinyPack plain, weighed;
  weighed.heads.none = std::make_unique<format::NoneWeights>(0.0f, 1.0f, 0.0f, -1.0f);
  auto a = Classifier::open(plain.build()), b = Classifier::open(weighed.build());
  ASSERT_TRUE(a && b);
  Decision decision;
  for (const char* query : {"saw", "cordless drill", "qqq zx"}) {
    ASSERT_TRUE(a->classify(query, {}, decision));
    const double before = decision.shopping;
    ASSERT_TRUE(b->classify(query, {}, decision));
    EXPECT_LT(b->log_likelihood(), -0.5f);
    EXPECT_NEAR(decision.shopping, 1 / (1 + (1 - before) / before * std::exp(-static_cast<double>(b->log_likelihood()))), 1e-5) << query;
  }
}

TEST(Classifier, ClassifyDoesNotAllocateAfterWarmUp) {
  TinyPack weighed;
  weighed.heads.none = std::make_unique<format::NoneWeights>(0.1f, 0.6f, 0.2f, -0.7f);
  Classifier classifier = std::move(*Classifier::open(weighed.build()));
  Decision decision;
  const std::vector<std::string> queries = {"cordless drill with a long cable", "fresh apple", "\u05D0\u05D1 saw", ""};
  const std::vector<std::string_view> context = {"tools/saw", "fruit"};
  const auto run = [&] {
    for (const std::string& query : queries) ASSERT_TRUE(classifier.classify(query, {.locale = "en-GB", .context = context}, decision));
  };
  run();
  const size_t before = allocations;
  run();
  EXPECT_EQ(allocations, before);
}

TEST(Classifier, SimilarDoesNotAllocateAfterWarmUp) {
  TinyPack made;
  made.add_index();
  auto classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  std::vector<SimilarQuery> found;
  const auto run = [&] {
    for (const char* query : {"cordless drill with a long cable", "fresh apple", "\u05D0\u05D1 saw", ""}) ASSERT_TRUE(classifier->similar(query, {.locale = "en-GB"}, found));
  };
  run();
  const size_t before = allocations;
  run();
  EXPECT_EQ(allocations, before);
}

TEST(Classifier, RulesDoNotAllocateAfterWarmUp) {
  Classifier classifier = tiny();
  std::string rules = "id\tmatch\ttext\tdecision\tlocale\n";
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    rules += "e" + n + "\texact\tcordless drill " + n + "\ttools/drill\np" + n + "\tprefix\tfresh " + n + "\tnone\nc" + n + "\tcontains\tcable " + n +
             "\tbroad\nr" + n + "\tpattern\tlong.* " + n + "[a-z]*$\tgroup:tools\n";
  }
  ASSERT_TRUE(classifier.set_rules(rules));
  Decision decision;
  const std::vector<std::pair<std::string, std::string>> queries = {{"cordless drill 7", "e7"}, {"fresh 12", "p12"}, {"a cable 8", "c8"}, {"long saw 77x", "r77"}, {"apple", ""}};
  const auto run = [&] {
    for (const auto& [query, rule] : queries) {
      ASSERT_TRUE(classifier.classify(query, {.locale = "en-GB"}, decision));
      ASSERT_EQ(decision.rule, rule);
    }
  };
  run();
  const size_t before = allocations;
  run();
  EXPECT_EQ(allocations, before);
}

TEST(Classifier, ClassifyWithNewCategoriesDoesNotAllocateAfterWarmUp) {
  TinyPack made;
  made.add_prototypes();
  auto classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  const std::vector<std::string_view> examples = {"cordless drill", "apple saw"};
  ASSERT_TRUE(classifier->add_category({{"tools/plane", "Planes", ""}, examples, "en-GB"}));
  ASSERT_TRUE(classifier->add_category({{"toys/kite", "Kites", "Toys"}, examples, ""}));
  Decision decision;
  const auto run = [&] {
    for (const char* query : {"cordless drill with a long cable", "fresh apple", "\u05D0\u05D1 saw", ""}) ASSERT_TRUE(classifier->classify(query, {.locale = "", .top = 10}, decision));
  };
  run();
  run();  // two buffers take turns
  const size_t before = allocations;
  run();
  EXPECT_EQ(allocations, before);
}

TEST(SelfTest, PassesOnTheEngineThatMadeIt) {
  TinyPack made;
  made.fill_golden({"cordless drill", "fresh apple", "saw"});
  auto classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier) << classifier.error().message;
  const auto report = classifier->self_test();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->queries, 3u);
  EXPECT_EQ(report->largest_difference, 0);
}

TEST(SelfTest, NamesTheQueryThatDiffers) {
  TinyPack made;
  made.fill_golden({"cordless drill", "saw"});
  made.golden.queries[1]->logits[0] += 1;
  auto classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  const auto report = classifier->self_test();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kSelfTest);
  EXPECT_THAT(report.error().message, HasSubstr("golden query \"saw\": a logit differs by 1"));

  made.fill_golden({"saw"});
  made.golden.queries[0]->tokens[0] ^= 1;
  classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  EXPECT_THAT(classifier->self_test().error().message, HasSubstr("the token ids differ"));

  made.fill_golden({"saw"});
  made.golden.queries[0]->outcome ^= 1;
  classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  EXPECT_THAT(classifier->self_test().error().message, HasSubstr("the best class differs"));
}

}  // namespace
}  // namespace aisle
