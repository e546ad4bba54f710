#include <cstdio>
#include <iostream>
#include <map>

#include "cli/verbs.h"

namespace aisle::cli {

void add_pack_option(CLI::App& app, std::string& path) {
  app.add_option("-p,--pack", path, "the .aisle pack to use")->envname("AISLE_PACK")->required();
}

Result<Classifier> open_pack(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto classifier = Classifier::open(std::move(*bytes));
  if (!classifier) return error(classifier.error().code, path + ": " + classifier.error().message);
  return classifier;
}

int answer_each(const std::vector<std::string>& queries, const std::function<Result<void>(std::string_view, std::string&)>& answer) {
  std::string line;
  const auto print = [&](std::string_view query) -> Result<void> {
    line.clear();
    if (auto done = answer(query, line); !done) return done;
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    return {};
  };
  for (const std::string& query : queries) {
    if (auto done = print(query); !done) return fail(done.error().message);
  }
  if (!queries.empty()) return 0;
  // even without a line the options must be sound
  if (auto checked = answer("", line); !checked) return fail(checked.error().message);
  std::ios::sync_with_stdio(false);
  for (std::string query; std::getline(std::cin, query);) {
    if (query.ends_with('\r')) query.pop_back();
    if (auto done = print(query); !done) return fail(done.error().message);
  }
  return 0;
}

void print_bad_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::fprintf(stderr, "aisle: %s\n", line.c_str());
}

int fail(const std::string& message) {
  std::fprintf(stderr, "aisle: %s\n", message.c_str());
  return 2;
}

}  // namespace aisle::cli

int main(int argc, char** argv) {
  using namespace aisle::cli;
  CLI::App app{"Aisle: what a storefront search query is about, on this device."};
  app.require_subcommand(1);
  std::map<CLI::App*, Verb> verbs;
  const auto add = [&](const char* name, const char* what, Verb (*verb)(CLI::App&)) {
    CLI::App* sub = app.add_subcommand(name, what);
    verbs[sub] = verb(*sub);
  };
  add("calibrate", "fit a pack's probabilities and thresholds to labelled queries", add_calibrate);
  add("classify", "decide queries: arguments, or one a line from stdin", add_classify);
  add("eval", "score a pack on labelled queries", add_eval);
  add("fit", "give new categories a head of their own, from labelled lines", add_fit);
  add("index", "put an index of a store's head queries into a pack", add_index);
  add("inspect", "show what a pack holds", add_inspect);
  add("prototypes", "put new categories into a pack, of a few example queries each", add_prototypes);
  add("similar", "find the head queries nearest to queries", add_similar);
  add("rules", "check, try or store override rules", add_rules);
  add("verify", "check a pack's hashes and run its self-test", add_verify);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  return verbs.at(app.get_subcommands().front())();
}
