#include "learn/html_charts.h"

#include <algorithm>
#include <cmath>

#include "learn/html_text.h"

namespace aisle {
namespace {

// A plotting area within an SVG of the given size, both axes from 0 up.
struct Plot {
  double width, height, left = 46, right = 12, top = 10, bottom = 44;
  double x_max = 1, y_max = 1;

  double x(double value) const { return left + (width - left - right) * std::min(value / x_max, 1.0); }
  double y(double value) const { return height - bottom - (height - top - bottom) * std::min(value / y_max, 1.0); }
};

std::string number(double value) { return decimal(value, 1); }

std::string open_svg(const Plot& plot, const std::string& name) {
  return "<svg viewBox=\"0 0 " + number(plot.width) + " " + number(plot.height) + "\" role=\"img\" aria-label=\"" + html_text(name) + "\">\n";
}

std::string line(const char* style, double x1, double y1, double x2, double y2) {
  return std::string("<line class=\"") + style + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
}

std::string label(const char* style, double x, double y, const std::string& text) {
  return std::string("<text class=\"") + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + html_text(text) + "</text>\n";
}

std::string rectangle(const char* style, double x, double y, double width, double height, const std::string& title) {
  return std::string("<rect class=\"") + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) + "\" height=\"" + number(height) +
         "\"><title>" + html_text(title) + "</title></rect>\n";
}

std::string dot(double x, double y, const std::string& title) {
  return "<circle class=\"dot\" cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"4\"><title>" + html_text(title) + "</title></circle>\n";
}

// Grid lines at fifths of both axes, their values, and what the axes are.
std::string axes(const Plot& plot, const std::string& x_name, const std::string& y_name) {
  std::string svg;
  for (int fifth = 0; fifth <= 5; ++fifth) {
    const double x = plot.x_max * fifth / 5, y = plot.y_max * fifth / 5;
    svg += line("grid", plot.x(x), plot.y(0), plot.x(x), plot.y(plot.y_max));
    svg += line("grid", plot.x(0), plot.y(y), plot.x(plot.x_max), plot.y(y));
    svg += label("middle", plot.x(x), plot.y(0) + 16, decimal(100 * x, 0));
    svg += label("end", plot.x(0) - 6, plot.y(y) + 4, decimal(100 * y, 0));
  }
  svg += label("middle", plot.x(plot.x_max / 2), plot.y(0) + 34, x_name);
  const double middle = plot.y(plot.y_max / 2);
  svg += "<text class=\"middle\" transform=\"translate(12 " + number(middle) + ") rotate(-90)\">" + html_text(y_name) + "</text>\n";
  return svg;
}

// A point for each pixel at most: thousands of rows would only make the file large.
std::string curve(const char* style, const Plot& plot, const std::vector<RiskPoint>& points) {
  std::string path;
  double last = -1;
  for (size_t i = 0; i < points.size(); ++i) {
    const double x = plot.x(points[i].coverage);
    if (!path.empty() && x - last < 1 && i + 1 < points.size()) continue;
    path += (path.empty() ? "M" : "L") + number(x) + " " + number(plot.y(points[i].risk));
    last = x;
  }
  return path.empty() ? "" : std::string("<path class=\"") + style + "\" d=\"" + path + "\"/>\n";
}

// The first answers alone say little: one wrong at the start is a risk of 100 %.
double highest_risk(const std::vector<RiskPoint>& points) {
  double highest = 0;
  for (const RiskPoint& point : points) {
    if (point.coverage >= 0.1) highest = std::max(highest, point.risk);
  }
  return highest;
}

}  // namespace

