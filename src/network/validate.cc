// The rules that take an interface by itself, and the order of all rules.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"
#include "network/validate_addresses.h"
#include "network/validate_checks.h"
#include "network/validate_identity.h"
#include "network/validate_options.h"
#include "network/validate_stacking.h"

namespace drawbridge::network {
namespace {

constexpr std::size_t kLongestName = 15;

void check_name(const Interface& interface, Checks& checks) {
  const std::string& name = interface.name;
  const std::string shown = printable(name);
  if (name.size() > kLongestName)
    checks.error(interface.where, "name-too-long", "the name " + shown + " has " + std::to_string(name.size()) + " bytes; 15 are possible",
                 interface.type == InterfaceType::vlan ? "choose a shorter name with vlan-raw-device and vlan-id" : "use a shorter name");
  if (has_control_character(name) || !is_utf8(name))
    checks.error(interface.where, "name-invalid", "the name " + shown + " holds a byte that names can't have",
                 "use letters, digits, '-', '_' and '.'");
  else if (name == "." || name == ".." || name.find('/') != std::string::npos ||
           (name.find(':') != std::string::npos && interface.type != InterfaceType::alias))
    checks.error(interface.where, "name-invalid", "an interface can't be named " + shown, "use letters, digits, '-', '_' and '.'");
}

void check_kernel(const Interface& interface, Checks& checks) {
  if (checks.kernel() == nullptr || !interface.declared || !checks.masters(interface.name).empty()) return;
  const bool hardware = interface.type == InterfaceType::eth || interface.type == InterfaceType::ovs_port;
  if (hardware && !interface.hotplug && checks.kernel()->find_link(interface.name) == nullptr)
    checks.warn(interface.where, "nic-missing", "there is no NIC " + printable(interface.name), "correct the name, or check the hardware");
}

void check_method(const Interface& interface, Checks& checks) {
  if (!interface.declared) {
    if (interface.autostart && (checks.kernel() == nullptr || checks.kernel()->find_link(interface.name) == nullptr) &&
        checks.masters(interface.name).empty())
      checks.warn(interface.where, "auto-without-stanza", printable(interface.name) + " is to be started, but has no iface stanza",
                  "add one, or remove the name from the line");
    return;
  }
  const bool has_address = interface.find_option("address") != nullptr;
  if ((interface.method == "static" || interface.method6 == "static") && !has_address)
    checks.warn(interface.where, "static-without-address", printable(interface.name) + " has method static but no address",
                "add an address line, or set the method to manual");
}

void check_hardware_address(const Interface& interface, Checks& checks) {
  const auto* line = interface.find_option("hwaddress");
  if (line == nullptr) return;
  const auto words = split_words(line->value);
  const std::string_view text = words.size() == 2 && words[0] == "ether" ? words[1] : std::string_view(line->value);
  if (text == "random") return;
  const auto mac = parse_mac(text);
  if (!mac)
    checks.error(line->value_where, "mac-invalid", mac.error().what, "write six pairs of hex digits, such as 02:00:5e:00:53:01");
  else if (mac->is_multicast() || mac->is_zero())
    checks.error(line->value_where, "mac-invalid", printable(text) + " can't be the address of an interface",
                 "choose an address whose first byte is even, such as 02:00:5e:00:53:01");
}

/// One letter too many, too few, wrong, or two swapped.
bool is_slip(std::string_view word, std::string_view meant) {
  if (word.size() > meant.size()) std::swap(word, meant);
  if (meant.size() - word.size() > 1) return false;
  const auto [left, right] = std::ranges::mismatch(word, meant);
  const auto at = static_cast<std::size_t>(left - word.begin());
  const auto rest = word.substr(at);
  const auto rest_meant = meant.substr(at);
  if (word.size() < meant.size()) return rest == rest_meant.substr(1);
  if (rest.empty()) return false;
  if (rest.substr(1) == rest_meant.substr(1)) return true;
  return rest.size() > 1 && rest[0] == rest_meant[1] && rest[1] == rest_meant[0] && rest.substr(2) == rest_meant.substr(2);
}

/// A name that is nearly that of a meaningful option is likely a slip.
void check_misspelling(const Interface& interface, Checks& checks) {
  static const std::vector<std::string_view> candidates = [] {
    std::vector<std::string_view> names{"address",   "netmask",        "gateway",       "broadcast",
                                        "hwaddress", "bond-lacp-rate", "bridge-ageing", "bridge-pvid"};
    for (const auto& key : option_keys()) names.push_back(key.name);
    return names;
  }();
  for (const auto& option : interface.options) {
    // Short words are near to too many; a final 6 is the IPv6 form of an option.
    if (option.name.size() < 6 || option.name.ends_with('6') || find_option_key(option.name) != nullptr) continue;
    if (std::ranges::find(candidates, option.name) != candidates.end()) continue;
    const auto meant = std::ranges::find_if(candidates, [&](std::string_view each) { return is_slip(option.name, each); });
    if (meant == candidates.end()) continue;
    checks.warn(option.where, "option-unknown", "option '" + printable(option.name) + "' has no known meaning",
                "did you mean '" + std::string(*meant) + "'?");
  }
}

void check_uplinks(Checks& checks) {
  std::map<std::string, const Interface*> seen;
  for (const auto& [name, interface] : checks.model().interfaces) {
    const auto* line = interface.find_option("uplink-id");
    if (line == nullptr) continue;
    if (interface.type != InterfaceType::eth && interface.type != InterfaceType::bond)
      checks.warn(line->where, "uplink-type", "uplink-id is for NICs and bonds; " + printable(name) + " is neither", "remove the line");
    const auto [entry, is_new] = seen.try_emplace(line->value, &interface);
    if (!is_new)
      checks.warn(line->value_where, "uplink-duplicate",
                  "uplink-id " + printable(line->value) + " is also that of " + printable(entry->second->name),
                  "give each uplink an id of its own");
  }
}

void check_interface(const Interface& interface, Checks& checks) {
  check_name(interface, checks);
  check_kernel(interface, checks);
  check_method(interface, checks);
  check_hardware_address(interface, checks);
  check_misspelling(interface, checks);
  checks.check_number(interface, "mtu", 68, 65'536);
  const TypeRow& row = type_row(interface.type);
  if (row.check != nullptr) row.check(interface, checks);
}

}  // namespace

Diagnostics validate(const Model& model, const Snapshot* kernel) {
  Checks checks(model, kernel);
  for (const auto& [name, interface] : model.interfaces) check_interface(interface, checks);
  check_options(checks);
  check_identities(checks);
  check_stacking(checks);
  check_addresses(checks);
  check_uplinks(checks);
  Diagnostics found = checks.take();
  sort_diagnostics(found);
  return found;
}

}  // namespace drawbridge::network
