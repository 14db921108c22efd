#include "guest/tag_bridge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "guest/device_name.h"
#include "network/link_defaults.h"

namespace drawbridge::guest {
namespace {

using network::Asked;
using network::AttributeValue;
using network::DesiredLink;
using network::Link;

/// What a helper takes over from its bridge.
constexpr std::array<std::string_view, 8> kCopied{"ageing_time",   "forward_delay",  "hello_time", "max_age",
                                                  "mcast_querier", "mcast_snooping", "priority",   "stp_state"};

constexpr std::string_view kMark = "drawbridge: ";

std::string full_helper_name(std::string_view bridge, std::uint16_t tag) { return fmt::format("{}v{}", bridge, tag); }
std::string full_vlan_name(std::string_view device, std::uint16_t tag) { return fmt::format("{}.{}", device, tag); }

/// Physical, bond or VLAN; and whatever else the file names as a port of the bridge.
bool is_uplink(const Link& port, const BridgePolicy& policy) {
  if (network::is_guest_port(port.name)) return false;
  const bool by_kind = port.kind.empty() || port.kind == "bond" || port.kind == "vlan";
  return by_kind || std::ranges::find(policy.ports, port.name) != policy.ports.end();
}

class Helper {
 public:
  Helper(const Link& bridge, std::uint16_t tag, const SourceLocation& where, const NodeNetwork& node, network::Desired& desired)
      : bridge_(bridge), tag_(tag), where_(where), node_(node), desired_(desired), name_(helper_name(bridge.name, tag)) {}

  Result<std::string> run() {
    const Link* present = node_.find(name_);
    if (node_.policies().bridges.contains(name_))
      return fail(Errc::conflict, fmt::format("{} is a bridge of its own, by the interfaces file", printable(name_)), where_,
                  fmt::format("plug the card into {} without a tag", printable(name_)));
    if (present != nullptr && present->kind != "bridge")
      return fail(Errc::conflict, fmt::format("{} is taken, by a link that is no bridge", printable(name_)), where_,
                  "rename that link: the name belongs to the guests of this VLAN");
    bool any = false;
    DesiredLink helper = bridge();
    for (const auto* port : node_.ports_of(bridge_.name)) {
      if (!is_uplink(*port, node_.policies().of(bridge_.name))) continue;
      const auto vlan = TRY(add_vlan(*port));
      if (!any) helper.mac_from = vlan;
      any = true;
    }
    if (!any)
      return fail(Errc::invalid_input, fmt::format("{} has no uplink that could carry VLAN {}", printable(bridge_.name), tag_), where_,
                  fmt::format("add bridge-ports to {}, or make it VLAN-aware", printable(bridge_.name)));
    desired_.links.insert_or_assign(name_, std::move(helper));
    release_strangers();
    return name_;
  }

 private:
  template <class T>
  Asked<T> asked(T value) const {
    return {std::move(value), where_};
  }

  DesiredLink link(std::string name, std::string_view full_name, std::string kind) const {
    DesiredLink link;
    link.name = std::move(name);
    link.kind = std::move(kind);
    link.where = where_;
    link.up = asked(true);
    link.sysctl.emplace("ipv6.disable_ipv6", asked(std::uint32_t{1}));
    // What is there already is somebody's, and stays his.
    if (node_.find(link.name) == nullptr) link.alias = asked(fmt::format("{}{}", kMark, full_name));
    return link;
  }

  DesiredLink bridge() const {
    auto helper = link(name_, full_helper_name(bridge_.name, tag_), "bridge");
    helper.mtu = asked(bridge_.mtu);
    for (const auto name : kCopied)
      if (const auto found = bridge_.data.find(name); found != bridge_.data.end()) helper.data.emplace(name, asked(found->second));
    return helper;
  }

