// What the tokenizer makes of models that are damaged, foreign or hostile; sentencepiece_test.cc compares what sound ones give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "text/tokenizer.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Protobuf's wire format; nothing here is longer than 16383 bytes.
std::string number(char value) { return {value}; }
std::string size_of(const std::string& bytes) {
  const size_t size = bytes.size();
  if (size < 128) return number(static_cast<char>(size));
  return number(static_cast<char>(size | 128)) + number(static_cast<char>(size >> 7));
}
std::string bytes_field(int field, const std::string& bytes) { return number(static_cast<char>(field << 3 | 2)) + size_of(bytes) + bytes; }
std::string number_field(int field, char value) {
  const std::string tag = field < 16 ? number(static_cast<char>(field << 3)) : number(static_cast<char>(field << 3 | 128)) + number(static_cast<char>(field >> 4));
  return tag + value;
}
std::string float_field(int field, float value) {
  char bytes[4];
  std::memcpy(bytes, &value, 4);
  return number(static_cast<char>(field << 3 | 5)) + std::string(bytes, 4);
}
std::string piece(const std::string& text, float score, char type = 1) {
  return bytes_field(1, bytes_field(1, text) + float_field(2, score) + number_field(3, type));
}

const std::string kUnknown = piece("<unk>", 0, 2);
// Neither space in front nor other rules, so that a text is what the pieces see.
const std::string kPlain = bytes_field(3, number_field(3, 0) + number_field(4, 0) + number_field(5, 0));

std::string refusal_of(const std::string& model) {
  const auto made = Tokenizer::create(model);
  return made ? "" : made.error().message;
}

std::vector<int> ids(const std::string& model, std::string_view text) {
  auto made = Tokenizer::create(model);
  if (!made) return {-1};
  std::vector<int> ids;
  made->encode(text, 100, ids);
  return ids;
}

TEST(TokenizerModel, TakesTheBestCut) {
  const std::string model = kUnknown + piece("a", -2) + piece("b", -2) + piece("ab", -3) + piece("bab", -9) + kPlain;
  EXPECT_THAT(ids(model, "abab"), ElementsAre(3, 3));
  EXPECT_THAT(ids(model, "aab"), ElementsAre(1, 3));
  EXPECT_THAT(ids(model, "axxb"), ElementsAre(1, 0, 2));  // what is unknown side by side is one
  // of equals the one whose last piece starts first
  EXPECT_THAT(ids(kUnknown + piece("a", -2) + piece("aa", -4) + kPlain, "aa"), ElementsAre(2));
}

float log_likelihood(const std::string& model, std::string_view text, size_t max_tokens = 100) {
  auto made = Tokenizer::create(model);
  if (!made) return NAN;
  std::vector<int> ids;
  return made->encode(text, max_tokens, ids);
}

TEST(TokenizerModel, TellsHowLikelyATextIs) {
  const std::string model = kUnknown + piece("a", -2) + piece("b", -2) + piece("ab", -3) + piece("\u4E2D", -9) + kPlain;
  EXPECT_FLOAT_EQ(log_likelihood(model, "abab"), -6.0f / 4);
  EXPECT_FLOAT_EQ(log_likelihood(model, "abab", 1), -6.0f / 4) << "what is cut off counts, too";
  EXPECT_FLOAT_EQ(log_likelihood(model, "axxb"), (-2 - 19 - 19 - 2) / 4.0f) << "each unknown character, 10 below the least";
  EXPECT_FLOAT_EQ(log_likelihood(model, "\u4E2Da"), -11.0f / 4) << "a byte, not a character";
  EXPECT_EQ(log_likelihood(model, ""), 0);
  const std::string spaced = kUnknown + piece("\u2581a", -2) + piece("b", -4);  // a space in front, as sentencepiece has it by default
  EXPECT_FLOAT_EQ(log_likelihood(spaced, "ab a"), -8.0f / 5) << "a space is one byte";
}

TEST(TokenizerModel, LeavesUnusedAndControlPiecesOut) {
  const std::string model = kUnknown + piece("a", -2) + piece("aa", -1, 5) + piece("aaa", -1, 3) + kPlain;
  EXPECT_THAT(ids(model, "aaa"), ElementsAre(1, 1, 1));
}

TEST(TokenizerModel, FollowsTheRulesForSpaces) {
  const std::string pieces = kUnknown + piece("a", -2) + piece("\u2581", -3) + piece(" ", -3);
  EXPECT_THAT(ids(pieces, " a  a "), ElementsAre(2, 1, 2, 1));
  EXPECT_THAT(ids(pieces + bytes_field(3, number_field(3, 0)), " a  a "), ElementsAre(1, 2, 1));
  EXPECT_THAT(ids(pieces + bytes_field(3, number_field(4, 0)), " a  a "), ElementsAre(2, 2, 1, 2, 2, 1, 2));
  EXPECT_THAT(ids(pieces + bytes_field(3, number_field(5, 0)), " a  a "), ElementsAre(3, 1, 3, 1));
  EXPECT_THAT(ids(pieces, "   "), ElementsAre());
}

