// The interfaces as people and REST clients see them: the objects of the REST list, and the rows of the web page's table.
// Pure; the command line prints them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/interface.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// The REST list as one JSON object keyed by interface name, names in natural order; `lo` is left out.
///
/// Values that a file states are strings ("mtu": "9000"), flags and defaults are integers ("autostart": 1, "bridge_fd": 0), what
/// is not set is absent. `kernel` may be null: then nothing is said about what exists or is active. Otherwise physical NICs that
/// no file mentions are listed too, and names that are a link's alternative name are resolved.
std::string show_json(const Model& model, const Snapshot* kernel);

/// One row of the table of interfaces.
struct ShowRow {
  std::string name;
  std::vector<std::string> altnames;  ///< other names of the same link
  std::string type;                   ///< "Network Device", "Linux Bridge", "OVS Port"…
  std::optional<bool> active;         ///< nullopt: no kernel was asked
  bool autostart = false;
  std::optional<bool> vlan_aware;  ///< of bridges only
  std::string ports;               ///< ports or slaves, separated by blanks
  std::string bond_mode;           ///< "802.3ad" is shown as "LACP (802.3ad)"
  std::vector<std::string> cidrs;  ///< all addresses, file order; "dhcp" and "auto" where the method says so
  std::vector<std::string> gateways;
  std::string comment;  ///< first line of the comments, blanks trimmed
  bool operator==(const ShowRow&) const = default;
};

/// Sorted by name, numbers inside names by value (eth2 before eth10).
std::vector<ShowRow> show_rows(const Model& model, const Snapshot* kernel);

/// The order of names for people: digits compare as numbers.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace drawbridge::network
