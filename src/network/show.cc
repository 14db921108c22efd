#include "network/show.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/text.h"
#include "network/option_key.h"
#include "network/port_list.h"
#include "network/shown_fields.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

// A chain of VLANs on VLANs is followed this far; longer ones are loops or nonsense.
constexpr int kMostParents = 8;

/// One interface of the list, from a file or found.
struct Listed {
  const Interface* interface = nullptr;  ///< its own entry in the model, or `made`
  std::optional<Interface> made;         ///< for those that no file mentions
  std::optional<bool> exists;            ///< nullopt: nothing is said
  std::optional<bool> active;
  std::vector<std::string> altnames;
};

using Listing = std::map<std::string, Listed, bool (*)(std::string_view, std::string_view)>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lister {
 public:
  Lister(const Model& model, const Snapshot* kernel) : model_(model), kernel_(kernel), listing_(natural_less) {}

  Listing run() {
    for (const auto& [name, interface] : model_.interfaces)
      if (name != "lo") listing_[name].interface = &interface;
    for (const auto& [name, interface] : model_.interfaces) add_parent(parent_of(interface));
    if (kernel_ != nullptr) add_physical_links();
    for (auto& [name, listed] : listing_) {
      if (listed.made) listed.interface = &*listed.made;
      if (kernel_ != nullptr) ask_kernel(name, listed);
    }
    return std::move(listing_);
  }

 private:
  /// What stands on a name that no file mentions gives that name an entry of its own.
  void add_parent(const std::string& name) {
    if (!name.empty() && name != "lo") make(name);
  }

  void make(const std::string& name) {
    Listed& listed = listing_[name];
    if (listed.interface != nullptr || listed.made) return;
    Interface interface;
    interface.name = name;
    interface.families = {Family::ipv4};
    interface.type = detect_type(interface, kernel_);
    listed.made = std::move(interface);
  }

  void add_physical_links() {
    for (const auto& [name, link] : kernel_->links) {
      const bool mentioned =
          listing_.contains(name) || std::ranges::any_of(link.altnames, [&](const std::string& alt) { return listing_.contains(alt); });
      if (is_physical(link) && !mentioned) make(name);
    }
  }

  void ask_kernel(const std::string& name, Listed& listed) {
    listed.exists = exists(*listed.interface, kMostParents);
    const Link* link = kernel_->find_link(name);
    listed.active = link != nullptr && link->up;
    if (link == nullptr) return;
    listed.altnames = link->altnames;
    if (link->name != name) {
      std::erase(listed.altnames, name);
      listed.altnames.push_back(link->name);
      std::ranges::sort(listed.altnames);
    }
  }

  /// nullopt where existence says nothing: bridges and bonds are made, not found.
  std::optional<bool> exists(const Interface& interface, int depth) const {
    const Link* link = kernel_->find_link(interface.name);
    if (link != nullptr && is_physical(*link)) return true;
    const std::string parent = parent_of(interface);
    if (parent.empty()) {
      const bool found = interface.type == InterfaceType::eth || interface.type == InterfaceType::ovs_port || !interface.declared;
      return found ? std::optional(false) : std::nullopt;
    }
    if (depth == 0) return std::nullopt;
    const Interface* below = model_.find(parent);
    if (below != nullptr) return exists(*below, depth - 1);
    const Link* raw = kernel_->find_link(parent);
    return raw != nullptr && is_physical(*raw);
  }

  const Model& model_;
  const Snapshot* kernel_;
  Listing listing_;
};

json::array families_of(const Interface& interface) {
  json::array families;
  for (const auto& family : interface.families) {
    if (family)
      families.emplace_back(*family == Family::ipv4 ? "inet" : "inet6");
    else
      families.emplace_back(nullptr);
  }
  return families;
}

/// The first address and gateway of a family under their classic names.
void add_classic(json::object& object, const Interface& interface, Family family) {
  const std::string suffix = family == Family::ipv6 ? "6" : "";
  const auto address = std::ranges::find(interface.addresses, family, [](const AddressLine& line) { return line.address.address.family; });
  if (address != interface.addresses.end()) {
    object["address" + suffix] = format_ip(address->address.address);
    object["netmask" + suffix] = std::to_string(address->address.length);
    object["cidr" + suffix] = format_interface_address(address->address);
    if (address->broadcast) object["broadcast" + suffix] = format_ip(*address->broadcast);
  }
  const auto gateway = std::ranges::find(interface.gateways, family, [](const GatewayLine& line) { return line.gateway.family; });
  if (gateway != interface.gateways.end()) object["gateway" + suffix] = format_ip(gateway->gateway);
}

