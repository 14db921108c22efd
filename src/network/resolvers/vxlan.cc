// VXLANs: networks in UDP. Where no group is named, frames go to each vxlan-remoteip (head-end replication).
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "network/option_key.h"
#include "network/resolvers/option_table.h"

namespace drawbridge::network {
namespace {

constexpr std::uint64_t kPort = 4789;  // RFC 7348; the kernel's own default is 8472
constexpr std::uint64_t kMostId = 16'777'215;

constexpr std::array kOptions{
    OptionRow{"vxlan-ageing", "ageing", Unit::number},       OptionRow{"vxlan-id", "id", Unit::number, 1, kMostId},
    OptionRow{"vxlan-learning", "learning", Unit::on_off},   OptionRow{"vxlan-physdev", "link", Unit::link},
    OptionRow{"vxlan-port", "port", Unit::number, 1, 65535}, OptionRow{"vxlan-tos", "tos", Unit::number, 0, 255},
    OptionRow{"vxlan-udp-csum", "udp_csum", Unit::on_off},
};

/// Options that name one address; the attribute of IPv6 has a 6 at its end.
struct AddressRow {
  std::string_view option;
  std::string_view attribute;
};
constexpr std::array kAddresses{
    AddressRow{"vxlan-local-tunnelip", "local"}, AddressRow{"vxlan-mcastgrp", "group"},   AddressRow{"vxlan-mcastgrp6", "group"},
    AddressRow{"vxlan-svcnodeip", "group"},      AddressRow{"vxlan-svcnodeip6", "group"},
};

std::vector<LowerLink> physical_link(const Interface& vxlan, const Resolving& /*resolving*/) {
  const auto* line = vxlan.find_option("vxlan-physdev");
  if (line == nullptr || line->value == vxlan.name) return {};
  return {{std::string(trim(line->value)), line->value_where}};
}

void report_ip(const OptionLine& option, std::string_view text, Resolving& resolving) {
  resolving.error(option.value_where, "value-invalid", "'" + printable(text) + "' is no value for " + printable(option.name),
                  "write an IP address");
}

void resolve_addresses(const Interface& vxlan, DesiredLink& link, Resolving& resolving) {
  for (const auto& row : kAddresses) {
    const auto* option = vxlan.find_option(row.option);
    if (option == nullptr) continue;
    const auto ip = parse_ip(trim(option->value));
    if (!ip) {
      report_ip(*option, option->value, resolving);
      continue;
    }
    link.data.insert_or_assign(std::string(row.attribute) + (ip->is_v6() ? "6" : ""),
                               Asked<AttributeValue>{AttributeValue{format_ip(*ip)}, option->where});
  }
}

void resolve_ttl(const Interface& vxlan, DesiredLink& link, Resolving& resolving) {
  constexpr OptionRow kTtl{"vxlan-ttl", "ttl", Unit::number, 0, 255};
  const auto* option = vxlan.find_option("vxlan-ttl");
  if (option == nullptr) return;
  const auto text = trim(option->value);
  const auto value = text == "auto" ? std::optional(AttributeValue{std::uint64_t{0}}) : parse_value(kTtl, text);
  if (!value) return report_value(kTtl, *option, option->value, resolving);
  link.data.insert_or_assign("ttl", Asked<AttributeValue>{*value, option->where});
}

/// The addresses of this machine: one list of remotes serves all nodes, each leaves itself out.
std::set<IpAddress> own_addresses(const Interface& vxlan, const Resolving& resolving) {
  std::set<IpAddress> own;
  if (const auto local = parse_ip(trim(vxlan.option("vxlan-local-tunnelip")))) {
    own.insert(*local);
    return own;
  }
  for (const auto& [name, interface] : resolving.model.interfaces)
    for (const auto& line : interface.addresses) own.insert(line.address.address);
  return own;
}

void resolve_remotes(const Interface& vxlan, DesiredLink& link, Resolving& resolving) {
  if (vxlan.find_option("vxlan-remoteip") == nullptr) return;
  const auto own = own_addresses(vxlan, resolving);
  std::set<IpAddress> seen;
  for (const auto& option : vxlan.options) {
    if (option.name != "vxlan-remoteip") continue;
    for (const auto word : split_list(option.value)) {
      const auto ip = parse_ip(word);
      if (!ip)
        report_ip(option, word, resolving);
      else if (!own.contains(*ip) && seen.insert(*ip).second)
        link.fdb.push_back({FdbEntry{vxlan.name, {}, *ip}, option.where});
    }
  }
}

bool resolve(const Interface& vxlan, const std::vector<LowerLink>& /*lower*/, DesiredLink& link, Resolving& resolving) {
  link.kind = "vxlan";
  resolve_options(kOptions, vxlan, link.data, resolving);
  if (!link.data.contains("id")) {
    if (vxlan.find_option("vxlan-id") == nullptr)
      resolving.error(vxlan.where, "vxlan-without-id", "VXLAN " + printable(vxlan.name) + " has no id", "add a vxlan-id line");
    return false;
  }
  link.data.try_emplace("port", Asked<AttributeValue>{AttributeValue{kPort}, vxlan.where});
  resolve_ttl(vxlan, link, resolving);
  resolve_addresses(vxlan, link, resolving);
  resolve_remotes(vxlan, link, resolving);
  link.exact_fdb = parse_switch(trim(vxlan.option("vxlan-purge-remotes"))).value_or(false);
  return true;
}

}  // namespace

const ResolverRow& vxlan_resolver() {
  static const ResolverRow row{.type = InterfaceType::vxlan, .lower = physical_link, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
