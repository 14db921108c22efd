// The options that have a meaning of their own here: canonical name, the name that REST clients know, the spelling written into
// files. All other options are kept as they stand and passed on as text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drawbridge::network {

/// How an option's lines become one value.
enum class OptionForm : std::uint8_t {
  text,      ///< the last line counts
  names,     ///< lines append to a list of interface names
  repeated,  ///< each line is a value of its own
};

struct OptionKey {
  std::string_view name;       ///< canonical: "bridge-ports", "ovs-type"
  std::string_view parameter;  ///< "bridge_ports", "ovs_type", "slaves"
  std::string_view spelling;   ///< how a new line is written: "bridge-ports", "ovs_type"
  OptionForm form = OptionForm::text;
};

/// All of them, sorted by canonical name. Addresses, gateways and their qualifiers are not among them (see is_address_option).
std::span<const OptionKey> option_keys();
/// nullptr if the name has no meaning of its own.
const OptionKey* find_option_key(std::string_view canonical_name);
const OptionKey* find_option_key_by_parameter(std::string_view parameter);

/// '-' for '_', and one name for synonyms ("slaves", "bond_slaves" and "bond-ports" are "bond-slaves"; "ovs_mtu" is "mtu").
std::string canonical_option(std::string_view written);

/// address, gateway, netmask, broadcast… : options that make_model reads into addresses and gateways.
bool is_address_option(std::string_view canonical_name);
/// netmask, broadcast, scope, pointopoint, preferred-lifetime: they speak about the address above them.
bool is_address_qualifier(std::string_view canonical_name);

/// "4" and "802.3ad" are the same bond mode; an unknown one is given back as it is.
std::string bond_mode_name(std::string_view mode);

/// "yes", "on", "1", "true" in any case; "no", "off", "0", "false"; nullopt: neither.
std::optional<bool> parse_switch(std::string_view text);

}  // namespace drawbridge::network
