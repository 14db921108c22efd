#include "hypervisor/card_options.h"

#include <fmt/format.h>

#include <cctype>

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/nic_string.h"

namespace drawbridge::hypervisor {
namespace {

constexpr std::uint32_t kUsualMtu = 1500;
constexpr std::uint32_t kLeastMtu = 576;
constexpr QemuVersion kLargeRings{7, 1};   ///< machines from here on have larger queues, and packed ones with multiqueue
constexpr QemuVersion kHostTunnel{10, 2};  ///< QEMU from here on offloads UDP tunnels

std::string card_id(const guest::Nic& nic) { return "net" + std::to_string(nic.slot); }

/// Fixed places, so that the guest's names of its cards stay: net0 to net5 are the slots 18 to 23 (ens18 in most guests), the
/// others are behind the bridge pci.1.
void set_place(Properties& device, const guest::Nic& nic) {
  constexpr unsigned kFirstSlot = 0x12;
  constexpr unsigned kOnRootBus = 6;
  const bool on_root = nic.slot < kOnRootBus;
  device.set("bus", on_root ? "pci.0" : "pci.1");
  device.set("addr", fmt::format("0x{:x}", on_root ? kFirstSlot + nic.slot : nic.slot - kOnRootBus + 1U));
}

Properties make_netdev(const guest::Nic& nic, const CardSurroundings& around, const RunContext& context) {
  Properties netdev("type", nic.bridge.empty() ? "user" : "tap");
  netdev.set("id", card_id(nic));
  if (nic.bridge.empty()) {
    netdev.set("hostname", around.guest_name);
    return netdev;
  }
  netdev.set("ifname", guest::device_name(nic.kind, around.vmid, nic.slot));
  netdev.set("script", context.files.ifup);
  netdev.set("downscript", context.files.ifdown);
  if (nic.model == "virtio" && context.vhost_net) netdev.set("vhost", true);
  if (nic.queue_count() > 1) netdev.set("queues", std::uint64_t{nic.queue_count()});
  return netdev;
}

void set_virtio(Properties& device, const guest::Nic& nic, const MachineType& machine, std::uint32_t mtu) {
  const std::uint64_t queues = nic.queue_count();
  if (queues > 1 && !nic.bridge.empty()) {
    device.set("mq", true);
    device.set("vectors", 2 * queues + 2);
    if (machine.version >= kLargeRings) device.set("packed", true);
  }
  if (machine.version >= kLargeRings) {
    device.set("rx_queue_size", std::uint64_t{1024});
    device.set("tx_queue_size", std::uint64_t{256});
  }
  if (mtu != 0) device.set("host_mtu", std::uint64_t{mtu});
}

Properties make_device(const guest::Nic& nic, const CardSurroundings& around, std::uint32_t mtu) {
  Properties device("driver", nic.model == "virtio" ? "virtio-net-pci" : nic.model);
  device.set("id", card_id(nic));
  device.set("netdev", card_id(nic));
  device.set("mac", guest::mac_text(nic));
  if (is_pluggable(nic)) set_place(device, nic);
  if (nic.model == "virtio") set_virtio(device, nic, around.machine, mtu);
  if (around.boot_index && is_pluggable(nic)) device.set("bootindex", std::uint64_t{*around.boot_index});
  return device;
}

void warn(Diagnostics& found, const guest::Nic& nic, const CardSurroundings& around, const std::string& message, const std::string& hint) {
  found.push_back({around.where, Severity::warning, "card-not-honoured", card_id(nic) + ": " + message, hint, {}});
}

}  // namespace

bool is_pluggable(const guest::Nic& nic) { return nic.model != "ne2k_isa"; }

Result<std::uint32_t> guest_mtu(const guest::Nic& nic, const CardSurroundings& around, const RunContext& context) {
  if (nic.model != "virtio" || nic.bridge.empty()) return 0U;
  const auto bridge = context.bridge_mtus.find(nic.bridge);
  const auto own = nic.own_mtu();
  if (own && *own < kLeastMtu)
    return fail(Errc::invalid_input, fmt::format("{}: mtu: {} is less than the {} that IPv4 needs", card_id(nic), *own, kLeastMtu),
                around.where, "leave mtu out for the bridge's");
  if (own && bridge != context.bridge_mtus.end() && *own > bridge->second)
    return fail(Errc::invalid_input, fmt::format("{}: mtu: {} is more than the {} of {}", card_id(nic), *own, bridge->second, nic.bridge),
                around.where, "leave mtu out for the bridge's, or raise that of the bridge first");
  if (!own && bridge == context.bridge_mtus.end()) return 0U;
  const std::uint32_t mtu = own ? *own : bridge->second;
  return mtu == kUsualMtu && !around.machine.pins_host_mtu ? 0U : mtu;
}

BuiltCard card_options(const guest::Nic& nic, const CardSurroundings& around, const RunContext& context) {
  BuiltCard built;
  if (!nic.bridge.empty() && !context.bridge_mtus.contains(nic.bridge))
    built.diagnostics.push_back({around.where,
                                 Severity::error,
                                 "bridge-missing",
                                 card_id(nic) + ": there is no bridge " + printable(nic.bridge) + " on this node",
                                 "make it first (\"drawbridge network show\" lists those there are), or choose another",
                                 {}});
  const auto mtu = guest_mtu(nic, around, context);
  if (!mtu) built.diagnostics.push_back(to_diagnostic(mtu.error(), "mtu-invalid"));
  if (!nic.mac)
    built.diagnostics.push_back(
        {around.where, Severity::error, "mac-missing", card_id(nic) + ": the card has no MAC address", "give it one", {}});
  if (nic.mtu && (nic.model != "virtio" || nic.bridge.empty()))
    warn(built.diagnostics, nic, around, "mtu has no effect " + std::string(nic.bridge.empty() ? "without a bridge" : "on this model"),
         "leave it out, or set the MTU inside the guest");
  if (nic.host_tunnel.value_or(false) && context.version < kHostTunnel)
    warn(built.diagnostics, nic, around, "host-tunnel needs QEMU 10.2; the card has none of it", "leave it out");
  if (nic.bridge.empty() && nic.rate_limit()) warn(built.diagnostics, nic, around, "rate has no effect without a bridge", "leave it out");
  if (!has_errors(built.diagnostics)) built.options = CardOptions{make_netdev(nic, around, context), make_device(nic, around, *mtu)};
  return built;
}

}  // namespace drawbridge::hypervisor