TEST(TokenizerModel, RefusesWhatItDoesNotCompute) {
  const std::string sound = kUnknown + piece("a", -1);
  EXPECT_EQ(refusal_of(sound), "");
  EXPECT_THAT(refusal_of(sound + bytes_field(2, number_field(3, 2))), HasSubstr("of type 2, not unigram"));
  EXPECT_THAT(refusal_of(sound + bytes_field(2, number_field(24, 1))), HasSubstr("whitespace as a suffix"));
  EXPECT_THAT(refusal_of(sound + bytes_field(2, number_field(35, 1))), HasSubstr("falls back to bytes"));
  EXPECT_THAT(refusal_of(sound + piece("b", 0, 4)), HasSubstr("piece 2 is of type 4"));
  EXPECT_THAT(refusal_of(sound + piece("b", 0, 6)), HasSubstr("piece 2 is of type 6"));
}

TEST(TokenizerModel, RefusesPiecesThatMakeNoSense) {
  const std::string sound = kUnknown + piece("a", -1);
  EXPECT_THAT(refusal_of(sound + piece("", 0)), HasSubstr("piece 2 is empty"));
  EXPECT_THAT(refusal_of(sound + piece(std::string(256, 'b'), 0)), HasSubstr("piece 2 has 256 bytes, over 255"));
  EXPECT_THAT(refusal_of(sound + piece("b", std::numeric_limits<float>::infinity())), HasSubstr("piece 2 has a score that is not finite"));
  EXPECT_THAT(refusal_of(sound + piece("a", -2)), HasSubstr("piece \"a\" is there twice"));
  EXPECT_THAT(refusal_of(sound + kUnknown), HasSubstr("two unknown pieces"));
  EXPECT_THAT(refusal_of(piece("a", -1)), HasSubstr("no unknown piece"));
  EXPECT_THAT(refusal_of(kUnknown), HasSubstr("no normal pieces"));
  EXPECT_THAT(refusal_of(kPlain), HasSubstr("no pieces"));
  EXPECT_THAT(refusal_of(sound + bytes_field(3, bytes_field(2, "\x08"))), HasSubstr("normalisation rules are cut off"));
  EXPECT_THAT(refusal_of(sound + bytes_field(3, bytes_field(2, std::string("\x04\0\0\0....x", 9)))), HasSubstr("normalisation rules are cut off"));
}

TEST(TokenizerModel, RefusesEveryTruncation) {
  const std::string model = kUnknown + piece("a", -1) + kPlain;
  for (size_t size = 0; size < model.size(); ++size) {
    // whole fields may be missing at the end, but no part of one
    const std::string why = refusal_of(model.substr(0, size));
    if (size != kUnknown.size() + piece("a", -1).size()) {
      EXPECT_NE(why, "") << size;
    }
  }
}

// Whatever is in a model, nothing may crash, and ids stay in range.
TEST(TokenizerModel, SurvivesDamage) {
  const TinyPack tiny;
  const auto& bytes = tiny.tokenizer.sentencepiece;
  const std::string whole(bytes.begin(), bytes.end());
  std::mt19937 random(1);
  size_t loaded = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string damaged = whole;
    for (unsigned change = random() % 4; change; --change) damaged[random() % damaged.size()] = static_cast<char>(random());
    auto made = Tokenizer::create(damaged);
    if (!made) continue;
    ++loaded;
    std::vector<int> found;
    for (const char* text : {"cordless drill", "ＡＢＣ ﬁ ㍿", "\u00E5\u0301 \U0001F457", "   x  "}) {
      made->encode(text, 100, found);
      for (const int id : found) ASSERT_TRUE(id >= 0 && static_cast<size_t>(id) < made->size());
    }
  }
  EXPECT_GT(loaded, 300u);
}

// The normalisation rules are an index that points within itself: random ones lead everywhere, and must lead nowhere else.
TEST(TokenizerModel, SurvivesRandomRules) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::string rules(4 + 256 * 4 + 50, '\0');
    for (size_t i = 4; i + 1 < rules.size(); ++i) rules[i] = static_cast<char>(random());
    // most units as a sound index has them: a label below 128, children nearby, often a value
    for (size_t unit = 0; unit < 256; ++unit) {
      if (random() % 8) rules[4 + 4 * unit] = static_cast<char>(unit ^ (random() % 2 ? 1 : 'a')), rules[7 + 4 * unit] = 0;
    }
    rules[1] = 4;  // 1024 bytes of index
    const std::string model = kUnknown + piece("a", -1) + bytes_field(3, bytes_field(2, rules));
    auto made = Tokenizer::create(model);
    ASSERT_TRUE(made) << made.error().message;
    std::string alphabet;
    for (char c = 0x20; c < 0x7F; ++c) alphabet += c;
    for (const std::string& text : {alphabet, std::string("cordless drill"), std::string("\u00E5\u0301 \U0001F457"), std::string(300, 'a')}) {
      std::vector<int> found;
      made->encode(text, 1000, found);
      for (const int id : found) ASSERT_TRUE(id == 0 || id == 1);
    }
  }
}

}  // namespace
}  // namespace aisle
