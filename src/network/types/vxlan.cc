// VXLAN interfaces: told by vxlan-id.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 6> kLayout{"vxlan-id", "vxlan-svcnodeip", "vxlan-physdev", "vxlan-local-tunnelip", "vxlan-remoteip",
                                                  "mtu"};
constexpr std::array<std::string_view, 5> kParameters{"vxlan-id", "vxlan-local-tunnelip", "vxlan-physdev", "vxlan-remoteip",
                                                      "vxlan-svcnodeip"};

bool told_by_options(const Interface& interface) { return interface.find_option("vxlan-id") != nullptr; }
bool told_by_link(const Link& link) { return link.kind == "vxlan"; }

constexpr std::array<std::string_view, 4> kGroups{"vxlan-svcnodeip", "vxlan-svcnodeip6", "vxlan-mcastgrp", "vxlan-mcastgrp6"};

/// Frames for everybody go to one place: a service node, a multicast group, or each of the remotes.
void check_destination(const Interface& vxlan, Checks& checks) {
  const auto* remote = vxlan.find_option("vxlan-remoteip");
  const auto* physical = vxlan.find_option("vxlan-physdev");
  const OptionLine* first = remote;
  for (const auto option : kGroups) {
    const auto* group = vxlan.find_option(option);
    if (group == nullptr) continue;
    if (first != nullptr)
      checks.error(std::max(first->where, group->where), "vxlan-destination",
                   printable(first->name) + " and " + printable(group->name) + " exclude each other", "keep one of them");
    if (physical == nullptr)
      checks.error(group->where, "vxlan-without-physdev", printable(group->name) + " needs vxlan-physdev", "add a vxlan-physdev line");
    const auto ip = parse_ip(trim(group->value));
    if (ip && option.starts_with("vxlan-mcastgrp") && !ip->is_multicast())
      checks.error(group->value_where, "vxlan-group", printable(group->value) + " is no multicast group",
                   "write an address from 224.0.0.0/4 or ff00::/8, or use vxlan-svcnodeip");
    first = group;
  }
}

/// All addresses of a VXLAN are of one family.
void check_families(const Interface& vxlan, Checks& checks) {
  const OptionLine* first = nullptr;
  for (const auto& option : vxlan.options) {
    const bool is_ip = option.name == "vxlan-local-tunnelip" || option.name == "vxlan-remoteip" ||
                       std::ranges::find(kGroups, option.name) != kGroups.end();
    if (!is_ip) continue;
    const auto is_v6 = [](const OptionLine& line) { return line.value.find(':') != std::string::npos; };
    if (first != nullptr && is_v6(*first) != is_v6(option)) {
      checks.error(option.value_where, "vxlan-family", "the addresses of " + printable(vxlan.name) + " are of both families",
                   "write IPv4 or IPv6 addresses only");
      return;
    }
    if (first == nullptr) first = &option;
  }
}

void check(const Interface& vxlan, Checks& checks) {
  checks.check_number(vxlan, "vxlan-id", 1, 16'777'215);
  checks.check_number(vxlan, "vxlan-port", 1, 65'535);
  for (const std::string_view option :
       {"vxlan-local-tunnelip", "vxlan-svcnodeip", "vxlan-svcnodeip6", "vxlan-mcastgrp", "vxlan-mcastgrp6", "vxlan-remoteip"})
    checks.check_ip(vxlan, option);
  for (const std::string_view option : {"vxlan-learning", "vxlan-udp-csum", "vxlan-purge-remotes"}) checks.check_switch(vxlan, option);
  check_destination(vxlan, checks);
  check_families(vxlan, checks);
  const auto* physical = vxlan.find_option("vxlan-physdev");
  if (physical != nullptr && !checks.is_known(physical->value))
    checks.warn(physical->value_where, "parent-missing",
                "no interface " + printable(physical->value) + " for VXLAN " + printable(vxlan.name),
                "add a stanza for it, or correct its name");
}

}  // namespace

const TypeRow& vxlan_type() {
  static const TypeRow row{.type = InterfaceType::vxlan,
                           .word = "vxlan",
                           .title = "VXLAN",
                           .rank = 6,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .layout = kLayout,
                           .parameters = kParameters,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
