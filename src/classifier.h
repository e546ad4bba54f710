// Aisle's door: a pack's bytes in, decisions out.
//
//   auto bytes = aisle::read_file("storefront.aisle");
//   auto classifier = aisle::Classifier::open(std::move(*bytes));
//   aisle::Decision decision;
//   classifier->classify("cute floral summer dress", {}, decision);
//
// Conventions
// 1. Nothing here throws, aborts or prints; every call that can fail returns Result (error.h).
// 2. A Classifier is used by one thread at a time; several may share nothing but read-only memory.
// 3. Views in a Decision live as long as the Classifier, that of a rule until set_rules(), those of a new category until it is removed.
//    After the first queries classify() does not allocate, unless a locale tag is longer than any in use.
#ifndef AISLE_CLASSIFIER_H_
#define AISLE_CLASSIFIER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decision/context.h"
#include "decision/decide.h"
#include "encoder/encoder.h"
#include "error.h"
#include "heads/heads.h"
#include "pack/pack.h"
#include "prototypes/prototypes.h"
#include "similar/similar.h"
#include "rules/read.h"
#include "rules/rules.h"
#include "text/tokenizer.h"

namespace aisle {

struct ClassifyOptions {
  std::string_view locale;  // BCP 47 tag such as "en-US"; empty: not known. A well-formed tag the pack lacks acts as empty
  size_t top = 5;           // alternatives wanted, 0..100
  float error_rate = 0;     // one of the pack's thresholds' error rates; 0: the pack's default
  // Groups or subcategories decided earlier in the same session, the newest last; the last kMostContext count (decision/context.h).
  std::span<const std::string_view> context = {};
};

struct SimilarOptions {
  std::string_view locale;  // as in ClassifyOptions; best the one that the index was made with
  size_t top = 5;           // head queries wanted, 0..100
};

struct SelfTest {
  size_t queries = 0;
  float largest_difference = 0;  // of a router logit from the pack's own
};

class Classifier {
 public:
  // Takes the bytes over and checks all of them. Errors: kBadPack, kUnsupportedPack,
  // kOutOfMemory, kInternal.
  static Result<Classifier> open(AlignedBytes bytes);

  // `query`: any bytes; only the first max_code_points characters count (models/FORMAT.md). Overwrites `decision`.
  // An empty query, or one without any known piece, is kUnknown with confidence 0. Errors: kInvalidArgument (options).
  Result<void> classify(std::string_view query, const ClassifyOptions& options, Decision& decision);

  // The head queries of the pack's index nearest to the query. Overwrites `found`, best first; a query without any known piece finds
  // none. Errors: kNoIndex, kInvalidArgument (options).
  Result<void> similar(std::string_view query, const SimilarOptions& options, std::vector<SimilarQuery>& found);

  // Override rules from tab-separated text (models/RULES.md), in the place of the pack's own or earlier ones: all or, at the first
  // line with a problem, none of them. Errors: kInvalidArgument.
  Result<void> set_rules(std::string_view tsv);

  // The same lines one by one, to check them; nothing is put to use.
  RuleFile read_rules(std::string_view tsv) { return aisle::read_rules(tsv, *pack_, tokenizer_); }

  // The query as rules see it; valid until the next call.
  std::string_view normalized(std::string_view query);

  // From here on the category competes with the others. The examples are queries as shoppers type them; alike ones teach little.
  // Errors, which change nothing: kInvalidArgument, kNoPrototypes.
  Result<void> add_category(const NewCategory& category);

  // Takes back one that was added, or that the pack's prototypes section holds. Errors: kNotFound.
  Result<void> remove_category(std::string_view id);

  // The pack's taxonomy and the new categories, at the end of their groups; valid until the next of the two calls above.
  const TaxonomyView& taxonomy() const { return prototypes_.taxonomy(); }

  // The new categories; valid as long.
  std::vector<PrototypeView> new_categories() const { return prototypes_.categories(); }

  // Runs the pack's golden queries. Errors: kSelfTest, naming the first query that comes out differently.
  Result<SelfTest> self_test();

  // The calibrated probabilities of the last classify() that had a known piece (for evaluation and display).
  const Probabilities& probabilities() const { return probabilities_; }

  // The query's pieces as sentencepiece sees them, U+2581 standing for a space.
  std::vector<std::string> pieces(std::string_view query);

  // Of the last query that was classified, tokenized or embedded: how likely its pieces are, a byte (Tokenizer::encode).
  float log_likelihood() const { return log_likelihood_; }

  // The ids of those pieces, at most the pack's max_tokens.
  const std::vector<int>& tokenize(std::string_view query);

  // The heads' uncalibrated logits; the router's are empty when no piece of the query is known. `locale`: canonical tag or empty.
  const Logits& logits(std::string_view query, std::string_view locale);

  // The query's embedding, [width of the encoder], valid until the next call; empty when no piece of it is known. `locale`: likewise.
  std::span<const float> embed(std::string_view query, std::string_view locale);

  const Pack& pack() const { return *pack_; }

 private:
  Classifier(std::shared_ptr<const Pack> pack, Tokenizer tokenizer, Encoder encoder, Heads heads, Prototypes prototypes, std::optional<QueryIndex> index);

  // Whether any of tokens_ stands for text.
  bool carries_text() const;

  std::shared_ptr<const Pack> pack_;
  Tokenizer tokenizer_;
  Encoder encoder_;
  Heads heads_;
  Prototypes prototypes_;
  std::optional<QueryIndex> index_;
  Rules rules_;
  // Scratch, kept so that a query does not allocate.
  std::string text_;
  std::vector<int> tokens_;
  float log_likelihood_ = 0;
  Logits logits_;
  Probabilities probabilities_;
};

}  // namespace aisle

#endif  // AISLE_CLASSIFIER_H_
