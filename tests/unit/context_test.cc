#include "decision/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "classifier.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::HasSubstr;

using Ids = std::vector<std::string_view>;

const Pack& pack() {
  static const auto opened = Pack::open(TinyPack().build());
  return **opened;
}

// fruit: apple, pear; tools: hammer, saw, drill; broad; none. Each group's subcategories sum to it.
Probabilities probabilities() { return {{0.3f, 0.4f, 0.1f, 0.2f}, {0.2f, 0.1f, 0.05f, 0.05f, 0.3f}}; }

Probabilities after(const Ids& ids, Probabilities p = probabilities(), float bound = 16) {
  const auto context = read_context(ids, pack().taxonomy, pack().rules);
  EXPECT_TRUE(context) << context.error().message;
  apply_context(*context, bound, pack().taxonomy, p);
  return p;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

TEST(Context, AnEmptyOneChangesNoBit) {
  const Probabilities before = probabilities(), p = after({});
  EXPECT_EQ(p.outcomes, before.outcomes);
  EXPECT_EQ(p.subcategories, before.subcategories);
}

TEST(Context, ByHand) {
  // tools: hammer x 4, saw x 16, drill x 4 = 0.2 + 0.8 + 1.2 = 2.2; shopping 0.3 + 2.2 + 0.1 = 2.6, back to 0.8
  const Probabilities p = after({"tools/saw"});
  expect_near(p.outcomes, {0.3 * 0.8 / 2.6, 2.2 * 0.8 / 2.6, 0.1 * 0.8 / 2.6, 0.2});
  expect_near(p.subcategories, {0.2 * 0.8 / 2.6, 0.1 * 0.8 / 2.6, 0.2 * 0.8 / 2.6, 0.8 * 0.8 / 2.6, 1.2 * 0.8 / 2.6});
  const Probabilities group = after({"tools"});
  expect_near(group.outcomes, {0.3 * 0.8 / 2, 1.6 * 0.8 / 2, 0.1 * 0.8 / 2, 0.2});
}

TEST(Context, TheSameTwiceIsTheSameOnce) {
  EXPECT_EQ(after({"tools/saw", "tools", "tools/saw"}).subcategories, after({"tools/saw"}).subcategories);
  EXPECT_EQ(after({"fruit", "tools/saw"}).subcategories, after({"tools/saw", "fruit"}).subcategories);
}

double largest_change(const std::vector<float>& before, const std::vector<float>& now, size_t count) {
  double most = 1;
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b < count; ++b) most = std::max(most, double{now[a]} / double{now[b]} / (double{before[a]} / double{before[b]}));
  }
  return most;
}

TEST(Context, NoRatioChangesByMoreThanTheBound) {
  const Ids all = {"fruit", "tools", "fruit/apple", "fruit/pear", "tools/hammer", "tools/saw", "tools/drill"};
  std::mt19937 random(1);
  std::uniform_real_distribution<float> amount(0.001f, 1.0f);
  for (int round = 0; round < 500; ++round) {
    Probabilities p{{}, {amount(random), amount(random), amount(random), amount(random), amount(random)}};
    p.outcomes = {p.subcategories[0] + p.subcategories[1], p.subcategories[2] + p.subcategories[3] + p.subcategories[4], amount(random), amount(random)};
    const float sum = std::accumulate(p.outcomes.begin(), p.outcomes.end(), 0.0f);
    for (float& value : p.outcomes) value /= sum;
    for (float& value : p.subcategories) value /= sum;
    Ids ids(1 + random() % 9);
    for (auto& id : ids) id = all[random() % all.size()];
    for (const float bound : {1.0f, 4.0f, 16.0f, 1000.0f}) {
      const Probabilities now = after(ids, p, bound);
      EXPECT_LE(largest_change(p.outcomes, now.outcomes, 3), double{bound} * (1 + 1e-5));
      EXPECT_LE(largest_change(p.subcategories, now.subcategories, 5), double{bound} * (1 + 1e-5));
      EXPECT_EQ(now.outcomes[3], p.outcomes[3]) << "none stays";
      EXPECT_NEAR(std::accumulate(now.outcomes.begin(), now.outcomes.end(), 0.0f), 1, 1e-5);
      EXPECT_NEAR(now.subcategories[0] + now.subcategories[1], now.outcomes[0], 1e-5);
    }
  }
}

TEST(Context, NothingThatIsShopping) {
  const Probabilities p = after({"tools/saw"}, {{0, 0, 0, 1}, {0, 0, 0, 0, 0}});
  expect_near(p.outcomes, {0, 0, 0, 1});
  expect_near(p.subcategories, {0, 0, 0, 0, 0});
}

TEST(Context, OnlyTheNewestCount) {
  Ids ids(kMostContext, "tools/saw");
  ids.insert(ids.begin(), {"fruit", "no such group"});
  EXPECT_EQ(after(ids).outcomes, after({"tools/saw"}).outcomes);
}

TEST(Context, UnknownIdsAreNamed) {
  for (const char* id : {"", "shoes", "tools/", "tools/axe", "Tools", "toolsaw", "tools/saw ", "fruit/saw", "none", "broad"}) {
    const auto read = read_context(Ids{"fruit", id}, pack().taxonomy, pack().rules);
    ASSERT_FALSE(read) << id;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(read.error().message, HasSubstr("\"" + std::string(id) + "\" is no group or subcategory of the pack"));
  }
}

TEST(Context, IsRefusedByAPackWithoutABound) {
  TinyPack made;
  made.rules.context_bound = 0;
  auto classifier = Classifier::open(made.build());
  ASSERT_TRUE(classifier);
  Decision decision;
  const Ids ids = {"tools"};
  const auto refused = classifier->classify("saw", {.locale = "", .context = ids}, decision);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the pack has no context bound"));
  EXPECT_TRUE(classifier->classify("saw", {}, decision));
}

TEST(Context, ClassifyUsesItAndForgetsIt) {
  auto classifier = Classifier::open(TinyPack().build());
  ASSERT_TRUE(classifier);
  Decision decision;
  ASSERT_TRUE(classifier->classify("fresh apple", {}, decision));
  const Probabilities without = classifier->probabilities();
  const Ids ids = {"tools/saw"};
  ASSERT_TRUE(classifier->classify("fresh apple", {.locale = "", .context = ids}, decision));
  const Probabilities with = classifier->probabilities();
  EXPECT_EQ(with.subcategories, after(ids, without).subcategories);
  EXPECT_GT(with.subcategories[3], without.subcategories[3]);
  ASSERT_TRUE(classifier->classify("fresh apple", {}, decision));
  EXPECT_EQ(classifier->probabilities().subcategories, without.subcategories);
}

}  // namespace
}  // namespace aisle
