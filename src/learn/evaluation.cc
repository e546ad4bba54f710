#include "learn/evaluation.h"

#include <algorithm>
#include <limits>
#include <map>

#include "text/locale.h"

namespace aisle {
namespace {

using Cards = std::map<std::string, Scorecard>;

ScoreTable table(const Cards& cards) {
  ScoreTable rows;
  for (const auto& [label, card] : cards) rows.emplace_back(label, card.scores());
  return rows;
}

// "tools/saws", "group:tools", "broad", ... as labels are written, with the rule that said it.
std::string said(const Decision& decision) {
  std::string text;
  if (decision.category) text = decision.category->id;
  else if (decision.group) text = "group:" + std::string(decision.group->id);
  else text = name(decision.outcome);
  if (decision.source == Source::kOverride) text += " (rule " + std::string(decision.rule) + ")";
  return text;
}

// No class is likelier than another.
Probabilities nothing_known(const TaxonomyView& taxonomy) {
  size_t subcategories = 0;
  for (const GroupView& group : taxonomy.groups) subcategories += group.subcategories.size();
  return {std::vector<float>(taxonomy.groups.size() + 2), std::vector<float>(subcategories)};
}

// Did the model's probabilities have no say? Then no threshold changes the decision.
bool is_fixed(const Decision& decision) { return decision.source == Source::kOverride || decision.alternatives.empty(); }

class Evaluator {
 public:
  Evaluator(const Pack& pack, const TaxonomyView& taxonomy) : pack_(pack), taxonomy_(taxonomy), groups_(taxonomy.groups.size()), all_(groups_) {
    for (const Thresholds& t : pack.rules.thresholds) result_.points.push_back({t.error_rate, {}, 0, 0, 0});
  }

  // `locale`: canonical. `p`: the probabilities behind `decision`, zeros where nothing in the query is known.
  void add(const LabelledQuery& query, std::string_view locale, const Probabilities& p, const Decision& decision) {
    add_scores(query, p, decision);
    add_points(query, locale, p, decision);
    add_best_guess(query, p, decision);
    if (!is_right(query, decision, p, taxonomy_, pack_.rules.ambiguous)) {
      result_.errors.push_back({query.query, query.labels, said(decision), decision.confidence});
    }
  }

  Evaluation finish() {
    result_.all = all_.scores();
    result_.pools = table(pools_);
    result_.locales = table(locales_);
    result_.groups = table(by_group_);
    result_.subcategory = all_.answers();
    result_.shopping = all_.shopping_answers();
    for (OperatingPoint& point : result_.points) {
      const double error = static_cast<double>(point.wrong) / static_cast<double>(point.decided);
      point.accept_alone = point.decided ? coverage_at(result_.accept, error) : std::numeric_limits<double>::quiet_NaN();
    }
    for (auto& [labels, confusion] : confusions_) result_.confusions.push_back(std::move(confusion));
    std::stable_sort(result_.confusions.begin(), result_.confusions.end(), [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
    std::stable_sort(result_.errors.begin(), result_.errors.end(), [](const StatedError& a, const StatedError& b) { return a.confidence > b.confidence; });
    return std::move(result_);
  }

 private:
  void add_scores(const LabelledQuery& query, const Probabilities& p, const Decision& decision) {
    const auto count = [&](Scorecard& card) { card.add(query, p, decision, taxonomy_, pack_.rules); };
    const auto count_under = [&](Cards& cards, const std::string& label) { count(cards.try_emplace(label, groups_).first->second); };
    count(all_);
    if (!query.pool.empty()) count_under(pools_, query.pool);
    if (!query.locale.empty()) count_under(locales_, query.locale);
    const size_t first = query.outcomes.front();
    count_under(by_group_, std::string(first < groups_ ? taxonomy_.groups[first].id : first == groups_ ? "broad" : "none"));
  }

  void add_points(const LabelledQuery& query, std::string_view locale, const Probabilities& p, const Decision& decision) {
    const auto& thresholds = thresholds_for(pack_, locale);
    for (size_t i = 0; i < std::min(thresholds.size(), result_.points.size()); ++i) {
      if (is_fixed(decision)) scratch_ = decision;
      else decide(p, taxonomy_, pack_.rules, thresholds[i], 0, scratch_);
      OperatingPoint& point = result_.points[i];
      const bool right = is_right(query, scratch_, p, taxonomy_, pack_.rules.ambiguous);
      auto& outcome = point.outcomes[static_cast<size_t>(scratch_.outcome)];
      ++outcome.stated;
      outcome.right += right;
      point.decided += scratch_.outcome != Outcome::kUnknown;
      point.wrong += !right;
    }
  }

  // What would be said if it had to be one subcategory, broad or none.
  void add_best_guess(const LabelledQuery& query, const Probabilities& p, const Decision& decision) {
    constexpr Thresholds kAlways{0, 0, 0, 0, 0, 0};
    if (is_fixed(decision)) scratch_ = decision;
    else decide(p, taxonomy_, pack_.rules, kAlways, 0, scratch_);
    const bool stated = scratch_.outcome != Outcome::kUnknown;
    const bool right = stated && is_right(query, scratch_, p, taxonomy_, pack_.rules.ambiguous);
    result_.accept.push_back({static_cast<double>(scratch_.confidence), right});
    if (right || !stated) return;
    const std::string label = query.labels.substr(0, query.labels.find('|'));
    Confusion& confusion = confusions_.try_emplace({label, said(scratch_)}, Confusion{label, said(scratch_), query.query, 0}).first->second;
    ++confusion.count;
  }

  const Pack& pack_;
  const TaxonomyView& taxonomy_;  // with the new categories
  size_t groups_;
  Scorecard all_;
  Cards pools_, locales_, by_group_;
  std::map<std::pair<std::string, std::string>, Confusion> confusions_;
  Decision scratch_;
  Evaluation result_;
};

}  // namespace

Result<Evaluation> evaluate(Classifier& classifier, const std::vector<LabelledQuery>& queries, const EvaluationOptions& options) {
  const Pack& pack = classifier.pack();
  Evaluator evaluator(pack, classifier.taxonomy());
  Decision decision;
  for (const LabelledQuery& query : queries) {
    if (!options.pools.empty() && !options.pools.contains(query.pool)) continue;
    const auto locale = canonical_locale(query.locale.empty() ? options.locale : query.locale);
    if (!locale) return tl::unexpected(locale.error());
    if (auto done = classifier.classify(query.query, {*locale, 3, 0}, decision); !done) return tl::unexpected(done.error());
    Probabilities p = classifier.probabilities();
    if (decision.alternatives.empty()) p = nothing_known(classifier.taxonomy());
    evaluator.add(query, *locale, p, decision);
  }
  return evaluator.finish();
}

}  // namespace aisle
