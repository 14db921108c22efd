// The running service, seen from a command: verbs that it serves run there, warm, where it is the same program in the same world.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/console.h"

namespace drawbridge::cli {

/// Where the service of a root listens.
std::string service_socket(const std::string& root);
/// What both sides must agree on: the program's version and the namespaces of network, mounts and processes.
std::string service_version();
/// Runs the command in the service if one serves it; nullopt: run it here.
std::optional<Exit> run_in_service(const Invocation& invocation, const std::vector<std::string>& words, Console& console);

}  // namespace drawbridge::cli
