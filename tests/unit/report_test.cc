#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <limits>

#include "learn/html_charts.h"
#include "learn/html_report.h"
#include "learn/html_text.h"
#include "text/utf8.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlText, Escapes) {
  EXPECT_EQ(html_text("<script>alert('x') & \"y\"</script>"), "&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;y&quot;&lt;/script&gt;");
  EXPECT_EQ(html_text("s\xC3\xA4ge \xE9\x8B\xB8"), "s\xC3\xA4ge \xE9\x8B\xB8");
  EXPECT_EQ(html_text(""), "");
}

TEST(HtmlText, ReplacesWhatHtmlForbids) {
  const std::string replaced(kReplacementCharacter);
  EXPECT_EQ(html_text(std::string_view("a\0b", 3)), "a" + replaced + "b");
  EXPECT_EQ(html_text("\x1b[31m\x7f"), replaced + "[31m" + replaced);
  EXPECT_EQ(html_text("\xC2\x85"), replaced) << "a C1 control";
  EXPECT_EQ(html_text("\xEF\xBF\xBE\xEF\xB7\x90"), replaced + replaced) << "no characters";
  EXPECT_EQ(html_text("\xFF<\xC3"), replaced + "&lt;" + replaced) << "invalid UTF-8";
  EXPECT_EQ(html_text("\xE2\x82<"), replaced + "&lt;") << "a cut character does not swallow the next";
}

TEST(HtmlText, CutsByCharacter) {
  EXPECT_EQ(html_text("\xC3\xA4\xC3\xB6\xC3\xBC", 2), "\xC3\xA4\xC3\xB6\xE2\x80\xA6");
  EXPECT_EQ(html_text("ab", 2), "ab");
}

TEST(HtmlText, Numbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(decimal(0.12349), "0.123");
  EXPECT_EQ(percent(0.125), "12.5 %");
  EXPECT_EQ(decimal(nan), "\xE2\x80\x93");
  EXPECT_EQ(percent(share_of(0, 0)), "\xE2\x80\x93");
  EXPECT_EQ(rate_text(0.05f), "5 %");
  EXPECT_EQ(rate_text(0.005f), "0.5 %");
}

class ReportTest : public testing::Test {
 protected:
  Evaluation measure(const std::vector<LabelledQuery>& queries, const EvaluationOptions& options = {}) {
    auto evaluation = evaluate(*classifier_, queries, options);
    EXPECT_TRUE(evaluation) << evaluation.error().message;
    return evaluation ? *evaluation : Evaluation();
  }
  std::string report(const Evaluation& evaluation) { return html_report({"some.tsv", "", {}, 2}, classifier_->pack(), evaluation); }

  Result<Classifier> classifier_ = Classifier::open(TinyPack().build());
  const LabelledQuery saw_{"hand saw", "hd", "en-US", {3}, {1}, "tools/saw"};
  const LabelledQuery weather_{"weather", "", "", {}, {3}, "none"};
};

TEST_F(ReportTest, EvaluationCountsAllRows) {
  const Evaluation e = measure({saw_, weather_, saw_});
  EXPECT_EQ(e.all.queries, 3u);
  EXPECT_EQ(e.subcategory.size(), 2u);
  EXPECT_EQ(e.shopping.size(), 3u);
  EXPECT_EQ(e.accept.size(), 3u);
  ASSERT_EQ(e.pools.size(), 1u);
  EXPECT_EQ(e.pools[0].second.queries, 2u);
  ASSERT_EQ(e.locales.size(), 1u);
  EXPECT_EQ(e.groups.size(), 2u) << "tools and none";
  ASSERT_EQ(e.points.size(), classifier_->pack().rules.thresholds.size());
}

