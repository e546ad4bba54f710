// The report of `aisle eval --html`: one file with its style and charts in it and no script, that reads on a phone and prints.
#ifndef AISLE_LEARN_HTML_REPORT_H_
#define AISLE_LEARN_HTML_REPORT_H_

#include <string>
#include <vector>

#include "learn/evaluation.h"
#include "pack/pack.h"

namespace aisle {

struct ReportSource {
  std::string file, locale;        // as they were given
  std::vector<std::string> pools;  // empty: all
  size_t bad_lines = 0;            // left out
};

// UTF-8. The same arguments give the same bytes: no date, no place. Queries and labels may hold any bytes.
std::string html_report(const ReportSource& source, const Pack& pack, const Evaluation& evaluation);

}  // namespace aisle

#endif  // AISLE_LEARN_HTML_REPORT_H_