std::string reliability_chart(const std::string& name, const std::vector<ReliabilityBin>& bins) {
  const Plot plot{.width = 360, .height = 340};
  const Plot counts{.width = 360, .height = 420, .top = 350, .bottom = 22};
  std::string svg = open_svg(counts, name) + axes(plot, "stated confidence, %", "right, %");
  svg += line("ideal", plot.x(0), plot.y(0), plot.x(1), plot.y(1));
  size_t most = 1;
  for (const ReliabilityBin& bin : bins) most = std::max(most, bin.count);
  for (size_t i = 0; i < bins.size(); ++i) {
    const ReliabilityBin& bin = bins[i];
    if (bin.count == 0) continue;
    const double low = share_of(i, bins.size()), high = share_of(i + 1, bins.size());
    const double x = plot.x(bin.confidence / static_cast<double>(bin.count)), right = share_of(bin.right, bin.count), share = share_of(bin.count, most);
    const Interval interval = wilson_interval(bin.right, bin.count);
    const std::string title = percent(low) + " to " + percent(high) + ": " + std::to_string(bin.count) + " answers, " + percent(right) + " right";
    svg += line("reach", x, plot.y(interval.low), x, plot.y(interval.high)) + dot(x, plot.y(right), title);
    svg += rectangle("count", counts.x(low) + 1, counts.y(share), counts.x(high) - counts.x(low) - 2, counts.y(0) - counts.y(share), title);
  }
  svg += line("grid", counts.x(0), counts.y(0), counts.x(1), counts.y(0));
  svg += label("end", counts.x(0) - 6, counts.y(1) + 8, std::to_string(most)) + label("end", counts.x(0) - 6, counts.y(0) + 2, "0");
  return svg + label("middle", counts.x(0.5), counts.height - 6, "answers in each bin") + "</svg>\n";
}

std::string risk_coverage_chart(const Evaluation& evaluation) {
  const auto subcategory = risk_coverage(evaluation.subcategory), accept = risk_coverage(evaluation.accept);
  Plot plot{.width = 480, .height = 340};
  double highest = std::max(highest_risk(subcategory), highest_risk(accept));
  for (const OperatingPoint& point : evaluation.points) {
    if (point.decided) highest = std::max(highest, share_of(point.wrong, point.decided));
  }
  plot.y_max = std::clamp(std::ceil(highest * 10) / 10, 0.1, 1.0);
  std::string svg = open_svg(plot, "Errors against coverage") + axes(plot, "coverage, %", "errors among the answers, %");
  svg += curve("first", plot, subcategory) + curve("second", plot, accept);
  for (const OperatingPoint& point : evaluation.points) {
    if (!point.decided) continue;
    const double error = share_of(point.wrong, point.decided), coverage = share_of(point.decided, evaluation.all.queries), y = plot.y(error);
    const std::string stated = rate_text(point.error_rate);
    svg += line("gain", plot.x(point.accept_alone), y, plot.x(coverage), y);
    svg += dot(plot.x(coverage), y, stated + " stated: " + percent(error) + " wrong, " + percent(coverage) + " decided");
    svg += label("start", plot.x(coverage) + 6, y + 13, stated);
  }
  return svg + "</svg>\n";
}

std::string outcome_chart(const Evaluation& evaluation) {
  constexpr double kRow = 26;
  const Plot plot{.width = 480, .height = 26 + kRow * static_cast<double>(evaluation.points.size()), .top = 4, .bottom = 22};
  std::string svg = open_svg(plot, "Outcomes at each error rate");
  double y = plot.top;
  for (const OperatingPoint& point : evaluation.points) {
    const auto right = [&](Outcome o) { return point.outcomes[static_cast<size_t>(o)].right; };
    const size_t rolled_up = right(Outcome::kGroup) + right(Outcome::kAmbiguous);
    const size_t at_once = point.decided - point.wrong - rolled_up;
    const std::string stated = rate_text(point.error_rate);
    svg += label("end", plot.left - 6, y + 15, stated);
    double x = plot.left;
    const auto part = [&](const char* style, const char* what, size_t count) {
      const double width = plot.x(share_of(count, evaluation.all.queries)) - plot.left;
      if (count) svg += rectangle(style, x, y, width, kRow - 6, std::string(what) + ": " + percent(share_of(count, evaluation.all.queries)));
      x += width;
    };
    part("at-once", "right at once", at_once);
    part("rolled-up", "right by roll-up", rolled_up);
    part("wrong", "wrong", point.wrong);
    part("abstained", "abstained", evaluation.all.queries - point.decided);
    y += kRow;
  }
  for (int fifth = 0; fifth <= 5; ++fifth) svg += label(fifth == 5 ? "end" : "middle", plot.x(fifth / 5.0), plot.height - 6, std::to_string(20 * fifth) + " %");
  return svg + "</svg>\n";
}

}  // namespace aisle
