// Thresholds for a stated error rate that hold for queries not yet seen, with a stated chance of failure (selection with
// guaranteed risk, Geifman & El-Yaniv 2017, arXiv:1705.08500; fixed sequence testing as in Learn then Test, Angelopoulos et
// al. 2021, arXiv:2110.01052).
#ifndef AISLE_LEARN_SELECTIVE_H_
#define AISLE_LEARN_SELECTIVE_H_

#include <span>

namespace aisle {

// What came of the calibration queries at a threshold: how many decisions were stated, how many of these wrongly.
struct Stated {
  float threshold = 1;
  size_t count = 0, wrong = 0;
};

// P(at most `wrong` of `count` decisions are wrong) if each were wrong with probability `error_rate` (0..1, exclusive): the
// p-value of "the error rate is higher than this". 1 without decisions.
double risk_p_value(const Stated& stated, double error_rate);

// Which of `tested` is the last, from the first on, at which the error rate holds with probability 1 - delta; none where that
// can't be proven of any. `tested`: the thresholds of a grid fixed beforehand, from the strictest down; the first failure ends
// the search, so that many tests need no correction. Those with too few decisions to prove anything are passed over.
// `queries`: how many there are. `error_rate` and `delta`: 0..1, exclusive.
const Stated* lowest_safe(std::span<const Stated> tested, size_t queries, double error_rate, double delta);

}  // namespace aisle

#endif  // AISLE_LEARN_SELECTIVE_H_
