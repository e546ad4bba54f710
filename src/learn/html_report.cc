#include "learn/html_report.h"

#include <algorithm>
#include <initializer_list>

#include "learn/html_charts.h"
#include "learn/html_style.h"
#include "learn/html_text.h"

namespace aisle {
namespace {

constexpr size_t kConfusions = 25, kErrors = 40;  // rows shown
constexpr size_t kLongest = 120;                  // characters shown of a query

// Nothing but the style within the page may act, should a query ever slip through as markup.
constexpr const char* kHead =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

std::string count(size_t value) { return std::to_string(value); }

// What shoppers typed: it keeps its direction and its spaces to itself.
std::string typed(const std::string& query) { return "<td class=\"text\"><bdi>" + html_text(query, kLongest) + "</bdi></td>"; }

std::string text_cell(const std::string& text) { return "<td class=\"text\">" + html_text(text, kLongest) + "</td>"; }

std::string cells(const std::vector<std::string>& values) {
  std::string html;
  for (const std::string& value : values) html += "<td>" + html_text(value) + "</td>";
  return html;
}

std::string row(const std::string& head, const std::string& rest, bool chosen = false) {
  return std::string(chosen ? "<tr class=\"chosen\">" : "<tr>") + "<th scope=\"row\">" + html_text(head, kLongest) + "</th>" + rest + "</tr>\n";
}

std::string table(const std::string& caption, std::initializer_list<const char*> columns, const std::string& rows, const char* style = "numbers") {
  std::string html = "<div class=\"scroll\"><table class=\"" + std::string(style) + "\">\n" + (caption.empty() ? "" : "<caption>" + html_text(caption) + "</caption>\n") + "<thead><tr>";
  for (const char* column : columns) html += "<th scope=\"col\">" + html_text(column) + "</th>";
  return html + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n";
}

std::string fact(const char* what, const std::string& value) { return std::string("<dt>") + what + "</dt><dd>" + html_text(value) + "</dd>\n"; }

std::string header(const ReportSource& source, const Pack& pack, const Evaluation& e) {
  const std::string name(pack.name), version(pack.version);
  std::string html = kHead + ("<title>" + html_text(name) + " " + html_text(version) + " on " + html_text(source.file) + "</title>\n");
  html += std::string("<style>") + kReportStyle + "</style>\n</head>\n<body>\n<h1>How " + html_text(name) + " " + html_text(version) + " decides</h1>\n<dl>\n";
  html += fact("pack", name + " " + version);
  html += fact("taxonomy", std::string(pack.taxonomy.version) + ", sha256:" + std::string(pack.taxonomy.sha256));
  html += fact("calibrated for", std::string(pack.rules.prior));
  html += fact("measured on", source.file);
  std::string pools;
  for (const std::string& pool : source.pools) pools += (pools.empty() ? "" : ", ") + pool;
  if (!pools.empty()) html += fact("pools", pools);
  if (!source.locale.empty()) html += fact("locale of rows without one", source.locale);
  html += fact("rows", count(e.all.queries) + ", of these " + count(e.all.with_subcategory) + " with a subcategory, " + count(e.all.none) + " not shopping");
  html += fact("bad lines, left out", count(source.bad_lines));
  return html + "</dl>\n";
}

std::string score_table(const std::string& caption, const char* what, const ScoreTable& scores) {
  std::string rows;
  for (const auto& [label, s] : scores) {
    std::vector<std::string> values = {count(s.queries), count(s.with_subcategory)};
    for (const double value : {s.group_top1, s.subcategory_top1, s.subcategory_top3, s.none_auroc, s.coverage_5, s.coverage_10, s.aurc, s.ece}) {
      values.push_back(decimal(value));
    }
    rows += row(label, cells(values));
  }
  return table(caption, {what, "rows", "with subcat.", "group@1", "subcat.@1", "subcat.@3", "AUROC", "cov. at 5 %", "cov. at 10 %", "AURC", "ECE"}, rows);
}

std::string scores(const Evaluation& e) {
  std::string html =
      "<h2>Scores</h2>\n<p class=\"note\">Over the rows with a subcategory: is the most probable group, the most probable subcategory, one of the three most "
      "probable accepted; the share answerable at 5 and 10 % error with the best cut for these rows; the area under the risk-coverage curve; the "
      "expected calibration error. AUROC: these rows against those that are not shopping.</p>\n";
  html += score_table("All rows", "together", {{"all", e.all}});
  if (!e.pools.empty()) html += score_table("By pool", "pool", e.pools);
  if (!e.locales.empty()) html += score_table("By locale", "locale", e.locales);
  return html;
}

std::string bin_table(const char* caption, const std::vector<ReliabilityBin>& bins) {
  std::string rows;
  for (size_t i = 0; i < bins.size(); ++i) {
    const ReliabilityBin& bin = bins[i];
    if (bin.count == 0) continue;
    const Interval interval = wilson_interval(bin.right, bin.count);
    rows += row(percent(share_of(i, bins.size())) + " to " + percent(share_of(i + 1, bins.size())),
                cells({count(bin.count), percent(bin.confidence / static_cast<double>(bin.count)), percent(share_of(bin.right, bin.count)),
                       percent(interval.low) + " to " + percent(interval.high)}));
  }
  return table(caption, {"stated confidence", "answers", "mean", "right", "95 % interval"}, rows);
}

std::string reliability_section(const Evaluation& e) {
  const auto subcategory = reliability(e.subcategory), shopping = reliability(e.shopping);
  const auto figure = [](const std::string& caption, const std::vector<ReliabilityBin>& bins) {
    return "<figure><figcaption>" + html_text(caption) + "</figcaption>\n" + reliability_chart(caption, bins) + "</figure>\n";
  };
  return "<h2>Reliability</h2>\n<p class=\"note\">A probability that means what it says lies on the dashed line. Bars: 95 % intervals.</p>\n<div class=\"figures\">\n" +
         figure("Most probable subcategory, ECE " + decimal(e.all.ece), subcategory) + figure("Shopping or not, ECE " + decimal(e.all.shopping_ece), shopping) +
         "</div>\n<details><summary>The bins as tables</summary>\n" + bin_table("Most probable subcategory", subcategory) +
         bin_table("Shopping or not", shopping) + "</details>\n";
}

std::string swatch(const char* shape, const std::string& what) { return std::string("<li><svg viewBox=\"0 0 24 12\" aria-hidden=\"true\">") + shape + "</svg>" + html_text(what) + "</li>\n"; }

std::string risk_section(const Evaluation& e) {
  return "<h2>Risk and coverage</h2>\n<figure class=\"risk\"><figcaption>The fewer answers, the surest first, the fewer errors. A green line is what roll-up adds at "
         "equal error.</figcaption>\n" + risk_coverage_chart(e) + "<ul class=\"legend\">\n" +
         swatch("<line class=\"first\" x2=\"24\" y1=\"6\" y2=\"6\"/>", "most probable subcategory, rows that have one: AURC " + decimal(e.all.aurc)) +
         swatch("<line class=\"second\" x2=\"24\" y1=\"6\" y2=\"6\"/>", "accept or abstain, all rows: AURC " + decimal(aurc(e.accept))) +
         swatch("<circle class=\"dot\" cx=\"12\" cy=\"6\" r=\"5\"/>", "the pack's error rates, with roll-up, all rows") + "</ul></figure>\n";
}

std::string point_row(const OperatingPoint& point, size_t queries, bool chosen) {
  const double error = share_of(point.wrong, point.decided), coverage = share_of(point.decided, queries);
  const auto stated = [&](std::initializer_list<Outcome> outcomes) {
    size_t sum = 0;
    for (const Outcome o : outcomes) sum += point.outcomes[static_cast<size_t>(o)].stated;
    return percent(share_of(sum, queries));
  };
  std::string interval = percent(error);
  if (point.decided) {
    const Interval bounds = wilson_interval(point.wrong, point.decided);
    interval = percent(bounds.low) + " to " + percent(bounds.high);
  }
  return row(rate_text(point.error_rate),
             cells({percent(error), interval, percent(coverage), stated({Outcome::kCategory, Outcome::kBroad, Outcome::kNone}),
                    stated({Outcome::kGroup, Outcome::kAmbiguous}), stated({Outcome::kUnknown}), percent(point.accept_alone),
                    decimal(100 * (coverage - point.accept_alone), 1)}),
             chosen);
}

std::string points_section(const Pack& pack, const Evaluation& e) {
  std::string rates, outcomes;
  for (const OperatingPoint& point : e.points) rates += point_row(point, e.all.queries, point.error_rate == pack.rules.default_error_rate);
  for (size_t o = 0; o < e.all.outcomes.size(); ++o) {
    const auto& [stated, right] = e.all.outcomes[o];
    const bool abstained = static_cast<Outcome>(o) == Outcome::kUnknown;
    outcomes += row(name(static_cast<Outcome>(o)), cells({count(stated), abstained ? "" : percent(share_of(right, stated))}));
  }
  return "<h2>Decisions at the pack's error rates</h2>\n<p class=\"note\">All rows. Accepted: a subcategory, broad or none; rolled up: a group or several. The same "
         "without roll-up: the largest coverage of accept-or-abstain at the error measured here, its cut chosen on these very rows, which favours it.</p>\n" +
         table("Bold: the default", {"stated", "measured error", "95 % interval", "coverage", "accepted", "rolled up", "abstained", "without roll-up", "gain, points"}, rates) +
         "<figure><figcaption>Of all rows</figcaption>\n" + outcome_chart(e) + "<ul class=\"legend\">\n" +
         swatch("<rect class=\"at-once\" width=\"24\" height=\"12\"/>", "right at once") + swatch("<rect class=\"rolled-up\" width=\"24\" height=\"12\"/>", "right by roll-up") +
         swatch("<rect class=\"wrong\" width=\"24\" height=\"12\"/>", "wrong") + swatch("<rect class=\"abstained\" width=\"24\" height=\"12\"/>", "abstained") +
         "</ul></figure>\n" + table("Outcomes at the default error rate", {"outcome", "stated", "right"}, outcomes);
}

std::string confusions_section(const Evaluation& e) {
  std::string rows;
  const size_t shown = std::min(kConfusions, e.confusions.size());
  for (size_t i = 0; i < shown; ++i) {
    const Confusion& c = e.confusions[i];
    rows += row(c.label, text_cell(c.said) + cells({count(c.count)}) + typed(c.example));
  }
  return "<h2>Commonest confusions</h2>\n<p class=\"note\">The most probable answer, thresholds aside. " + count(shown) + " of " + count(e.confusions.size()) +
         " pairs.</p>\n" + table("", {"label", "taken for", "rows", "for example"}, rows, "words");
}

std::string errors_section(const Evaluation& e) {
  std::string rows;
  const size_t shown = std::min(kErrors, e.errors.size());
  for (size_t i = 0; i < shown; ++i) {
    const StatedError& error = e.errors[i];
    rows += "<tr>" + typed(error.query) + text_cell(error.labels) + text_cell(error.said) + cells({decimal(static_cast<double>(error.confidence))}) + "</tr>\n";
  }
  return "<h2>Surest errors</h2>\n<p class=\"note\">Decisions at the default error rate that the labels do not accept. " + count(shown) + " of " +
         count(e.errors.size()) + ".</p>\n" + table("", {"query", "label", "said", "confidence"}, rows, "words");
}

}  // namespace

std::string html_report(const ReportSource& source, const Pack& pack, const Evaluation& e) {
  return header(source, pack, e) + scores(e) + reliability_section(e) + risk_section(e) + points_section(pack, e) + confusions_section(e) + errors_section(e) +
         "<h2>By group</h2>\n" + score_table("By the group of the first label", "group", e.groups) + "</body>\n</html>\n";
}

}  // namespace aisle
