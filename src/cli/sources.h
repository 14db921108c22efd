// The interfaces files of a node, read and resolved: what every verb starts from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "doors/files.h"
#include "interfaces/configuration.h"
#include "network/interface.h"
#include "network/model_hooks.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

/// One interfaces file with everything it sources.
struct Source {
  std::string path;
  std::string bytes;
  bool pending = false;  ///< it is the pending file
  bool exists = true;    ///< false: a missing running file, which counts as empty
  bool warm = false;     ///< the service had read it already (cli/warm.h)
  interfaces::Configuration configuration;
  std::vector<network::HookScript> scripts = {};  ///< of the system, not of the file
};

/// Reads sourced files below `root`: an absolute path that a file names is meant below it.
interfaces::Reader make_reader(doors::Files& files, const std::string& root);

/// A text that is not, or not yet, the content of `path`, read as if it were.
Source read_text(doors::Files& files, const std::string& root, std::string path, std::string bytes);
/// A file that the user named. Error invalid_input (with the file as place) if it can't be read.
Result<Source> read_file(doors::Files& files, const std::string& root, const std::string& path);
/// ROOT/etc/network/interfaces; empty if there is none.
Result<Source> read_running(doors::Files& files, const std::string& root);
/// The pending file, or nullopt if there is none.
Result<std::optional<Source>> read_pending(doors::Files& files, const std::string& root);
/// The pending file if there is one, else the running one.
Result<Source> read_effective(doors::Files& files, const std::string& root);

/// A source with its meaning.
struct Meaning {
  network::Model model;
  network::Resolved resolved;
  Diagnostics diagnostics;  ///< of every step up to validation, sorted; not those of `resolved`
};

/// `kernel` may be null.
Meaning make_meaning(const Source& source, const network::Snapshot* kernel);

/// What the files asked for when they were last applied: the running file if `target` is the pending one, else the newest
/// generation that transactions remember, else nothing. `meaning` is that of `target` against the same kernel, or null.
Result<network::Desired> read_previous(doors::Files& files, const std::string& root, const Source& target, const network::Snapshot* kernel,
                                       const Meaning* meaning = nullptr);

}  // namespace drawbridge::cli
