#include "network/edit_request.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/parameter.h"
#include "network/port_list.h"
#include "network/validate_checks.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 4> kPortParameters{"bridge_ports", "ovs_ports", "slaves", "ovs_bonds"};

class RequestReader {
 public:
  RequestReader(const Change& change, const Interface& interface)
      : change_(change), interface_(interface), shown_(shown_fields(interface)), comments_(shown_comments(interface)) {}

  Request run() {
    for (const auto& [name, value] : change_.values) read_value(name, value);
    for (const auto& name : change_.removed) read_removed(name);
    check_address_parameters("");
    check_address_parameters("6");
    check_removals();
    return std::move(request_);
  }

 private:
  void refuse(std::string_view parameter, std::string message, std::string hint) {
    request_.errors.push_back({std::string(parameter), std::move(message), std::move(hint)});
  }

  const Parameter* find(const std::string& name) {
    const Parameter* parameter = find_parameter(name);
    const auto known = edit_parameters(interface_.type);
    if (parameter == nullptr) {
      const auto meant = nearest(replace_all(name, '-', '_'), known);
      refuse(printable(name), "there is no such parameter",
             meant ? "did you mean '" + *meant + "'?" : "parameters of this type: " + join(known, ", "));
      return nullptr;
    }
    if (takes(interface_.type, name)) return parameter;
    refuse(name, "interfaces of type " + type_name(interface_.type) + " don't have this parameter",
           "parameters of this type: " + join(known, ", "));
    return nullptr;
  }

  void read_value(const std::string& name, const std::string& value) {
    // What is shown can be sent back, even where this program would not have written it so.
    if (is_shown(name, value)) return;
    const Parameter* parameter = find(name);
    if (parameter == nullptr) return;
    if (parameter->syntax == Syntax::interface_type) {
      refuse(name, "an interface of type " + type_name(interface_.type) + " can't become a " + printable(value),
             "delete it and create one of the other type");
      return;
    }
    auto parsed = parse_parameter(*parameter, value);
    if (!parsed) {
      refuse(name, parsed.error().what, parsed.error().hint);
      return;
    }
    if (!is_shown(name, *parsed)) request_.values[name] = std::move(*parsed);
  }

  /// True if the interface says so already.
  bool is_shown(const std::string& name, const std::string& value) const {
    if (name == "type") return value == type_name(interface_.type);
    if (name == "autostart") return value == (interface_.autostart ? "1" : "0");
    if (name == "hotplug") return value == (interface_.hotplug ? "1" : "0");
    if (name == "comments") return value == comments_.comments;
    if (name == "comments6") return value == comments_.comments6;
    if (name == "method") return value == interface_.method.value_or("manual");
    if (name == "method6") return value == interface_.method6.value_or("manual");
    const auto field = shown_.find(name);
    if (field == shown_.end()) return name == "bridge_vlan_aware" && value == "0" && interface_.type == InterfaceType::bridge;
    const auto* text = std::get_if<std::string>(&field->second);
    return value == (text != nullptr ? *text : std::to_string(std::get<std::int64_t>(field->second)));
  }

  void read_removed(const std::string& name) {
    if (find(name) == nullptr) return;
    if (change_.values.contains(name)) {
      refuse(name, "the parameter is both set and deleted", "send it once");
      return;
    }
    if (name == "type") {
      refuse(name, "the type can't be deleted", "delete the interface");
      return;
    }
    request_.removed.insert(name);
  }

  /// cidr is address and netmask in one.
  void check_address_parameters(const std::string& suffix) {
    const std::string cidr = "cidr" + suffix;
    const std::string address = "address" + suffix;
    const std::string mask = "netmask" + suffix;
    const auto sent = [&](const std::string& name) { return change_.values.contains(name); };
    if (sent(cidr) && sent(address)) refuse(address, "the parameter excludes " + cidr, "send one of them");
    if (sent(cidr) && sent(mask)) refuse(mask, "the parameter excludes " + cidr, "send one of them");
    if (!sent(cidr) && sent(address) && !sent(mask)) refuse(mask, "the parameter is required with " + address, "send both, or " + cidr);
    if (!sent(cidr) && sent(mask) && !sent(address)) refuse(address, "the parameter is required with " + mask, "send both, or " + cidr);
    if (sent("addresses") && (sent(cidr) || sent(address)))
      refuse("addresses", "the parameter excludes " + (sent(cidr) ? cidr : address), "send one of them");
    const auto* parsed_address = request_.value(address);
    const auto* parsed_mask = request_.value(mask);
    if (parsed_address == nullptr || parsed_mask == nullptr) return;
    auto parsed = parse_parameter(*find_parameter(cidr), *parsed_address + "/" + *parsed_mask);
    if (parsed)
      request_.values[cidr] = std::move(*parsed);
    else
      refuse(mask, parsed.error().what, parsed.error().hint);
    request_.values.erase(address);
    request_.values.erase(mask);
  }

  /// What an interface of its type can't be without.
  void check_removals() {
    if (interface_.type == InterfaceType::vlan) {
      const bool dotted = !split_vlan_name(interface_.name).root.empty();
      if (!dotted && request_.removed.contains("vlan-raw-device"))
        refuse("vlan-raw-device", "a VLAN interface of this name needs a raw device", "set another one");
      if (!dotted && !is_numbered(interface_.name, "vlan") && request_.removed.contains("vlan-id"))
        refuse("vlan-id", "a VLAN interface of this name needs an id", "set another one");
    }
    if (request_.removed.contains("ovs_bridge")) refuse("ovs_bridge", "an OVS port needs its bridge", "set another one");
    if (request_.removed.contains("vxlan-id")) refuse("vxlan-id", "a VXLAN interface needs its id", "set another one");
    if (interface_.type == InterfaceType::dummy && request_.removed.contains("link-type"))
      refuse("link-type", "a dummy interface is one by its link-type", "delete the interface");
  }

  const Change& change_;
  const Interface& interface_;
  ShownFields shown_;
  ShownComments comments_;
  Request request_;
};

}  // namespace

const std::string* Request::value(std::string_view parameter) const {
  const auto found = values.find(parameter);
  return found == values.end() ? nullptr : &found->second;
}

bool Request::touches(std::string_view parameter) const { return values.contains(parameter) || removed.contains(parameter); }

Request read_request(const Change& change, const Interface& interface) { return RequestReader(change, interface).run(); }

std::vector<ParameterError> check_neighbours(const Request& request, const Interface& interface, const Model& model) {
  std::vector<ParameterError> errors;
  for (const auto& [name, other] : model.interfaces) {
    if (name == interface.name) continue;
    for (const auto& line : other.gateways) {
      const std::string parameter = line.gateway.is_v4() ? "gateway" : "gateway6";
      if (request.value(parameter) == nullptr) continue;
      errors.push_back({parameter, printable(name) + " has a default gateway already",
                        "delete that one (" + format_location(line.where) + "), or force this one"});
    }
  }
  const Checks checks(model, nullptr);
  for (const auto parameter : kPortParameters) {
    const auto* ports = request.value(parameter);
    if (ports == nullptr) continue;
    for (const auto port : split_words(*ports))
      for (const auto& mastership : checks.masters(port))
        if (mastership.master->name != interface.name)
          errors.push_back({std::string(parameter), printable(port) + " is a port of " + printable(mastership.master->name) + " already",
                            "take it out there first (" + format_location(mastership.where) + ")"});
  }
  return errors;
}

}  // namespace drawbridge::network
