// What `aisle eval` counts over a set of labelled queries.
#ifndef AISLE_LEARN_SCORECARD_H_
#define AISLE_LEARN_SCORECARD_H_

#include <array>

#include "decision/calibrate.h"
#include "decision/decide.h"
#include "learn/labelled.h"
#include "learn/metrics.h"

namespace aisle {

// Shares in 0..1; NaN where nothing was there to count.
struct Scores {
  size_t queries = 0, with_subcategory = 0, none = 0;
  double group_top1 = 0;             // rows with a subcategory: the most probable group is accepted
  double subcategory_top1 = 0, subcategory_top3 = 0;
  double none_auroc = 0;             // rows with a subcategory against none rows, by the highest P(subcategory)
  double coverage_5 = 0, coverage_10 = 0;  // rows with a subcategory: share answerable at 5 % and 10 % error
  double aurc = 0;                   // likewise
  double ece = 0;                    // likewise: of the highest P(subcategory)
  double shopping_ece = 0;           // all rows: of P(none) against 1 - P(none), whichever is larger
  // Decisions at the pack's default thresholds, over all rows: how often each outcome, and how often it was right.
  struct OutcomeCount {
    size_t stated = 0, right = 0;
  };
  std::array<OutcomeCount, 6> outcomes{};
  LabelScores labels, several_labels;  // the listed labels: over all rows; over those with several accepted subcategories
};

// Is the stated outcome one of the accepted labels? A rolled-up group is right when a label lies in it; several groups are
// right when the truth is broad or in one of them; an abstention is never wrong, so it counts as right. `p` must be the
// probabilities behind the decision, `ambiguous` the rules' share from which a group counts among several.
bool is_right(const LabelledQuery& query, const Decision& decision, const Probabilities& p, const TaxonomyView& taxonomy, float ambiguous);

class Scorecard {
 public:
  // `groups`: the taxonomy's number of groups.
  explicit Scorecard(size_t groups) : groups_(groups) {}
  // `probabilities` must be those behind `decision`, made by `rules`; ids in `decision` are looked up in `taxonomy`.
  void add(const LabelledQuery& query, const Probabilities& probabilities, const Decision& decision, const TaxonomyView& taxonomy,
           const DecisionRules& rules);
  Scores scores() const;
  const std::vector<Answer>& answers() const { return answers_; }                    // behind aurc and ece
  const std::vector<Answer>& shopping_answers() const { return shopping_answers_; }  // behind shopping_ece

 private:
  size_t groups_;
  Scores counts_;
  size_t group_hits_ = 0, top1_hits_ = 0, top3_hits_ = 0;
  std::vector<Answer> answers_, shopping_answers_;
  std::vector<double> shopping_confidence_, none_confidence_;
  LabelCounts labels_, several_labels_;
};

}  // namespace aisle

#endif  // AISLE_LEARN_SCORECARD_H_
