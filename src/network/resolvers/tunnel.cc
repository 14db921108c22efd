// Tunnels of the kernel: GRE, IPIP, SIT, VTI and their IPv6 kin.
#include <array>

#include "base/text.h"
#include "network/resolvers/option_table.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

void report(const OptionLine* option, const Interface& tunnel, std::string message, std::string hint, Resolving& resolving) {
  resolving.error(option == nullptr ? tunnel.where : option->value_where, "tunnel-incomplete", std::move(message), std::move(hint));
}

bool resolve_end(const Interface& tunnel, std::string_view name, std::string_view attribute, bool v6, DesiredLink& link,
                 Resolving& resolving) {
  const auto* option = tunnel_option(tunnel, name);
  const auto ip = option == nullptr ? Result<IpAddress>(IpAddress{v6 ? Family::ipv6 : Family::ipv4, {}}) : parse_ip(trim(option->value));
  const bool fits = ip && ip->is_v6() == v6;
  if (!fits) {
    report(option, tunnel, "'" + printable(option->value) + "' is no IPv" + (v6 ? "6" : "4") + " address for this mode",
           "write an address of the family that carries the tunnel", resolving);
    return false;
  }
  if (option != nullptr && !ip->is_unspecified())
    link.data.insert_or_assign(std::string(attribute), Asked<AttributeValue>{AttributeValue{format_ip(*ip)}, option->where});
  return true;
}

/// "inherit" is a number in the kernel: 0 for the hop limit, 1 for the type of service.
void resolve_field(const Interface& tunnel, std::string_view name, std::string_view attribute, std::uint64_t inherit, DesiredLink& link,
                   Resolving& resolving) {
  const OptionRow row{name, attribute, Unit::number, 0, 255};
  const auto* option = tunnel_option(tunnel, name);
  if (option == nullptr) return;
  const auto text = trim(option->value);
  const auto value = text == "inherit" ? std::optional(AttributeValue{inherit}) : parse_value(row, text);
  if (!value) return report_value(row, *option, option->value, resolving);
  link.data.insert_or_assign(std::string(attribute), Asked<AttributeValue>{*value, option->where});
}

/// Over IPv6 the type of service is the traffic class, bits 20 to 27 of the flow information; to inherit it is a flag.
void resolve_traffic_class(const Interface& tunnel, DesiredLink& link, Resolving& resolving) {
  constexpr unsigned kShift = 20;
  constexpr std::uint64_t kUseOriginal = 2;  // IP6_TNL_F_USE_ORIG_TCLASS
  const OptionRow row{"tunnel-tos", "flowinfo", Unit::number, 0, 255};
  const auto* option = tunnel_option(tunnel, "tunnel-tos");
  if (option == nullptr) return;
  const auto text = trim(option->value);
  if (text == "inherit") {
    link.data.insert_or_assign("flags", Asked<AttributeValue>{AttributeValue{kUseOriginal}, option->where});
    return;
  }
  const auto value = parse_value(row, text);
  if (!value) return report_value(row, *option, option->value, resolving);
  link.data.insert_or_assign("flowinfo", Asked<AttributeValue>{AttributeValue{std::get<std::uint64_t>(*value) << kShift}, option->where});
}

std::vector<LowerLink> device(const Interface& tunnel, const Resolving& /*resolving*/) {
  const auto* option = tunnel_option(tunnel, "tunnel-dev");
  if (option == nullptr || option->value == tunnel.name) return {};
  return {{std::string(trim(option->value)), option->value_where}};
}

bool resolve(const Interface& tunnel, const std::vector<LowerLink>& lower, DesiredLink& link, Resolving& resolving) {
  const TunnelMode* mode = tunnel_mode_of(tunnel);
  if (mode == nullptr) {
    const auto* option = tunnel_option(tunnel, "tunnel-mode");
    report(option, tunnel, "the mode of tunnel " + printable(tunnel.name) + " is missing or unknown",
           "write tunnel-mode gre, gretap, ipip, sit, vti, ip6gre, ip6gretap, ipip6, ip6ip6, vti6 or any", resolving);
    return false;
  }
  link.kind = mode->kind;
  const SourceLocation& where =
      tunnel_option(tunnel, "tunnel-mode") == nullptr ? tunnel.where : tunnel_option(tunnel, "tunnel-mode")->where;
  if (!mode->protocol.empty())
    link.data.insert_or_assign("proto", Asked<AttributeValue>{AttributeValue{std::string(mode->protocol)}, where});
  const bool local = resolve_end(tunnel, "tunnel-local", "local", mode->over_v6, link, resolving);
  const bool remote = resolve_end(tunnel, "tunnel-endpoint", "remote", mode->over_v6, link, resolving);
  if (!local || !remote) return false;
  if (!lower.empty()) link.data.insert_or_assign("link", Asked<AttributeValue>{AttributeValue{lower.front().name}, lower.front().where});
  if (mode->kind.starts_with("vti")) {
    for (const auto* name : {"tunnel-ttl", "tunnel-tos"})
      if (const auto* option = tunnel_option(tunnel, name)) resolving.not_applied(*option, "a VTI has no such field");
    return true;
  }
  resolve_field(tunnel, "tunnel-ttl", "ttl", 0, link, resolving);
  if (mode->over_v6)
    resolve_traffic_class(tunnel, link, resolving);
  else
    resolve_field(tunnel, "tunnel-tos", "tos", 1, link, resolving);
  return true;
}

}  // namespace

const ResolverRow& tunnel_resolver() {
  static const ResolverRow row{.type = InterfaceType::tunnel, .lower = device, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
