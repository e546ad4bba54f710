// Charts as inline SVG; colours come from the page's style (html_style.h).
#ifndef AISLE_LEARN_HTML_CHARTS_H_
#define AISLE_LEARN_HTML_CHARTS_H_

#include <string>
#include <vector>

#include "learn/evaluation.h"
#include "learn/metrics.h"

namespace aisle {

// Share right against stated confidence, a dot with its interval a bin, and beneath it how many answers each bin holds.
// `name`: what a screen reader says it is.
std::string reliability_chart(const std::string& name, const std::vector<ReliabilityBin>& bins);

// Errors against coverage: of the most probable subcategory, of accept-or-abstain, and, with roll-up, of the pack's thresholds.
std::string risk_coverage_chart(const Evaluation& evaluation);

// A bar for each error rate: right at once, right by roll-up, wrong, abstained.
std::string outcome_chart(const Evaluation& evaluation);

}  // namespace aisle

#endif  // AISLE_LEARN_HTML_CHARTS_H_
