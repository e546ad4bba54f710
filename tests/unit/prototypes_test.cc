#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "decision/json.h"
#include "pack/write.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string_view>;

class NewCategories : public testing::Test {
 protected:
  static Classifier open(TinyPack made = {}) {
    made.add_prototypes();
    auto classifier = Classifier::open(made.build());
    if (!classifier) std::abort();
    return std::move(*classifier);
  }
  std::string refused(const NewLabel& label, const Texts& examples, std::string_view locale = "") {
    const auto added = classifier_.add_category({label, examples, locale});
    return added ? "" : std::string(name(added.error().code)) + ": " + added.error().message;
  }
  Probabilities probabilities(std::string_view query) {
    EXPECT_TRUE(classifier_.classify(query, {}, decision_));
    return classifier_.probabilities();
  }
  Classifier classifier_ = open();
  Decision decision_;
};

float sum(const std::vector<float>& p) { return std::accumulate(p.begin(), p.end(), 0.0f); }

// What the header states, worked out beside the code.
float expected_odds(Classifier& classifier, std::string_view query, const Texts& examples, const Probabilities& heads, int group) {
  const auto direction = [&](std::string_view text) {
    const auto embedding = classifier.embed(text, "");
    std::vector<double> found(embedding.begin(), embedding.end());
    double length = 0;
    for (double& v : found) v -= 0.01, length += v * v;
    for (double& v : found) v /= std::sqrt(length);
    return found;
  };
  std::vector<double> mean(TinyPack::kWidth, 0.0);
  for (const auto example : examples) {
    const auto d = direction(example);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += d[i];
  }
  const auto q = direction(query);
  const double length = std::sqrt(std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0));
  const double score = std::inner_product(mean.begin(), mean.end(), q.begin(), 0.0) / length;
  const double rival = static_cast<double>(*std::max_element(heads.subcategories.begin(), heads.subcategories.end()));
  double u = 20 * score - 1.0 / static_cast<double>(examples.size()) - 0.5 * std::log(rival / (1 - rival)) - 16;
  if (group >= 0) u += 0.5 * std::log(static_cast<double>(heads.outcomes[static_cast<size_t>(group)]) + 1e-3);
  return static_cast<float>(std::exp(u));
}

TEST_F(NewCategories, TakeTheirShareFromAllOthersInProportion) {
  const Probabilities before = probabilities("cordless drill");
  const Texts examples = {"drill", "drill saw"};
  ASSERT_EQ(refused({"tools/plane", "Planes", ""}, examples), "");
  const Probabilities after = probabilities("cordless drill");
  ASSERT_EQ(after.outcomes.size(), 4u);
  ASSERT_EQ(after.subcategories.size(), 6u);  // at the end of its group, which is the last
  const float odds = expected_odds(classifier_, "cordless drill", examples, before, 1), p = odds / (1 + odds);
  EXPECT_NEAR(after.subcategories[5], p, 2e-4f);
  EXPECT_GT(p, 1e-6f);
  for (size_t s = 0; s < 5; ++s) EXPECT_NEAR(after.subcategories[s], before.subcategories[s] * (1 - p), 2e-4f);
  EXPECT_NEAR(after.outcomes[0], before.outcomes[0] * (1 - p), 2e-4f);
  EXPECT_NEAR(after.outcomes[1], before.outcomes[1] * (1 - p) + p, 2e-4f);
  EXPECT_NEAR(sum(after.outcomes), 1, 1e-5f);
  EXPECT_NEAR(after.subcategories[2] + after.subcategories[3] + after.subcategories[4] + after.subcategories[5], after.outcomes[1], 1e-5f);
}

TEST_F(NewCategories, InTheMiddleAndInAGroupOfTheirOwn) {
  const Probabilities before = probabilities("fresh apple");
  ASSERT_EQ(refused({"toys/kite", "Kites", "Toys"}, {"saw apple"}), "");
  ASSERT_EQ(refused({"fruit/plum", "Plums", "Group fruit"}, {"apple"}), "");  // its group's name may be said again
  ASSERT_EQ(refused({"toys/ball", "Balls", ""}, {"hammer drill"}), "");
  const auto& groups = classifier_.taxonomy().groups;
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].subcategories[2].id, "fruit/plum");
  EXPECT_EQ(groups[2].id, "toys");
  EXPECT_EQ(groups[2].name, "Toys");
  EXPECT_EQ(groups[2].subcategories[1].name, "Balls");
  const Probabilities after = probabilities("fresh apple");
  ASSERT_EQ(after.outcomes.size(), 5u);
  ASSERT_EQ(after.subcategories.size(), 8u);
  EXPECT_NEAR(sum(after.outcomes), 1, 1e-5f);
  EXPECT_NEAR(after.outcomes[2], after.subcategories[6] + after.subcategories[7], 1e-6f);
  EXPECT_NEAR(after.outcomes[3] / after.outcomes[4], before.outcomes[2] / before.outcomes[3], 1e-3f);  // broad and none are still the last two
  EXPECT_NEAR(after.subcategories[3] / after.subcategories[0], before.subcategories[2] / before.subcategories[0], 1e-3f);

  ASSERT_TRUE(classifier_.remove_category("toys/kite"));  // which had named the group
  EXPECT_EQ(classifier_.taxonomy().groups[2].name, "Toys");
  ASSERT_TRUE(classifier_.remove_category("toys/ball"));
  ASSERT_TRUE(classifier_.remove_category("fruit/plum"));
  const Probabilities again = probabilities("fresh apple");
  EXPECT_EQ(again.outcomes, before.outcomes);
  EXPECT_EQ(again.subcategories, before.subcategories);
}

