// Tunnels: told by tunnel-mode, by the methods tunnel and v4tunnel, or by the kernel.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array kModes{
    TunnelMode{"gre", "gre", "", false},
    TunnelMode{"gretap", "gretap", "", false},
    TunnelMode{"ipip", "ipip", "", false},
    TunnelMode{"sit", "sit", "", false},
    TunnelMode{"vti", "vti", "", false},
    TunnelMode{"ip6gre", "ip6gre", "", true},
    TunnelMode{"ip6gretap", "ip6gretap", "", true},
    TunnelMode{"ipip6", "ip6tnl", "ipip6", true},
    TunnelMode{"ip6ip6", "ip6tnl", "ip6ip6", true},
    TunnelMode{"any", "ip6tnl", "any", true},
    TunnelMode{"ip6tnl", "ip6tnl", "any", true},
    TunnelMode{"vti6", "vti6", "", true},
};

/// The short spellings count only where nothing else could be meant.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kShort{{{"tunnel-mode", "mode"},
                                                                               {"tunnel-local", "local"},
                                                                               {"tunnel-endpoint", "endpoint"},
                                                                               {"tunnel-ttl", "ttl"},
                                                                               {"tunnel-tos", "tos"},
                                                                               {"tunnel-dev", "dev"}}};

bool told_by_options(const Interface& interface) {
  return interface.find_option("tunnel-mode") != nullptr || interface.method == "tunnel" || interface.method6 == "v4tunnel" ||
         (interface.find_option("mode") != nullptr && interface.find_option("endpoint") != nullptr);
}

bool told_by_link(const Link& link) { return std::ranges::find(kModes, std::string_view(link.kind), &TunnelMode::kind) != kModes.end(); }

void check(const Interface& tunnel, Checks& checks) {
  if (!told_by_options(tunnel)) return;
  for (const std::string_view option : {"tunnel-local", "tunnel-endpoint"})
    if (tunnel_option(tunnel, option) == nullptr)
      checks.warn(tunnel.where, "tunnel-end-missing", "tunnel " + printable(tunnel.name) + " has no " + std::string(option) + " line",
                  "add one: without it, packets of any sender are taken");
}

}  // namespace

const OptionLine* tunnel_option(const Interface& tunnel, std::string_view canonical_name) {
  if (const auto* option = tunnel.find_option(canonical_name)) return option;
  const auto found = std::ranges::find(kShort, canonical_name, &std::pair<std::string_view, std::string_view>::first);
  return found == kShort.end() ? nullptr : tunnel.find_option(found->second);
}

const TunnelMode* tunnel_mode_of(const Interface& tunnel) {
  const auto* option = tunnel_option(tunnel, "tunnel-mode");
  const std::string word = option == nullptr ? (tunnel.method6 == "v4tunnel" ? "sit" : "") : to_lower(trim(option->value));
  const auto found = std::ranges::find(kModes, std::string_view(word), &TunnelMode::word);
  return found == kModes.end() ? nullptr : &*found;
}

const TypeRow& tunnel_type() {
  static const TypeRow row{.type = InterfaceType::tunnel,
                           .word = "unknown",
                           .title = "Tunnel",
                           .rank = 6,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
