// aisle inspect: what a pack holds, in words.
#include <cstdio>
#include <memory>

#include "cli/verbs.h"
#include "pack/checksum.h"

namespace aisle::cli {
namespace {

int text(std::string_view t) { return static_cast<int>(t.size()); }

void print_encoder(const EncoderView& e) {
  static constexpr const char* kTypes[] = {"int8", "int4", "float32"};
  std::printf("encoder      %zu layers (%s), width %zu, %zu heads, hidden %zu; %zu pieces x %zu (%s); %zu locale vectors\n", e.layers.size(),
              e.post_norm ? "normalised after each sum" : "normalised before each step", e.width, e.heads, e.hidden, e.pieces.rows, e.pieces.columns, kTypes[static_cast<int>(e.pieces.type)], e.locales.size());
}

void print_thresholds(const char* title, const std::vector<Thresholds>& rows, float standard) {
  std::printf("%-12s category  group  broad   none  coverage\n", title);
  for (const Thresholds& t : rows) {
    std::printf("  %5.1f %%      %.3f  %.3f  %.3f  %.3f  %6.1f %%%s\n", t.error_rate * 100.0, t.category, t.group, t.broad, t.none, t.coverage * 100.0,
                t.error_rate == standard ? "  (default)" : "");
  }
}

int run(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return fail(bytes.error().message);
  const auto opened = Pack::open(std::move(*bytes));
  if (!opened) return fail(path + ": " + opened.error().message);
  const Pack& p = **opened;
  size_t subcategories = 0;
  for (const GroupView& g : p.taxonomy.groups) subcategories += g.subcategories.size();
  std::printf("pack         %.*s %.*s, %zu bytes, licence %.*s\n", text(p.name), p.name.data(), text(p.version), p.version.data(), p.size(),
              text(p.licence), p.licence.data());
  std::printf("languages   ");
  for (const auto language : p.languages) std::printf(" %.*s", text(language), language.data());
  std::printf("\ntaxonomy     %zu groups, %zu subcategories, version %.*s, sha256 %.*s\n", p.taxonomy.groups.size(), subcategories,
              text(p.taxonomy.version), p.taxonomy.version.data(), text(p.taxonomy.sha256), p.taxonomy.sha256.data());
  std::printf("tokenizer    sentencepiece, queries cut at %zu characters and %zu tokens\n", p.tokenizer.max_code_points, p.tokenizer.max_tokens);
  print_encoder(p.encoder);
  std::printf("heads        router of %zu components, %zu group heads\n", p.heads.outcomes.size(), p.heads.groups.size());
  if (const auto& n = p.heads.none) {
    std::printf("none         log-odds %.3f %+.3f x the router's %+.3f x energy %+.3f x log-likelihood a byte\n", n->bias, n->logit, n->energy, n->log_likelihood);
  }
  std::printf("prior        %.*s\n", text(p.rules.prior), p.rules.prior.data());
  print_thresholds("error rate", p.rules.thresholds, p.rules.default_error_rate);
  if (!p.rules.other_languages.empty()) print_thresholds("others", p.rules.other_languages, p.rules.default_error_rate);
  std::printf("labels       listed from %.3f on\n", static_cast<double>(p.rules.label));
  if (p.rules.context_bound > 0) std::printf("context      earlier decisions make a subcategory at most %g times as likely\n", p.rules.context_bound);
  if (p.index) std::printf("index        %zu head queries, %zu dimensions\n", p.index->queries.size(), p.index->rows.columns);
  std::printf("self-test    %zu golden queries, tolerance %g\n", p.golden.queries.size(), p.golden.tolerance);
  if (p.prototypes) {
    std::printf("prototypes   %zu new categories\n", p.prototypes->categories.size());
    for (const PrototypeView& c : p.prototypes->categories) std::printf("  %.*s, of %zu examples\n", text(c.id), c.id.data(), c.examples);
  }
  for (const SectionInfo& s : p.sections) {
    std::printf("section      %-10s %9zu bytes  %s  xxh64 %s\n", s.name.c_str(), s.bytes, s.required ? "required" : "optional", hexadecimal(s.xxh64).c_str());
  }
  for (const auto source : p.sources) std::printf("source       %.*s\n", text(source), source.data());
  return 0;
}

}  // namespace

Verb add_inspect(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  add_pack_option(app, *path);
  return [path] { return run(*path); };
}

}  // namespace aisle::cli
