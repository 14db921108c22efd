#include "nftables/place.h"

#include <array>

namespace drawbridge::nftables {
namespace {

// The kernel refuses to reject in the bridge's forward and postrouting (nft_reject_bridge.c), and in no inet hook of ours.
constexpr Place kBridgePre{TableFamily::bridge, "pre", true, false, true};
constexpr Place kBridgeForward{TableFamily::bridge, "forward", true, true, false};
constexpr Place kBridgePost{TableFamily::bridge, "post", false, true, false};
constexpr Place kInetPre{TableFamily::inet, "pre", true, false, true};
constexpr Place kInetIn{TableFamily::inet, "in", true, false, true};
constexpr Place kInetOut{TableFamily::inet, "out", false, true, true};
constexpr Place kInetForward{TableFamily::inet, "forward", true, true, true};

constexpr std::array kFrameGate{StageHook{kBridgePre, Hook::prerouting, -310}};
constexpr std::array kZones{StageHook{kBridgePre, Hook::prerouting, -300}};
constexpr std::array kRaw{StageHook{kBridgePre, Hook::prerouting, -290}, StageHook{kInetPre, Hook::prerouting, -290}};
constexpr std::array kHelpers{StageHook{kBridgePre, Hook::prerouting, -150}, StageHook{kInetPre, Hook::prerouting, -150},
                              StageHook{kInetOut, Hook::output, -150}};
constexpr std::array kGuestOut{StageHook{kBridgePre, Hook::prerouting, 0}};
constexpr std::array kGuestInEarly{StageHook{kBridgePre, Hook::prerouting, 10}};
constexpr std::array kVnet{StageHook{kBridgeForward, Hook::forward, 0}};
constexpr std::array kFrameGateIn{StageHook{kBridgePost, Hook::postrouting, -10}};
constexpr std::array kGuestIn{StageHook{kBridgePost, Hook::postrouting, 0}};
constexpr std::array kBridgeIn{StageHook{kInetIn, Hook::input, -1}};
constexpr std::array kHostIn{StageHook{kInetIn, Hook::input, 0}};
constexpr std::array kHostOut{StageHook{kInetOut, Hook::output, 0}};
constexpr std::array kBridgeOut{StageHook{kInetOut, Hook::output, 1}};
constexpr std::array kForward{StageHook{kInetForward, Hook::forward, 0}};

struct StageFacts {
  std::string_view chain;
  std::span<const StageHook> hooks;
};

// In the order of rules::Stage.
constexpr std::array<StageFacts, rules::kStages> kStages{{{"frame-gate", kFrameGate},
                                                          {"zones", kZones},
                                                          {"raw", kRaw},
                                                          {"helpers", kHelpers},
                                                          {"guest-out", kGuestOut},
                                                          {"guest-in-early", kGuestInEarly},
                                                          {"vnet", kVnet},
                                                          {"frame-gate-in", kFrameGateIn},
                                                          {"guest-in", kGuestIn},
                                                          {"bridge-in", kBridgeIn},
                                                          {"host-in", kHostIn},
                                                          {"host-out", kHostOut},
                                                          {"bridge-out", kBridgeOut},
                                                          {"forward", kForward}}};

}  // namespace

std::span<const StageHook> hooks_of(rules::Stage stage) { return kStages.at(static_cast<std::size_t>(stage)).hooks; }
std::string_view chain_of(rules::Stage stage) { return kStages.at(static_cast<std::size_t>(stage)).chain; }

}  // namespace drawbridge::nftables