TEST_F(NewCategories, DecideAndRollUpAsOthersDo) {
  TinyPack made;
  made.add_prototypes();
  made.prototypes.apart = {0, 0, 0, 0, 0, 3};  // whatever the query: 3 in log-odds
  classifier_ = std::move(*Classifier::open(made.build()));
  ASSERT_EQ(refused({"toys/kite", "Kites", "Toys"}, {"saw"}), "");
  probabilities("cordless drill");
  EXPECT_EQ(decision_.outcome, Outcome::kCategory);
  EXPECT_EQ(decision_.category->id, "toys/kite");
  EXPECT_EQ(decision_.group->name, "Toys");
  EXPECT_EQ(decision_.source, Source::kPrototype);
  EXPECT_NEAR(decision_.confidence, 1 / (1 + std::exp(-3.0f)), 1e-5f);
  std::string json;
  append_json("q", decision_, classifier_.pack(), json);
  EXPECT_THAT(json, HasSubstr(R"("category":{"id":"toys/kite","name":"Kites","confidence":0.952)"));
  EXPECT_THAT(json, HasSubstr(R"("labels":["toys/kite"],"alternatives":[{"id":"toys/kite")"));
  EXPECT_THAT(json, HasSubstr(R"("source":"prototype")"));

  ASSERT_EQ(refused({"toys/ball", "Balls", ""}, {"saw"}), "");  // now they share
  probabilities("cordless drill");
  EXPECT_EQ(decision_.outcome, Outcome::kGroup);
  EXPECT_EQ(decision_.group->id, "toys");
  EXPECT_EQ(decision_.source, Source::kPrototype);
  ASSERT_TRUE(classifier_.remove_category("toys/ball"));
  ASSERT_TRUE(classifier_.remove_category("toys/kite"));
  probabilities("cordless drill");
  EXPECT_EQ(decision_.source, Source::kModel);
}

TEST_F(NewCategories, RefuseBadInputAndStayAsTheyWere) {
  const Texts one = {"saw"};
  for (const char* id : {"", "tools", "tools/", "/plane", "tools/plane/hand", "/"}) {
    EXPECT_THAT(refused({id, "Planes", "G"}, one), HasSubstr("its id is not a group's, a slash and a name")) << id;
  }
  EXPECT_EQ(refused({"toys/kite", "Kites", ""}, one), "invalid_argument: category \"toys/kite\": there is no group \"toys\"; to make one, give it a name");
  EXPECT_THAT(refused({"tools/saw", "Saws", ""}, one), HasSubstr("it is there already"));
  EXPECT_THAT(refused({"tools/plane", "", ""}, one), HasSubstr("its name is empty"));
  EXPECT_THAT(refused({"tools/plane", "Planes", "Tuls"}, one), HasSubstr("there already, by the name \"Group tools\""));
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, {}), HasSubstr("has 0 examples, expected 1 to 20"));
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, Texts(21, "saw")), HasSubstr("has 21 examples, expected 1 to 20; aisle fit"));
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, {"saw", "  "}), HasSubstr("knows no piece of its example \"  \""));
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, one, "no_locale!"), HasSubstr("invalid_argument"));
  EXPECT_EQ(classifier_.taxonomy().groups[1].subcategories.size(), 3u);
  EXPECT_EQ(refused({"tools/plane", "Planes", ""}, one), "");
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, one), HasSubstr("it is there already"));
  EXPECT_EQ(classifier_.remove_category("tools/saw").error().code, ErrorCode::kNotFound);  // the pack's own
  EXPECT_EQ(classifier_.remove_category("").error().code, ErrorCode::kNotFound);

  classifier_ = std::move(*Classifier::open(TinyPack().build()));
  EXPECT_THAT(refused({"tools/plane", "Planes", ""}, one), testing::StartsWith("no_prototypes: the pack tiny takes no new categories"));
}

TEST_F(NewCategories, AreAtMostSoMany) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < Prototypes::kMostCategories; ++i) ids.push_back("tools/new" + std::to_string(i));
  for (const std::string& id : ids) ASSERT_EQ(refused({id, "New", ""}, {"saw"}), "");
  EXPECT_THAT(refused({"tools/more", "New", ""}, {"saw"}), HasSubstr("there are 256 new ones already"));
  EXPECT_NEAR(sum(probabilities("saw").outcomes), 1, 1e-4f);
}

TEST_F(NewCategories, TravelInThePack) {
  ASSERT_EQ(refused({"toys/kite", "Kites", "Toys"}, {"saw apple", "pear"}), "");
  ASSERT_EQ(refused({"toys/ball", "Balls", ""}, {"hammer drill"}), "");
  PrototypesView prototypes = *classifier_.pack().prototypes;
  prototypes.categories = classifier_.new_categories();
  auto stored = with_prototypes(classifier_.pack().bytes(), prototypes);
  ASSERT_TRUE(stored) << stored.error().message;
  auto read = Classifier::open(std::move(*stored));
  ASSERT_TRUE(read) << read.error().message;
  for (const char* query : {"cordless drill", "saw", "apple pear"}) {
    const Probabilities wanted = probabilities(query);
    ASSERT_TRUE(read->classify(query, {}, decision_));
    EXPECT_EQ(read->probabilities().outcomes, wanted.outcomes);
    EXPECT_EQ(read->probabilities().subcategories, wanted.subcategories);
  }
  EXPECT_EQ(read->taxonomy().groups[2].subcategories[1].id, "toys/ball");
  ASSERT_TRUE(read->remove_category("toys/kite"));
}

}  // namespace
}  // namespace aisle
