#include "similar/similar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "learn/index.h"
#include "pack/checksum.h"
#include "pack/write.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

float overlap(std::string_view a, std::string_view b) {
  CharacterPairs one, other;
  one.assign(a);
  other.assign(b);
  EXPECT_EQ(one.overlap(other), other.overlap(one));
  return one.overlap(other);
}

TEST(CharacterPairs, CountsPairsInCommon) {
  EXPECT_FLOAT_EQ(overlap("night", "nacht"), 6.0f / 12);  // _n ht t_ of six pairs each
  EXPECT_EQ(overlap("red shoes", "red shoes"), 1);
  EXPECT_EQ(overlap("abc", "xyz"), 0);
  EXPECT_GT(overlap("shoes red", "red shoes"), 0.8f);
  EXPECT_FLOAT_EQ(overlap("aaa", "a"), 4.0f / 6);  // a pair that is there twice counts twice
  EXPECT_FLOAT_EQ(overlap("\u7ea2\u978b", "\u7ea2\u8863"), 2.0f / 6);  // characters, not bytes
  EXPECT_EQ(overlap("", ""), 1);
}

Classifier opened(AlignedBytes bytes) {
  auto classifier = Classifier::open(std::move(bytes));
  if (!classifier) std::abort();
  return std::move(*classifier);
}

// The file of these lines.
std::string file_of(const std::string& text) {
  const std::string path = testing::TempDir() + "/head_queries.txt";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// A tiny pack with an index of the file's queries.
Classifier indexed(const std::string& path, std::string_view locale = "") {
  const TinyPack tiny;  // another one would have other weights
  const AlignedBytes pack = tiny.build();
  Classifier plain = opened(tiny.build());
  auto heads = read_head_queries(path, plain, locale);
  if (!heads) std::abort();
  const QueryIndexData data(std::move(*heads));
  auto bytes = with_index({pack.data(), pack.size()}, data.view());
  if (!bytes) std::abort();
  return opened(std::move(*bytes));
}

std::vector<std::string> some_queries(size_t count) {
  static const char* words[] = {"apple", "pear", "saw", "drill", "hammer", "cable", "fresh", "hand", "long", "cordless"};
  std::vector<std::string> queries;
  for (size_t i = 0; i < count; ++i) queries.push_back(std::string(words[i % 10]) + " " + words[i / 10 % 10] + " " + words[i / 100 % 10] + " " + std::to_string(i));
  return queries;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<SimilarQuery> similar(Classifier& classifier, std::string_view query, size_t top = 5) {
  std::vector<SimilarQuery> found;
  const auto done = classifier.similar(query, {.locale = {}, .top = top}, found);
  EXPECT_TRUE(done) << done.error().message;
  return found;
}

TEST(Similar, FindsAHeadQueryItselfFirst) {
  for (const size_t count : {1u, 7u, 600u}) {  // 600: fewer dimensions would do in a wider encoder
    const auto queries = some_queries(count);
    Classifier classifier = indexed(file_of(joined(queries)));
    for (size_t i = 0; i < count; i += 11) {
      const auto found = similar(classifier, queries[i], 3);
      ASSERT_EQ(found.size(), std::min<size_t>(3, count));
      EXPECT_EQ(found[0].query, queries[i]);
      EXPECT_GT(found[0].score, 0.97f);
      EXPECT_LE(found[0].score, 1);
      EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; }));
    }
  }
}

// Against the definition, in double precision and without an index: all of the best hundred by cosine, then the score.
TEST(Similar, AgreesWithTheDefinition) {
  const auto queries = some_queries(400);
  Classifier classifier = indexed(file_of(joined(queries)));
  const auto unit = [&](std::string_view text) {
    const auto embedding = classifier.embed(text, "");
    std::vector<double> values(embedding.begin(), embedding.end());
    double squares = 0;
    for (const double v : values) squares += v * v;
    for (double& v : values) v /= std::sqrt(squares);
    return values;
  };
  for (const std::string query : {"fresh aple", "saw for a cable", "long drill"}) {
    const auto wanted = unit(query);
    for (const SimilarQuery& found : similar(classifier, query, 100)) {
      const auto offered = unit(found.query);
      double cosine = 0;
      for (size_t i = 0; i < wanted.size(); ++i) cosine += wanted[i] * offered[i];
      EXPECT_NEAR(found.score, (2 * std::max(cosine, 0.0) + overlap(query, found.query)) / 3, 0.03) << query << " " << found.query;
    }
  }
}

TEST(Similar, KnowsNothingWithoutAKnownPiece) {
  Classifier classifier = indexed(file_of("apple\nsaw\n"));
  for (const char* query : {"", "   ", "\n\t", "\u05D0\u05D1"}) {
    std::vector<SimilarQuery> found(3);
    ASSERT_TRUE(classifier.similar(query, {}, found));
    EXPECT_THAT(found, IsEmpty()) << query;
  }
  EXPECT_THAT(similar(classifier, "apple", 0), IsEmpty());
  EXPECT_EQ(similar(classifier, "apple", 100).size(), 2u);
}

