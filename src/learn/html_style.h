// The style of the report, light and dark, for wide screens, phones and paper.
#ifndef AISLE_LEARN_HTML_STYLE_H_
#define AISLE_LEARN_HTML_STYLE_H_

namespace aisle {

inline constexpr const char kReportStyle[] = R"css(
:root { color-scheme: light dark; --page: #fff; --ink: #1b1f24; --faint: #59636e; --line: #d5dae0; --band: #f5f7f9;
  --blue: #0b62c4; --orange: #b35900; --green: #1a7f4b; --red: #c0362c; --grey: #b3bbc4; --teal: #63b59a; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --ink: #e4e8ed; --faint: #9aa5b1; --line: #333b45; --band: #1d232a;
  --blue: #6cb0ff; --orange: #f0a356; --green: #3fae77; --red: #f0776c; --grey: #4d5763; --teal: #2a6650; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 72rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .25rem; font-size: 1.2rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
.note, figcaption, caption { color: var(--faint); font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .5rem 0 1.25rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .25rem; white-space: nowrap; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
thead th { color: var(--faint); font-weight: 600; vertical-align: bottom; }
th:first-child, td.text, .words th, .words td { text-align: left; }
tbody th { font-weight: 400; position: sticky; left: 0; background: var(--page); }
tbody tr:hover > * { background: var(--band); }
tr.chosen > * { font-weight: 600; }
td.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 11rem; max-width: 22rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 2rem; }
figure { margin: .5rem 0; }
figcaption { margin-bottom: .25rem; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; font: 14px system-ui, sans-serif; }
.figures svg { max-width: 26rem; font-size: 12px; }
svg text { fill: var(--faint); }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.grid { stroke: var(--line); }
.ideal { stroke: var(--faint); stroke-dasharray: 4 4; }
.reach { stroke: var(--blue); stroke-width: 2; opacity: .5; }
.dot { fill: var(--blue); stroke: var(--page); }
.count, .abstained { fill: var(--grey); }
.first { fill: none; stroke: var(--blue); stroke-width: 2; }
.second { fill: none; stroke: var(--orange); stroke-width: 2; stroke-dasharray: 6 3; }
.gain { stroke: var(--green); stroke-width: 2; }
.risk .dot, .at-once { fill: var(--green); }
.rolled-up { fill: var(--teal); }
.wrong { fill: var(--red); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .25rem 0 1rem; padding: 0; list-style: none; font-size: .9rem; }
.legend svg { display: inline-block; width: 24px; height: 12px; margin-right: .4rem; vertical-align: -1px; }
summary { cursor: pointer; color: var(--faint); font-size: .9rem; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } figure, tr { break-inside: avoid; }
  th, td { padding: .1rem .3rem; } h2 { break-after: avoid; } details::details-content { content-visibility: visible; }
  tbody th { position: static; } svg { print-color-adjust: exact; } }
)css";

}  // namespace aisle

#endif  // AISLE_LEARN_HTML_STYLE_H_
