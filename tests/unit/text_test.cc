#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/locale.h"
#include "text/normalize.h"
#include "text/tokenizer.h"
#include "text/utf8.h"
#include "text/words.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

std::string normalized(std::string_view query, size_t most = 256) {
  std::string out = "left over";
  normalize(query, most, out);
  return out;
}

TEST(Normalize, LeavesPlainTextAlone) {
  EXPECT_EQ(normalized("cute floral summer dress"), "cute floral summer dress");
  EXPECT_EQ(normalized("größe 38 ワンピース 👗"), "größe 38 ワンピース 👗");
}

TEST(Normalize, JoinsSpacesAndControlCharacters) {
  EXPECT_EQ(normalized(""), "");
  EXPECT_EQ(normalized("  \t\r\n "), "");
  EXPECT_EQ(normalized(" red\t\tshoes\x01\x7f\n"), "red shoes");
  EXPECT_EQ(normalized(std::string_view("a\0b", 3)), "a b");
  EXPECT_EQ(normalized("a\xC2\x85" "b"), "a b");    // U+0085
  EXPECT_EQ(normalized("a\xC2\xA0" "b"), "a\xC2\xA0" "b");  // U+00A0 is sentencepiece's to fold
}

TEST(Normalize, ReplacesInvalidUtf8AsWebDecodersDo) {
  EXPECT_EQ(normalized("a\xFF" "b"), "a\uFFFD" "b");
  EXPECT_EQ(normalized("\xC3"), "\uFFFD");                       // cut after the first byte
  EXPECT_EQ(normalized("\xE2\x82x"), "\uFFFDx");                 // one replacement for the maximal part
  EXPECT_EQ(normalized("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");   // a surrogate
  EXPECT_EQ(normalized("\xC0\xAF"), "\uFFFD\uFFFD");             // overlong
  EXPECT_EQ(normalized("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
  EXPECT_EQ(normalized("\xF0\x9F\x91"), "\uFFFD");
}

TEST(Normalize, CutsByCharacters) {
  EXPECT_EQ(normalized("ééééé", 3), "ééé");
  EXPECT_EQ(normalized(std::string(10000, 'x'), 256).size(), 256u);
}

TEST(Words, BordersStandWhereAPhraseMayBeginOrEnd) {
  // "|" in the expected text stands for each border within.
  const auto borders = [](std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      if (at > 0 && is_word_border(text, at)) out += '|';
      std::string_view rest = text.substr(at);
      const std::string_view character = take_character(rest);
      out += character;
      at += character.size();
    }
    return out;
  };
  EXPECT_EQ(borders("red saw 2x4"), "red| |saw| |2x4");
  EXPECT_EQ(borders("t-shirt's c++"), "t|-|shirt|'|s| |c|+|+");
  EXPECT_EQ(borders("größe кот ひも"), "größe| |кот| |ひ|も");
  EXPECT_EQ(borders("신발을 שלום a\u0301b"), "신발을| |שלום| |a\u0301b");
  EXPECT_EQ(borders("usb红色线 รอง"), "usb|红|色|线| |ร|อ|ง");
  EXPECT_EQ(borders("“red”—5€ 👗x"), "“|red|”|—|5|€| |👗|x");
  EXPECT_TRUE(is_word_border("", 0));
  EXPECT_TRUE(is_word_border("red", 3));
}

TEST(Utf8, WalksEveryCharacter) {
  std::vector<std::string> characters;
  for_each_character("aé👗\xFF", [&](std::string_view c) { characters.emplace_back(c); });
  EXPECT_THAT(characters, testing::ElementsAre("a", "é", "👗", "\uFFFD"));
}

TEST(Locale, Canonical) {
  const auto is = [](std::string_view tag, std::string_view expected) {
    const auto result = canonical_locale(tag);
    ASSERT_TRUE(result) << tag;
    EXPECT_EQ(*result, expected);
  };
  is("", "");
  is("en", "en");
  is("EN_us", "en-US");
  is("zh-hant-tw", "zh-Hant-TW");
  is("es-419", "es-419");
  is("de-CH-1996", "de-CH-1996");
}

TEST(Locale, RefusesWhatIsNone) {
  for (const std::string_view tag : {"e", "engl", "en-", "-US", "en--US", "en US", "12", "en-US-toolongpart", "ен-RU", "en-\xFF"}) {
    const auto result = canonical_locale(tag);
    ASSERT_FALSE(result) << tag;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(result.error().message, testing::HasSubstr("expected a BCP 47 tag such as en-US"));
  }
  EXPECT_FALSE(canonical_locale(std::string(5000, 'a')));
}

TEST(Tokenizer, EncodesAndCuts) {
  const TinyPack tiny;
  const auto& model = tiny.tokenizer.sentencepiece;
  auto made = Tokenizer::create({reinterpret_cast<const char*>(model.data()), model.size()});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 200u);
  std::vector<int> ids = {1, 2, 3};
  made->encode("", 8, ids);
  EXPECT_TRUE(ids.empty());
  made->encode("cordless drill with a long cable", 4, ids);
  EXPECT_EQ(ids.size(), 4u);
  std::string joined;
  for (const std::string& piece : made->pieces("cordless drill")) joined += piece;
  EXPECT_EQ(joined, "\u2581cordless\u2581drill");
  made->encode("\u05D0", 8, ids);  // a letter the model has never seen
  EXPECT_FALSE(ids.empty());
  for (const int id : ids) EXPECT_FALSE(made->carries_text(id));
  made->encode("drill", 8, ids);
  EXPECT_TRUE(made->carries_text(ids.back()));
}

}  // namespace
}  // namespace aisle
