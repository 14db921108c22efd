// The name of a task: "UPID:node:PID8:PSTART8:START8:type:id:user@realm:", numbers in hexadecimal, as clients split it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::api {

struct Upid {
  std::string node;
  std::uint32_t pid = 0;
  std::uint64_t pstart = 0;  ///< when the process began, in clock ticks since boot (/proc/PID/stat, field 22)
  std::uint32_t start = 0;   ///< Unix time in seconds
  std::string type;          ///< "srvreload", "qmstart"…
  std::string id;            ///< what it is about: "networking", a VMID; may be empty
  std::string user;          ///< "root@pam", "root@pam!token"; what is no printable ASCII is written as %XX, and so is '%'
  bool operator==(const Upid&) const = default;
};

std::string format_upid(const Upid& upid);
/// nullopt for everything that format_upid does not write.
std::optional<Upid> parse_upid(std::string_view text);

}  // namespace drawbridge::api