  /// The VLAN device of an uplink, under whatever name it exists.
  Result<std::string> add_vlan(const Link& port) {
    const auto wanted = vlan_name(port.name, tag_);
    const Link* present = node_.vlan_of(port.name, tag_);
    const auto name = present == nullptr ? wanted : present->name;
    if (present != nullptr) TRY_VOID(check(*present));
    if (present == nullptr && node_.find(wanted) != nullptr)
      return fail(Errc::conflict,
                  fmt::format("{} is taken, by a link that is not VLAN {} of {}", printable(wanted), tag_, printable(port.name)), where_,
                  "rename that link: the name belongs to the guests of this VLAN");
    auto vlan = link(name, present == nullptr ? full_vlan_name(port.name, tag_) : name, "vlan");
    vlan.parent = asked(port.name);
    vlan.data.emplace("id", asked(AttributeValue{std::uint64_t{tag_}}));
    vlan.data.emplace("protocol", asked(AttributeValue{std::string("802.1Q")}));
    vlan.master = asked(name_);
    vlan.mtu = asked(std::min(port.mtu, bridge_.mtu));
    desired_.links.insert_or_assign(name, std::move(vlan));
    return name;
  }

  /// The VLANs of former uplinks, as far as they are ours: the bridge has left those networks.
  void release_strangers() {
    for (const auto* port : node_.ports_of(name_)) {
      if (!is_marked(*port) || desired_.links.contains(port->name)) continue;
      DesiredLink stranger;
      stranger.name = port->name;
      stranger.kind = port->kind;
      stranger.where = where_;
      stranger.master = asked(std::string());
      desired_.links.emplace(port->name, std::move(stranger));
    }
  }

  Result<void> check(const Link& vlan) const {
    if (!vlan.master.empty() && vlan.master != name_)
      return fail(
          Errc::conflict,
          fmt::format("VLAN {} of {} is {}, a port of {}", tag_, printable(vlan.parent), printable(vlan.name), printable(vlan.master)),
          where_, fmt::format("plug the card into {} without a tag", printable(vlan.master)));
    if (vlan.master.empty() && node_.has_addresses(vlan.name))
      return fail(Errc::conflict,
                  fmt::format("VLAN {} of {} is {}, which the node uses itself", tag_, printable(vlan.parent), printable(vlan.name)),
                  where_, fmt::format("put {} under a bridge of its own, and plug the card into that", printable(vlan.name)));
    return {};
  }

  const Link& bridge_;
  std::uint16_t tag_;
  const SourceLocation& where_;
  const NodeNetwork& node_;
  network::Desired& desired_;
  std::string name_;
};

}  // namespace

std::string helper_name(std::string_view bridge, std::uint16_t tag) { return fitting_device_name(full_helper_name(bridge, tag)); }

std::string vlan_name(std::string_view device, std::uint16_t tag) { return fitting_device_name(full_vlan_name(device, tag)); }

bool is_marked(const Link& link) {
  const std::string_view alias = link.alias;
  return alias.starts_with(kMark) && fitting_device_name(alias.substr(kMark.size())) == link.name;
}

std::uint16_t helper_tag(const Link& bridge) {
  if (bridge.kind != "bridge") return 0;
  std::string_view alias = bridge.alias;
  if (is_marked(bridge)) alias.remove_prefix(kMark.size());
  for (const auto text : {std::string_view(bridge.name), alias}) {
    const auto at = text.rfind('v');
    if (at == std::string_view::npos || at == 0) continue;
    const auto tag = parse_number<std::uint16_t>(text.substr(at + 1));
    if (tag && *tag >= 1 && *tag < 4095 && helper_name(text.substr(0, at), *tag) == bridge.name) return *tag;
  }
  return 0;
}

Result<std::string> add_helper(const Link& bridge, std::uint16_t tag, const SourceLocation& where, const NodeNetwork& node,
                               network::Desired& desired) {
  return Helper(bridge, tag, where, node, desired).run();
}

}  // namespace drawbridge::guest
