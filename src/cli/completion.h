// What may stand at the end of a command line, from the command tree; and the three small shell scripts that ask for it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/command_spec.h"

namespace drawbridge::cli {

struct Candidate {
  std::string text;
  std::string help;
  bool operator==(const Candidate&) const = default;
};

struct Completion {
  std::vector<Candidate> candidates;  ///< only those that begin with the last word
  bool files = false;                 ///< the shell may offer file names too
  bool operator==(const Completion&) const = default;
};

/// Names that are not in the tree: interfaces, generations, parameter names. May give none.
using NameSource = std::function<std::vector<std::string>(Completes)>;

/// `words` after the program's name; the last one is being typed and may be empty.
Completion complete(const CommandSpec& root, std::span<const std::string> words, const NameSource& names);

/// The script for "bash", "zsh" or "fish"; it also serves ifup, ifdown, ifreload and ifquery.
std::string completion_script(std::string_view shell);

}  // namespace drawbridge::cli
