// aisle verify: hashes, structure, meaning, and the golden queries.
#include <cstdio>
#include <memory>

#include "cli/verbs.h"

namespace aisle::cli {

Verb add_verify(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  add_pack_option(app, *path);
  return [path] {
    auto classifier = open_pack(*path);
    if (!classifier) return fail(classifier.error().message);
    const auto report = classifier->self_test();
    if (!report) {
      std::fprintf(stderr, "aisle: %s: self-test failed: %s\n", path->c_str(), report.error().message.c_str());
      return 1;
    }
    std::printf("%s is sound: %zu sections match their checksums, %zu golden queries match (largest logit difference %g)\n", path->c_str(),
                classifier->pack().sections.size(), report->queries, report->largest_difference);
    return 0;
  };
}

}  // namespace aisle::cli
