// Which interfaces a familiar command is about: -a, names, classes, exclusions.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/command_spec.h"
#include "network/interface.h"

namespace drawbridge::cli {

struct Selection {
  std::set<std::string> names;
  std::vector<std::string> unknown;  ///< named, but not in the file
};

/// Without names: the interfaces marked auto, or those of the classes given by --allow; `everything`: all of the file. Names may
/// be shell patterns, as may exclusions. With both names and classes: those of the names that are in a class.
Selection select_interfaces(const network::Model& model, const Arguments& arguments, bool everything);

}  // namespace drawbridge::cli
