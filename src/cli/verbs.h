// The verbs of the command line; each lives in a file of its name, adds its options, and returns its exit status:
// 0 done, 1 the answer is no (a failed self-test, bad lines under --strict), 2 usage or input error.
#ifndef AISLE_CLI_VERBS_H_
#define AISLE_CLI_VERBS_H_

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "classifier.h"

namespace aisle::cli {

using Verb = std::function<int()>;

Verb add_calibrate(CLI::App& app);
Verb add_classify(CLI::App& app);
Verb add_eval(CLI::App& app);
Verb add_fit(CLI::App& app);
Verb add_index(CLI::App& app);
Verb add_inspect(CLI::App& app);
Verb add_prototypes(CLI::App& app);
Verb add_similar(CLI::App& app);
Verb add_rules(CLI::App& app);
Verb add_verify(CLI::App& app);

// Adds --pack, required unless the AISLE_PACK environment variable names one.
void add_pack_option(CLI::App& app, std::string& path);

Result<Classifier> open_pack(const std::string& path);

// Prints one line for each query: what `answer` appends. Without queries, those of stdin, one a line. The exit status.
int answer_each(const std::vector<std::string>& queries, const std::function<Result<void>(std::string_view query, std::string& line)>& answer);

// Prints each line of what is wrong with an input file to stderr.
void print_bad_lines(const std::vector<std::string>& lines);

// Prints "aisle: message" to stderr and returns 2.
int fail(const std::string& message);

}  // namespace aisle::cli

#endif  // AISLE_CLI_VERBS_H_
