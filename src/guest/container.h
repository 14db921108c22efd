// The settings that starting a container takes, as values; the counterpart of machine.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guest/machine.h"

namespace drawbridge::guest {

/// rootfs or mpN: a volume with where it is mounted.
struct Mount {
  std::string key;                                          ///< "rootfs", "mp0"…
  std::string volume;                                       ///< STORAGE:VOLUME, or an absolute path
  std::string target;                                       ///< inside the container; "/" of rootfs
  std::map<std::string, std::string, std::less<>> options;  ///< the other properties: "size", "ro"…
  SourceLocation where;
  bool operator==(const Mount&) const = default;
};

/// Members hold the usual value where the file says nothing; empty texts are "not said".
struct Container {
  std::string hostname;
  std::string arch;
  std::string ostype;
  std::uint64_t memory_mib = 512;
  std::uint64_t swap_mib = 512;
  std::optional<unsigned> cores;  ///< not said: all of the host's
  std::vector<Mount> mounts;      ///< rootfs, if it is said, before mp0, mp1…
  bool unprivileged = false;
  bool onboot = false;
  Startup startup;
  std::string nameserver;
  std::string searchdomain;
  std::map<std::uint8_t, Nic> nics;
  std::vector<std::pair<std::string, std::string>> raw;  ///< "lxc.…" lines for LXC, in order
};

struct ReadContainer {
  Container container;
  Diagnostics diagnostics;  ///< values with errors are left out of the container
};

ReadContainer read_container(const Settings& settings);

}  // namespace drawbridge::guest
