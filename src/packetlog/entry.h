// Lines of the log for programs, read back: which of them somebody wants to see, and how they are shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::packetlog {

/// One object of format_json, as far as people look at it.
struct Entry {
  std::int64_t seconds = 0;
  std::uint32_t vmid = 0;
  std::string chain;
  std::string action;  ///< "DROP", "policy REJECT"; may be empty
  std::string rule;    ///< "100.fw:7"; may be empty
  std::string in;      ///< the port if it is a bridge's, else the device; may be empty
  std::string out;
  std::string packet;
  bool operator==(const Entry&) const = default;
};

/// nullopt for a line that is no such object: cut by a crash, or somebody else's.
std::optional<Entry> parse_entry(std::string_view line);

struct Filter {
  std::optional<std::uint32_t> vmid;  ///< 0: the host's
  std::string rule;                   ///< "100.fw:7", or a file alone: "100.fw"; empty: any
  std::string text;                   ///< in the packet's text, case ignored; empty: any
};
bool matches(const Entry& entry, const Filter& filter);

/// "VM 100", "host": whose it is.
std::string subject(const Entry& entry);

}  // namespace drawbridge::packetlog
