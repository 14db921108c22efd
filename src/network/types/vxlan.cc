// VXLAN interfaces: told by vxlan-id.
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

void check_destination(const Interface& vxlan, Checks& checks) {
  const auto* service = vxlan.find_option("vxlan-svcnodeip");
  const auto* remote = vxlan.find_option("vxlan-remoteip");
  const auto* physical = vxlan.find_option("vxlan-physdev");
  if (service != nullptr && remote != nullptr)
    checks.error(remote->where, "vxlan-destination", "vxlan-remoteip and vxlan-svcnodeip exclude each other", "keep one of them");
  if (service != nullptr && physical == nullptr)
    checks.error(service->where, "vxlan-without-physdev", "vxlan-svcnodeip needs vxlan-physdev", "add a vxlan-physdev line");
  if (physical != nullptr && !checks.is_known(physical->value))
    checks.warn(physical->value_where, "parent-missing",
                "no interface " + printable(physical->value) + " for VXLAN " + printable(vxlan.name),
                "add a stanza for it, or correct its name");
}

void check(const Interface& vxlan, Checks& checks) {
  checks.check_number(vxlan, "vxlan-id", 1, 16'777'215);
  checks.check_ip(vxlan, "vxlan-local-tunnelip");
  checks.check_ip(vxlan, "vxlan-svcnodeip");
  checks.check_ip(vxlan, "vxlan-remoteip");
  check_destination(vxlan, checks);
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
