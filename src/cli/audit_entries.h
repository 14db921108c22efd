// Entries of the audit log that the API's service writes (server/audit_log.h): which of them are asked for, and how people read them.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::cli {

struct AuditFilter {
  std::string user = {};      ///< part of the user's or token's name; empty: everybody
  std::string target = {};    ///< part of what was changed, as "/nodes/pve1/network"; empty: everything
  bool only_refused = false;  ///< what was refused or failed
};

/// A line as an object, with "target": its path with the parameters' values in it. nullopt: it is no entry, or not asked for.
std::optional<boost::json::object> matching_entry(std::string_view line, const AuditFilter& filter);

/// "when  user from address: PUT target key=value… -> status message", without colours, and nothing in it that steers a terminal.
std::string entry_text(const boost::json::object& entry);

}  // namespace drawbridge::cli
