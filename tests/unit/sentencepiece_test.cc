// The tokenizer against sentencepiece itself, on the same model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>

#include <cstdlib>
#include <random>

#include "text/normalize.h"
#include "text/tokenizer.h"
#include "tiny_pack.h"

namespace sentencepiece::logging {
void SetMinLogLevel(int level);  // of sentencepiece's common.h, which cannot be included alone
}

namespace aisle {
namespace {

// Both must cut every text alike.
class Both {
 public:
  explicit Both(std::string_view model) {
    sentencepiece::logging::SetMinLogLevel(3);
    auto made = Tokenizer::create(model);
    if (!made || !theirs_.LoadFromSerializedProto({model.data(), model.size()}).ok()) std::abort();
    ours_.emplace(std::move(*made));
  }

  void compare(std::string_view query) {
    std::string text;
    normalize(query, 256, text);
    std::vector<int> ids, expected_ids;
    std::vector<std::string> expected_pieces;
    const float log_likelihood = ours_->encode(text, 10000, ids);
    ASSERT_TRUE(theirs_.Encode({text.data(), text.size()}, &expected_ids).ok());
    ASSERT_TRUE(theirs_.Encode({text.data(), text.size()}, &expected_pieces).ok());
    EXPECT_EQ(ids, expected_ids) << query;
    EXPECT_EQ(ours_->pieces(text), expected_pieces) << query;
    const double expected = expected_log_likelihood(expected_ids, expected_pieces);
    EXPECT_NEAR(static_cast<double>(log_likelihood), expected, 1e-5 * (1 - expected)) << query;
  }

  size_t size() const { return ours_->size(); }
  std::string piece(int id) const { return theirs_.IdToPiece(id); }

 private:
  // A byte of the text with plain spaces, from sentencepiece's scores.
  double expected_log_likelihood(const std::vector<int>& ids, const std::vector<std::string>& pieces) {
    if (ids.empty()) return 0;
    if (least_ == 0) for (int id = 0; id < theirs_.GetPieceSize(); ++id) least_ = std::min(least_, static_cast<double>(theirs_.GetScore(id)));
    double sum = 0;
    std::string text;
    for (size_t i = 0; i < ids.size(); ++i) {
      text += pieces[i];
      const auto characters = std::count_if(pieces[i].begin(), pieces[i].end(), [](char byte) { return (byte & 0xC0) != 0x80; });
      sum += theirs_.IsUnknown(ids[i]) ? (least_ - 10) * static_cast<double>(characters) : static_cast<double>(theirs_.GetScore(ids[i]));
    }
    size_t bytes = text.size();
    for (size_t at = text.find("\u2581"); at != text.npos; at = text.find("\u2581", at + 1)) bytes -= 2;
    return sum / static_cast<double>(bytes);
  }

  std::optional<Tokenizer> ours_;
  sentencepiece::SentencePieceProcessor theirs_;
  double least_ = 0;  // of the pieces' scores
};

// Random texts of the model's own pieces, of what its rules rewrite, and of what it has never seen.
void compare_at_random(Both& both, int texts) {
  static constexpr const char* kSpecial[] = {" ", "  ", "\u3000", "\u00A0", "\u200B", "\u2581", "ﬁ", "ｱ", "Å", "A\u030A", "㍿", "½", "İ", "ß", "ẞ",
                                             "\U0001F457", "\u05D0", "\u0E01\u0E33", "가", "\u1112\u1161\u11AB", "\uFFFD", "\u0300", "①", "ＡＢＣ", "DŽ"};
  std::mt19937 random(1);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  for (int i = 0; i < texts; ++i) {
    std::string query;
    for (size_t parts = below(12); parts; --parts) {
      const size_t kind = below(8);
      if (kind == 0) query += kSpecial[below(std::size(kSpecial))];
      if (kind == 1) query += static_cast<char>(below(128));
      if (kind == 2) query += static_cast<char>('a' + below(26));
      if (kind >= 3) query += both.piece(static_cast<int>(below(both.size())));
    }
    both.compare(query);
  }
}

TEST(Sentencepiece, AgreesOnTheTinyModel) {
  const TinyPack tiny;
  const auto& model = tiny.tokenizer.sentencepiece;
  Both both({reinterpret_cast<const char*>(model.data()), model.size()});
  for (const char* query : {"", " ", "cordless drill", "CORDLESS  DRILL", "\u05D0\u05D1 \u05D2", "x\u05D0\u05D1x", "yahooo", "\u3000", "a\u00ADb"}) both.compare(query);
  compare_at_random(both, 5000);
}

// With the shipped pack's rules and pieces; another one through AISLE_PACK.
TEST(Sentencepiece, AgreesOnTheShippedModel) {
  const char* path = std::getenv("AISLE_PACK");
  auto bytes = read_file(path ? path : AISLE_SHIPPED_PACK);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto pack = Pack::open(std::move(*bytes));
  ASSERT_TRUE(pack) << pack.error().message;
  Both both((*pack)->tokenizer.sentencepiece);
  compare_at_random(both, 20000);
}

}  // namespace
}  // namespace aisle