TEST(Similar, AnyBytesGiveADefinedResult) {
  Classifier classifier = indexed(file_of(joined(some_queries(300))));
  for (const std::string& query : {std::string(10000, 'x'), std::string("\xFF\xFE\x80 saw"), std::string("\0\x01\x02 drill", 9), std::string("drill 👗👗"),
                                  std::string("\xED\xA0\x80 saw"), std::string("a\u0301\u0301\u0301")}) {
    for (const SimilarQuery& found : similar(classifier, query, 100)) EXPECT_TRUE(found.score >= 0 && found.score <= 1) << found.score;
  }
}

// Made-up rows, head queries that are no UTF-8 or endless: what a hostile pack may hold.
TEST(Similar, AnyIndexThatOpensGivesADefinedResult) {
  TinyPack tiny;
  tiny.add_index();
  tiny.index.queries = "\xFF\xFE\n" + std::string(1 << 20, 'x') + "\nsaw\n";
  tiny.index.rows->scales = {3e38f, 1e-30f, 1};
  std::fill_n(tiny.index.rows->values.begin(), 8, uint8_t{0x80});
  Classifier classifier = opened(tiny.build());
  for (const SimilarQuery& found : similar(classifier, "hand saw")) EXPECT_TRUE(found.score >= 0 && found.score <= 1) << found.score;
  std::fill(tiny.index.projection->weight->values.begin(), tiny.index.projection->weight->values.end(), uint8_t{0});
  std::fill(tiny.index.projection->bias.begin(), tiny.index.projection->bias.end(), 0.0f);
  Classifier flat = opened(tiny.build());  // every embedding becomes zero: nothing is near
  EXPECT_THAT(similar(flat, "hand saw"), IsEmpty());
}

TEST(Similar, RefusesBadOptionsAndPacksWithoutAnIndex) {
  Classifier classifier = indexed(file_of("apple\nsaw\n")), without = opened(TinyPack().build());
  std::vector<SimilarQuery> found;
  EXPECT_THAT(classifier.similar("saw", {.locale = "english please"}, found).error().message, HasSubstr("is no locale"));
  EXPECT_THAT(classifier.similar("saw", {.locale = {}, .top = 101}, found).error().message, HasSubstr("top is 101, expected 0 to 100"));
  const auto done = without.similar("saw", {}, found);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNoIndex);
}

TEST(Similar, ReadsQueriesInALocale) {
  const std::string path = file_of("apple\nsaw\nhammer\n");
  Classifier british = indexed(path, "en-GB");
  std::vector<SimilarQuery> told, untold;
  ASSERT_TRUE(british.similar("saw", {.locale = "en_gb"}, told) && british.similar("saw", {}, untold));
  EXPECT_GT(told[0].score, 0.97f);
  EXPECT_GT(told[0].score, untold[0].score);
}

TEST(HeadQueries, AreNormalisedAndNamedOnce) {
  Classifier classifier = opened(TinyPack().build());
  const std::string path = file_of("apple\r\n\n  Hand\t saw \n\u05D0\u05D1\nHand   saw\nlast");
  const auto heads = read_head_queries(path, classifier, "");
  ASSERT_TRUE(heads);
  EXPECT_THAT(heads->queries, ElementsAre("apple", "Hand saw", "last"));
  EXPECT_EQ(heads->doubles, 1u);
  EXPECT_THAT(heads->bad_lines, ElementsAre(path + ":4: no piece of \"\u05D0\u05D1\" is known to the pack"));
  EXPECT_EQ(read_head_queries("/nowhere.txt", classifier, "").error().code, ErrorCode::kNotFound);
}

TEST(WithIndex, ChangesNothingElseAndReplacesAnIndex) {
  TinyPack tiny;
  auto parts = tiny.sections();
  format::SectionT foreign;  // of a newer engine: it stays
  foreign.kind = static_cast<format::SectionKind>(77);
  foreign.data = {1, 2, 3};
  foreign.xxh64 = xxh64(foreign.data);
  parts.push_back(foreign);
  const AlignedBytes before = tiny.build(std::move(parts));
  Classifier plain = opened(tiny.build());
  const auto once = with_index({before.data(), before.size()}, QueryIndexData(*read_head_queries(file_of("apple\nsaw\n"), plain, "")).view());
  const auto twice = with_index({once->data(), once->size()}, QueryIndexData(*read_head_queries(file_of("drill\n"), plain, "")).view());
  const auto old = Pack::open(to_bytes({before.data(), before.data() + before.size()}));
  const auto pack = Pack::open(to_bytes({twice->data(), twice->data() + twice->size()}));
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_THAT((*pack)->index->queries, ElementsAre("drill"));
  ASSERT_EQ((*pack)->sections.size(), 8u);
  for (size_t i = 0; i < 7; ++i) EXPECT_EQ((*pack)->sections[i].xxh64, (*old)->sections[i].xxh64);
  EXPECT_FALSE((*pack)->sections[7].required);
  EXPECT_EQ((*pack)->version, (*old)->version);
  EXPECT_EQ((*pack)->sources, (*old)->sources);
}

}  // namespace
}  // namespace aisle
