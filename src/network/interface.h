// The typed model: one Interface per name, merged from all its stanzas in all files, with every value tied to its line. Derived
// from the lossless documents; never written back as a whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "base/source_location.h"
#include "interfaces/configuration.h"
#include "network/desired.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// The types as the REST API and the web page name them; those behind ovs_int_port have no word there and are "unknown".
enum class InterfaceType : std::uint8_t {
  eth,
  bridge,
  bond,
  vlan,
  alias,
  vxlan,
  dummy,
  loopback,
  ovs_bridge,
  ovs_bond,
  ovs_port,
  ovs_int_port,
  tunnel,
  vrf,
  veth,
  macvlan,
  unknown
};
std::string type_name(InterfaceType type);  ///< "OVSBridge" …: the wire word
std::optional<InterfaceType> find_type(std::string_view wire_word);

/// One `address` line with the qualifiers that follow it.
struct AddressLine {
  InterfaceAddress address;
  std::optional<IpAddress> broadcast;
  std::optional<std::string> scope;
  SourceLocation where;           ///< of the address itself, not of the word before it
  std::optional<IpAddress> peer;  ///< pointopoint
  PreferredLifetime preferred{};
  bool operator==(const AddressLine&) const = default;
};

struct GatewayLine {
  IpAddress gateway;
  std::optional<std::uint32_t> metric;
  SourceLocation where;  ///< of the address itself
  bool operator==(const GatewayLine&) const = default;
};

/// One option as it stands in the file. `name` is canonical: '-' for '_', aliases unified ("bridge-ports").
struct OptionLine {
  std::string name;
  std::string value;
  std::string raw;               ///< "name value" as in the file, continuation joined, $IFACE kept
  std::optional<Family> family;  ///< of its stanza; nullopt: typeless stanza
  SourceLocation where;          ///< of the name
  SourceLocation value_where;
  bool continued = false;  ///< over several physical lines: words of the value have no column of their own
  bool operator==(const OptionLine&) const = default;
};

struct Interface {
  std::string name;
  InterfaceType type = InterfaceType::unknown;
  SourceLocation where;   ///< first stanza, or the `auto` line if there is none
  bool declared = false;  ///< has a stanza
  bool autostart = false;
  bool hotplug = false;
  std::vector<std::string> classes;             ///< allow-CLASS lines other than auto and hotplug
  std::vector<std::optional<Family>> families;  ///< in stanza order; nullopt: typeless
  std::optional<std::string> method;            ///< inet; of several stanzas, the first method that is not "manual"
  std::optional<std::string> method6;           ///< inet6, likewise
  std::vector<AddressLine> addresses;           ///< both families, file order
  std::vector<GatewayLine> gateways;
  std::vector<DesiredHook> hooks;
  std::vector<OptionLine> options;  ///< every option line, addresses and hooks included, file order
  std::string comments;             ///< inet and typeless stanzas; each line ends "\n"
  std::string comments6;
  std::optional<std::uint32_t> priority;  ///< position in the file, `lo` is 1

  /// The last value of a canonical option name, or nullptr.
  const OptionLine* find_option(std::string_view canonical_name) const;
  /// The same as text; empty if there is none.
  std::string_view option(std::string_view canonical_name) const;
};

struct Model {
  std::map<std::string, Interface, std::less<>> interfaces;
  Diagnostics diagnostics;  ///< of the merge: bad addresses, unknown methods…

  /// nullptr if no file speaks of the name.
  const Interface* find(std::string_view name) const;
};

/// Merges stanzas into interfaces and detects types. Never fails: what is wrong is a diagnostic and leaves the value out.
/// `kernel` (may be null) decides "physical" and resolves altnames; without it names decide.
Model make_model(const interfaces::Configuration& configuration, const Snapshot* kernel);

/// What nobody else checks: port in two bridges, broken stacking, long names, gateway off its subnet… Warnings and errors.
/// `kernel` may be null: then what needs it (missing NIC) is not checked.
Diagnostics validate(const Model& model, const Snapshot* kernel);

/// The kernel terms of a valid model: links that are auto (or needed by one that is), addresses, default routes, hooks.
/// An interface of a type this version cannot apply gives an error diagnostic "type-unsupported" and is left out.
struct Resolved {
  Desired desired;
  Diagnostics diagnostics;
};
Resolved resolve(const Model& model, const Snapshot* kernel);

}  // namespace drawbridge::network