/// The lines that have no member of their own, per family.
void add_options(json::object& object, const Interface& interface) {
  json::array options;
  json::array options6;
  for (const auto& option : interface.options) {
    if (find_option_key(option.name) != nullptr) continue;
    // A qualifier beyond netmask and broadcast has no other place to be seen.
    if (option.name == "address" || option.name == "gateway" || option.name == "netmask" || option.name == "broadcast") continue;
    (option.family == Family::ipv6 ? options6 : options).emplace_back(option.raw);
  }
  if (!options.empty()) object["options"] = std::move(options);
  if (!options6.empty()) object["options6"] = std::move(options6);
}

void add_fields(json::object& object, const ShownFields& fields) {
  for (const auto& [name, value] : fields) {
    if (const auto* text = std::get_if<std::string>(&value))
      object[name] = *text;
    else
      object[name] = std::get<std::int64_t>(value);
  }
}

json::object object_of(const Interface& interface, const Listed& listed) {
  json::object object;
  object["type"] = type_name(interface.type);
  if (listed.active.value_or(false)) object["active"] = 1;
  if (listed.exists) object["exists"] = *listed.exists ? 1 : 0;
  if (!listed.altnames.empty()) {
    json::array names;
    for (const auto& name : listed.altnames) names.emplace_back(name);
    object["altnames"] = std::move(names);
  }
  if (interface.autostart) object["autostart"] = 1;
  if (interface.hotplug) object["hotplug"] = 1;
  if (interface.priority) object["priority"] = *interface.priority;
  object["families"] = families_of(interface);
  object["method"] = interface.method.value_or("manual");
  object["method6"] = interface.method6.value_or("manual");
  if (!interface.addresses.empty()) {
    json::array addresses;
    for (const auto& line : interface.addresses) addresses.emplace_back(format_interface_address(line.address));
    object["addresses"] = std::move(addresses);
  }
  add_classic(object, interface, Family::ipv4);
  add_classic(object, interface, Family::ipv6);
  add_fields(object, shown_fields(interface));
  add_options(object, interface);
  const auto [comments, comments6] = shown_comments(interface);
  if (!comments.empty()) object["comments"] = comments;
  if (!comments6.empty()) object["comments6"] = comments6;
  return object;
}

std::string text_of(const ShownFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return "";
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? "" : *text;
}

void add_methods(ShowRow& row, const Interface& interface) {
  if (interface.method == "dhcp") row.cidrs.emplace_back("dhcp");
  if (interface.method6 == "dhcp") row.cidrs.emplace_back("dhcp (IPv6)");
  if (interface.method6 == "auto") row.cidrs.emplace_back("auto (IPv6)");
}

ShowRow row_of(const Interface& interface, const Listed& listed) {
  const TypeRow& type = type_row(interface.type);
  ShowRow row;
  row.name = interface.name;
  row.altnames = listed.altnames;
  row.type = type.title;
  row.active = listed.active;
  row.autostart = interface.autostart;
  const ShownFields fields = shown_fields(interface);
  if (interface.type == InterfaceType::bridge) {
    const auto aware = fields.find("bridge_vlan_aware");
    row.vlan_aware = aware != fields.end() && std::get<std::int64_t>(aware->second) == 1;
  }
  row.ports = port_text(interface, port_option(interface.type));
  row.bond_mode = text_of(fields, "bond_mode");
  if (interface.type == InterfaceType::bond && row.bond_mode.empty()) row.bond_mode = "balance-rr";
  if (row.bond_mode == "802.3ad") row.bond_mode = "LACP (802.3ad)";
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    for (const auto& line : interface.addresses)
      if (line.address.address.family == family) row.cidrs.push_back(format_interface_address(line.address));
    for (const auto& line : interface.gateways)
      if (line.gateway.family == family) row.gateways.push_back(format_ip(line.gateway));
  }
  add_methods(row, interface);
  const std::string comments = shown_comments(interface).comments;
  row.comment = trim(std::string_view(comments).substr(0, comments.find('\n')));
  return row;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto number = [](std::string_view text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const std::size_t begin = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const auto left = number(a, i);
    const auto right = number(b, j);
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  if (i < a.size() || j < b.size()) return j < b.size();
  return a < b;
}

std::string show_json(const Model& model, const Snapshot* kernel) {
  json::object list;
  for (const auto& [name, listed] : Lister(model, kernel).run()) list[name] = object_of(*listed.interface, listed);
  return json::serialize(list);
}

std::vector<ShowRow> show_rows(const Model& model, const Snapshot* kernel) {
  std::vector<ShowRow> rows;
  for (const auto& [name, listed] : Lister(model, kernel).run()) rows.push_back(row_of(*listed.interface, listed));
  return rows;
}

}  // namespace drawbridge::network