TEST_F(ReportTest, ThePointOfTheDefaultRateIsWhatClassifySays) {
  const Evaluation e = measure({saw_, weather_, {"apple", "", "", {0}, {0}, "fruit/apple"}});
  for (const OperatingPoint& point : e.points) {
    if (point.error_rate != classifier_->pack().rules.default_error_rate) continue;
    for (size_t o = 0; o < point.outcomes.size(); ++o) {
      EXPECT_EQ(point.outcomes[o].stated, e.all.outcomes[o].stated);
      EXPECT_EQ(point.outcomes[o].right, e.all.outcomes[o].right);
    }
    EXPECT_EQ(point.wrong, e.errors.size());
    return;
  }
  FAIL() << "no point at the default error rate";
}

TEST_F(ReportTest, AQueryOfNothingKnownMayBeTheFirst) {
  const Evaluation e = measure({{"", "", "", {3}, {1}, "tools/saw"}});
  EXPECT_EQ(e.all.outcomes[static_cast<size_t>(Outcome::kUnknown)].stated, 1u);
  EXPECT_TRUE(e.errors.empty());
  EXPECT_TRUE(e.confusions.empty()) << "nothing was said";
  EXPECT_EQ(e.accept.size(), 1u);
  EXPECT_FALSE(e.accept[0].right);
}

TEST_F(ReportTest, PoolsAndMalformedLocales) {
  EXPECT_EQ(measure({saw_, weather_}, {{"hd"}, ""}).all.queries, 1u);
  const auto refused = evaluate(*classifier_, {weather_}, {{}, "not a tag"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ReportTest, OfNothing) {
  const std::string html = report(measure({}));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("inf ")));
  EXPECT_THAT(html, HasSubstr("</html>"));
}

TEST_F(ReportTest, OfOneRow) {
  const std::string html = report(measure({saw_}));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, HasSubstr("1, of these 1 with a subcategory, 0 not shopping"));
  EXPECT_THAT(html, HasSubstr("<dt>bad lines, left out</dt><dd>2</dd>"));
  EXPECT_EQ(html, report(measure({saw_})));
}

TEST_F(ReportTest, ALabelThatThePackLacksIsABadLine) {
  const std::string path = testing::TempDir() + "report.tsv";
  std::ofstream(path, std::ios::binary) << "tools/saw\thand saw\ntools/<axe>\taxe\n";
  const auto file = read_labelled(path, classifier_->pack().taxonomy);
  std::remove(path.c_str());
  ASSERT_TRUE(file);
  EXPECT_EQ(file->queries.front().labels, "tools/saw");
  const std::string html = html_report({path, "", {}, file->bad_lines.size()}, classifier_->pack(), measure(file->queries));
  EXPECT_THAT(html, HasSubstr("1, of these 1 with a subcategory"));
  EXPECT_THAT(html, HasSubstr("<dt>bad lines, left out</dt><dd>1</dd>"));
}

TEST_F(ReportTest, HostileQueriesStayText) {
  const std::string hostile = "</td><script>alert(1)</script>\" onload='x' \xFF";
  Evaluation e = measure({saw_});
  e.errors = {{hostile, hostile, hostile, 0.9f}};
  e.confusions = {{hostile, hostile, hostile, 3}};
  e.pools = {{hostile, e.all}};
  const std::string html = html_report({hostile, hostile, {hostile}, 0}, classifier_->pack(), e);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("onload='")));
  EXPECT_THAT(html, Not(HasSubstr("\xFF")));
  EXPECT_THAT(html, HasSubstr("<bdi>&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; \xEF\xBF\xBD</bdi>"));
}

TEST(Charts, ReliabilityShowsEachBinWithAnswers) {
  std::vector<ReliabilityBin> bins(10);
  bins[9] = {8, 6, 7.6};
  const std::string svg = reliability_chart("a name", bins);
  EXPECT_THAT(svg, HasSubstr("90.0 % to 100.0 %: 8 answers, 75.0 % right"));
  EXPECT_EQ(svg.find("<circle"), svg.rfind("<circle"));
}

TEST(Charts, CurvesAreThinned) {
  Evaluation e;
  for (int i = 0; i < 20000; ++i) e.accept.push_back({1.0 / (i + 1), i % 7 != 0});
  EXPECT_LT(risk_coverage_chart(e).size(), 12000u);
}

}  // namespace
}  // namespace aisle
