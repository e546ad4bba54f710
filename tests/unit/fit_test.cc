#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learn/fit.h"
#include "learn/sha256.h"
#include "learn/softmax_rows.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::HasSubstr;

TEST(Sha256, MatchesThePublishedDigests) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// Two clouds on a line, and rows that stay in between: the least cross-entropy is where the two sides' slopes balance.
TEST(SoftmaxRows, FindTheirSideOfTheLine) {
  const std::vector<std::vector<float>> x = {{-1, 5}, {-2, 5}, {-1.5f, 5}, {1, 5}, {2, 5}, {1.5f, 5}};
  std::vector<SoftmaxExample> examples;
  for (const auto& row : x) examples.push_back({row.data(), 0, row[0] > 0 ? 0 : -1, 1});
  const SoftmaxRows found = fit_rows(examples, 2, 1);
  for (const auto& row : x) EXPECT_EQ(found.weights[0][0] * row[0] + found.weights[0][1] * row[1] + found.biases[0] > 0, row[0] > 0);
}

TEST(SoftmaxRows, TheBiasIsTheShare) {
  const float zero[] = {0};
  // nothing to see: 1 of 4 by weight, against others of logit 2
  const SoftmaxRows found = fit_rows({{zero, 2, 0, 1}, {zero, 2, -1, 3}}, 1, 1);
  EXPECT_NEAR(found.biases[0], 2 + std::log(1.0f / 3), 0.05f);
}

TEST(SoftmaxRows, WithoutOthers) {
  const float left[] = {-1}, right[] = {1};
  std::vector<SoftmaxExample> examples(2);
  examples[0].x = left, examples[0].target = 0;
  examples[1].x = right, examples[1].target = 1;
  const SoftmaxRows found = fit_rows(examples, 1, 2);
  EXPECT_GT(found.weights[1][0], found.weights[0][0]);
}

class Fit : public testing::Test {
 protected:
  Fit() {
    made_.add_prototypes();
    made_.fill_golden({"cordless drill", "fresh apple", "saw"});
  }
  Classifier open() { return std::move(*Classifier::open(made_.build())); }
  Result<FittedPack> fit(const std::vector<NewLabel>& labels, size_t lines, size_t others) {
    Classifier classifier = open();
    TaxonomyView taxonomy = classifier.pack().taxonomy;
    for (const NewLabel& label : labels) add_label(label, taxonomy);
    std::vector<LabelledQuery> queries;
    for (size_t l = 0; l < labels.size(); ++l) {
      for (size_t i = 0; i < lines; ++i) queries.push_back({l ? "pear pear hammer" : "saw pear saw", "", "", {place_of(labels[l].id, taxonomy).subcategory}, {}});
    }
    for (size_t i = 0; i < others; ++i) queries.push_back({i % 2 ? "cordless drill" : i % 3 ? "fresh apple" : "saw", "", "", {place_of("tools/saw", taxonomy).subcategory}, {}});
    return fit_labels(classifier, labels, queries, {0.02f, "2.0"});
  }
  TinyPack made_;
};

TEST_F(Fit, AHeadForTheNewAndTheOthersAsTheyWere) {
  auto fitted = fit({{"fruit/plum", "Plums", ""}, {"toys/kite", "Kites", "Toys"}}, 10, 120);
  ASSERT_TRUE(fitted) << fitted.error().message;
  auto classifier = Classifier::open(std::move(fitted->bytes));
  ASSERT_TRUE(classifier) << classifier.error().message;
  EXPECT_EQ(classifier->pack().version, "2.0");
  EXPECT_NE(classifier->pack().taxonomy.sha256, made_.taxonomy.sha256);
  const auto report = classifier->self_test();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->queries, fitted->golden);
  EXPECT_LT(report->largest_difference, 1e-4f);
  Decision decision;
  ASSERT_TRUE(classifier->classify("saw pear saw", {}, decision));
  EXPECT_EQ(decision.alternatives[0].id, "fruit/plum");
  EXPECT_EQ(decision.source, Source::kModel);
  ASSERT_TRUE(classifier->classify("pear pear hammer", {}, decision));
  EXPECT_EQ(decision.alternatives[0].id, "toys/kite");

  Classifier before = open();
  Decision earlier;
  for (const char* query : {"cordless drill", "fresh apple", "saw"}) {
    ASSERT_TRUE(before.classify(query, {}, earlier));
    ASSERT_TRUE(classifier->classify(query, {}, decision));
    EXPECT_EQ(decision.alternatives[0].id, earlier.alternatives[0].id) << query;
    EXPECT_NEAR(decision.alternatives[0].probability, earlier.alternatives[0].probability, 0.1f) << query;
    EXPECT_NEAR(decision.shopping, earlier.shopping, 0.1f);
  }
}

TEST_F(Fit, TheWeightsOfNoneStay) {
  made_.heads.none = std::make_unique<format::NoneWeights>(0.1f, 0.9f, 0.1f, -0.1f);
  made_.fill_golden({"cordless drill", "fresh apple", "saw"});
  auto fitted = fit({{"fruit/plum", "Plums", ""}}, 10, 120);
  ASSERT_TRUE(fitted) << fitted.error().message;
  auto classifier = Classifier::open(std::move(fitted->bytes));
  ASSERT_TRUE(classifier) << classifier.error().message;
  ASSERT_TRUE(classifier->pack().heads.none);
  EXPECT_EQ(classifier->pack().heads.none->logit, 0.9f);
  EXPECT_TRUE(classifier->self_test());
}

TEST_F(Fit, APrototypeLeavesForItsHead) {
  Classifier classifier = open();
  const std::vector<std::string_view> examples = {"saw pear saw"};
  ASSERT_TRUE(classifier.add_category({{"toys/kite", "Kites", "Toys"}, examples, ""}));
  ASSERT_TRUE(classifier.add_category({{"toys/ball", "Balls", ""}, examples, ""}));
  for (const PrototypeView& p : classifier.new_categories()) {
    auto category = std::make_unique<format::NewCategoryT>();
    category->id = p.id, category->name = p.name, category->group_name = p.group_name;
    category->examples = static_cast<uint32_t>(p.examples);
    category->vector.assign(p.vector.begin(), p.vector.end());
    made_.prototypes.categories.push_back(std::move(category));
  }
  auto fitted = fit({{"toys/kite", "Kites", "Toys"}}, 10, 120);
  ASSERT_TRUE(fitted) << fitted.error().message;
  auto read = Classifier::open(std::move(fitted->bytes));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->new_categories().size(), 1u);  // which is now in a group that the pack has
  EXPECT_EQ(read->new_categories()[0].id, "toys/ball");
  EXPECT_EQ(read->pack().taxonomy.groups[2].id, "toys");
}

TEST_F(Fit, SaysWhatItLacks) {
  EXPECT_THAT(fit({{"fruit/plum", "Plums", ""}}, 4, 120).error().message, HasSubstr("\"fruit/plum\" has 4 lines, expected at least 5"));
  EXPECT_THAT(fit({{"fruit/plum", "Plums", ""}}, 5, 99).error().message, HasSubstr("there are 99 lines of other labels, expected at least 100"));
}

}  // namespace
}  // namespace aisle
