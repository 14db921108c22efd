#include "guest/address_settings.h"

#include <set>

#include "base/text.h"

namespace drawbridge::guest {
namespace {

constexpr std::uint8_t kShortestPrefix = 8;

std::string_view family_name(Family family) { return family == Family::ipv4 ? "IPv4" : "IPv6"; }

std::string address_hint(Family family) {
  return family == Family::ipv4 ? "write for example 192.0.2.7/24, dhcp or manual"
                                : "write for example 2001:db8::7/64, auto, dhcp or manual";
}

std::optional<AddressSetting> read_setting(const Item& item, Family family, Findings& findings) {
  if (item.value == "dhcp") return DhcpAddress{};
  if (item.value == "manual") return ManualAddress{};
  if (item.value == "auto" && family == Family::ipv6) return SlaacAddress{};
  const std::string key(item.key);
  const std::string shown = key + ": '" + printable(item.value) + "' ";
  const auto address = parse_interface_address(item.value);
  if (!address || address->address.family != family) {
    findings.error(item.value_offset, "address-invalid", shown + "is no " + std::string(family_name(family)) + " address with a length",
                   address_hint(family));
  } else if (item.value.find('/') == std::string_view::npos) {
    findings.error(item.value_offset, "address-invalid", shown + "has no length",
                   "append that of the subnet, for example " + std::string(item.value) + (family == Family::ipv4 ? "/24" : "/64"));
  } else if (address->length < kShortestPrefix) {
    findings.error(item.value_offset, "address-invalid", shown + "has a length below 8", "write the length of the guest's subnet");
  } else if (address->address.is_multicast() || address->address.is_unspecified()) {
    findings.error(item.value_offset, "address-invalid", shown + "is not the address of a host", address_hint(family));
  } else {
    return *address;
  }
  return std::nullopt;
}

std::optional<IpAddress> read_gateway(const Item& item, Family family, Findings& findings) {
  const auto address = parse_ip(item.value);
  if (address && address->family == family && !address->is_multicast() && !address->is_unspecified()) return *address;
  findings.error(
      item.value_offset, "gateway-invalid",
      std::string(item.key) + ": '" + printable(item.value) + "' is no " + std::string(family_name(family)) + " address of a router",
      family == Family::ipv4 ? "write for example 192.0.2.1" : "write for example 2001:db8::1");
  return std::nullopt;
}

bool is_static(const std::optional<AddressSetting>& setting) { return setting && std::holds_alternative<InterfaceAddress>(*setting); }

void check_gateways(const AddressSettings& settings, const AddressOffsets& offsets, Findings& findings) {
  if (settings.gw && !is_static(settings.ip))
    findings.error(offsets.gw, "gateway-without-address", "gw needs a static address in ip", "add ip=ADDRESS/LENGTH, or leave gw out");
  if (settings.gw6 && !is_static(settings.ip6))
    findings.error(offsets.gw6, "gateway-without-address", "gw6 needs a static address in ip6", "add ip6=ADDRESS/LENGTH, or leave gw6 out");
}

}  // namespace

bool read_address_item(const Item& item, AddressSettings& settings, AddressOffsets& offsets, Findings& findings) {
  if (item.key == "ip") {
    offsets.ip = item.key_offset;
    settings.ip = read_setting(item, Family::ipv4, findings);
  } else if (item.key == "ip6") {
    offsets.ip6 = item.key_offset;
    settings.ip6 = read_setting(item, Family::ipv6, findings);
  } else if (item.key == "gw") {
    offsets.gw = item.key_offset;
    settings.gw = read_gateway(item, Family::ipv4, findings);
  } else if (item.key == "gw6") {
    offsets.gw6 = item.key_offset;
    settings.gw6 = read_gateway(item, Family::ipv6, findings);
  } else {
    return false;
  }
  return true;
}

std::string print_address_setting(const AddressSetting& setting) {
  if (std::holds_alternative<DhcpAddress>(setting)) return "dhcp";
  if (std::holds_alternative<ManualAddress>(setting)) return "manual";
  if (std::holds_alternative<SlaacAddress>(setting)) return "auto";
  return format_interface_address(std::get<InterfaceAddress>(setting));
}

IpConfig parse_ip_config(std::string_view text, const SourceLocation& start) {
  IpConfig config;
  AddressOffsets offsets;
  Findings findings(start);
  std::set<std::string_view> seen;
  for (const Item& item : split_items(text)) {
    if (!item.has_equals) {
      findings.error(item.key_offset, "key-missing", "'" + printable(item.value) + "' has no key", "write key=value: ip, gw, ip6 or gw6");
    } else if (!seen.insert(item.key).second) {
      findings.error(item.key_offset, "key-duplicate", "'" + printable(item.key) + "' is given twice", "leave one of them out");
    } else if (!read_address_item(item, config.addresses, offsets, findings)) {
      const auto meant = nearest(item.key, {"ip", "gw", "ip6", "gw6"});
      findings.error(item.key_offset, "key-unknown", "'" + printable(item.key) + "' is no key of an ipconfig",
                     meant ? "did you mean " + *meant + "?" : "it takes ip, gw, ip6 and gw6");
    }
  }
  if (!findings.has_errors()) check_gateways(config.addresses, offsets, findings);
  config.diagnostics = findings.take();
  return config;
}

std::string print_ip_config(const AddressSettings& addresses) {
  std::vector<std::string> items;
  if (addresses.gw) items.push_back("gw=" + format_ip(*addresses.gw));
  if (addresses.gw6) items.push_back("gw6=" + format_ip(*addresses.gw6));
  if (addresses.ip) items.push_back("ip=" + print_address_setting(*addresses.ip));
  if (addresses.ip6) items.push_back("ip6=" + print_address_setting(*addresses.ip6));
  return join(items, ",");
}

AddressSettings effective_addresses(AddressSettings addresses) {
  if (addresses == AddressSettings{}) addresses.ip = DhcpAddress{};
  return addresses;
}

}  // namespace drawbridge::guest
