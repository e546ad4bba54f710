// aisle index: a list of head queries and a pack in, the pack with an index of them out.
#include <cstdio>
#include <memory>

#include "cli/verbs.h"
#include "learn/index.h"
#include "pack/write.h"
#include "text/locale.h"

namespace aisle::cli {
namespace {

struct Options {
  std::string pack, file, out, locale;
  bool strict = false;
};

int run(const Options& options) {
  const auto locale = canonical_locale(options.locale);
  if (!locale) return fail(locale.error().message);
  auto classifier = open_pack(options.pack);
  if (!classifier) return fail(classifier.error().message);
  auto heads = read_head_queries(options.file, *classifier, *locale);
  if (!heads) return fail(heads.error().message);
  print_bad_lines(heads->bad_lines);
  if (options.strict && !heads->bad_lines.empty()) return 1;
  if (heads->queries.empty()) return fail(options.file + ": no head query in it");
  const size_t doubles = heads->doubles, bad_lines = heads->bad_lines.size();
  const QueryIndexData index(std::move(*heads));
  const Pack& pack = classifier->pack();
  const auto bytes = with_index(pack.bytes(), index.view());
  if (!bytes) return fail(bytes.error().message);
  if (auto written = write_file(options.out, *bytes); !written) return fail(written.error().message);
  const IndexView view = index.view();
  std::printf("%s: %zu head queries in %zu dimensions (doubles left out: %zu, bad lines: %zu), %zu bytes, %zu without them\n", options.out.c_str(), view.queries.size(),
              view.rows.columns, doubles, bad_lines, bytes->size(), pack.size());
  return 0;
}

}  // namespace

Verb add_index(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_pack_option(app, options->pack);
  app.add_option("file", options->file, "head queries, one a line, the most frequent first")->required();
  app.add_option("-o,--out", options->out, "where the pack with the index goes; may be the pack itself")->required();
  app.add_option("--locale", options->locale, "BCP 47 tag of the store's locale, such as en-US; aisle similar is then best told the same");
  app.add_flag("--strict", options->strict, "exit 1 when a line is bad, instead of leaving it out");
  return [options] { return run(*options); };
}

}  // namespace aisle::cli
