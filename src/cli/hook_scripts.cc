#include "cli/hook_scripts.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

using network::HookPhase;

constexpr std::array<HookPhase, 6> kPhases{HookPhase::pre_up,   HookPhase::up,   HookPhase::post_up,
                                           HookPhase::pre_down, HookPhase::down, HookPhase::post_down};

/// The modules of ifupdown2, and ifenslave's script, which makes bonds. Sorted.
constexpr std::array<std::string_view, 25> kBuiltIn{
    "address", "addressvirtual", "auto",      "batman_adv", "bond",    "bridge", "bridgevlan",  "bridgevlanport",   "clagd",
    "dhcp",    "ethtool",        "ifenslave", "link",       "mstpctl", "mtu",    "openvswitch", "openvswitch_port", "ppp",
    "tunnel",  "usercmds",       "vlan",      "vrf",        "vxlan",   "vxrd",   "xfrm"};
static_assert(std::ranges::is_sorted(kBuiltIn));

bool is_left_over(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kEndings{".dpkg-old", ".dpkg-new", ".dpkg-dist", ".dpkg-tmp"};
  return name.starts_with('.') || std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

bool are_wanted(doors::Files& files, const std::string& folder) {
  const auto text = files.read(folder + "/ifupdown2/ifupdown2.conf");
  if (!text) return true;
  bool wanted = false;
  for (const auto line : split(*text, '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && trim(line.substr(0, equals)) == "addon_scripts_support")
      wanted = trim(line.substr(equals + 1)) == "1";
  }
  return wanted;
}

}  // namespace

std::vector<network::HookScript> read_hook_scripts(doors::Files& files, const std::string& root) {
  const std::string folder = root + "/etc/network";
  std::vector<network::HookScript> scripts;
  if (!are_wanted(files, folder)) return scripts;
  for (const HookPhase phase : kPhases) {
    const std::string place = folder + "/if-" + network::hook_phase_name(phase) + ".d";
    // A folder that can't be read holds nothing that could be run.
    const auto names = files.list(place);
    if (!names) continue;
    for (const auto& name : *names) {
      std::string path = place + "/" + name;
      if (is_left_over(name) || std::ranges::binary_search(kBuiltIn, std::string_view(name)) || !files.is_executable(path)) continue;
      scripts.push_back({phase, std::move(path)});
    }
  }
  return scripts;
}

}  // namespace drawbridge::cli
