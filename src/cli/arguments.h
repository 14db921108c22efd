// Words of the command line to a verb with its values. The parsing library lives in arguments.cc only: it is slow to compile.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "cli/command_spec.h"

namespace drawbridge::cli {

/// The options that every verb takes, before or after it.
struct Globals {
  std::string root;  ///< without trailing slash; empty: the system itself
  std::string node;  ///< empty: the host name
  bool json = false;
  bool quiet = false;
  bool no_color = false;
  int verbose = 0;
};

struct Invocation {
  std::vector<const CommandSpec*> path;  ///< from the root to the verb
  Globals globals;
  Arguments arguments;
  std::vector<std::string> rest;  ///< words of a verb that passes them on
  bool help = false;
  bool version = false;

  const CommandSpec& command() const { return *path.back(); }
};

struct UsageError {
  std::string what;
  std::string hint;
  std::vector<const CommandSpec*> path;  ///< as far as it was understood
  bool json = false;                     ///< --json stood among the words
};

/// `words` without the program's name.
std::expected<Invocation, UsageError> parse_arguments(const CommandSpec& root, std::span<const std::string> words);

}  // namespace drawbridge::cli
