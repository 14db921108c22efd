#include "hypervisor/lxc_config.h"

#include <fmt/format.h>

#include "base/text.h"
#include "guest/container.h"
#include "guest/device_name.h"

namespace drawbridge::hypervisor {
namespace {

using guest::Container;
using guest::Nic;

class Writer {
 public:
  Writer(const guest::Guest& guest, const LxcHost& host) : guest_(guest), host_(host) {}

  LxcConfig run() {
    auto read = guest::read_container(guest_.settings);
    config_.diagnostics = std::move(read.diagnostics);
    const Container& container = read.container;
    if (!host_.common.empty()) set("include", host_.common);
    set("uts.name", container.hostname.empty() ? fmt::format("CT{}", guest_.vmid) : container.hostname);
    if (container.unprivileged)
      refuse("unprivileged", "this version starts no containers without privilege", "set unprivileged=0, if you trust it");
    write_mounts(container);
    write_limits(container);
    for (const auto& [slot, nic] : container.nics) write_card(slot, nic);
    for (const auto& [key, value] : container.raw) config_.text += key + " = " + value + "\n";
    if (has_errors(config_.diagnostics)) config_.text.clear();
    return std::move(config_);
  }

 private:
  void set(std::string_view key, std::string_view value) { config_.text += fmt::format("lxc.{} = {}\n", key, value); }

  void refuse(std::string_view key, std::string message, std::string hint) {
    const auto* value = guest_.settings.find(key);
    const auto where = value == nullptr ? SourceLocation{guest_.path, 0, 0} : value->where;
    config_.diagnostics.push_back({where, Severity::error, "container-unsupported", std::move(message), std::move(hint), {}});
  }

  /// LXC's file has no quoting: what would be another word or line there can't be said.
  static bool is_folder(const std::string& volume) {
    return volume.starts_with('/') && volume.find_first_of(" \t\n\r") == std::string::npos;
  }

  void write_mounts(const Container& container) {
    bool rooted = false;
    for (const auto& mount : container.mounts) {
      if (!is_folder(mount.volume) || !is_folder(mount.target)) {
        refuse(mount.key, printable(mount.key) + " is no folder of this host", "name one by its absolute path, without blanks");
        continue;
      }
      const auto ro = mount.options.find("ro");
      const bool read_only = ro != mount.options.end() && ro->second == "1";
      if (mount.key == "rootfs") {
        set("rootfs.path", "dir:" + mount.volume);
        if (read_only) set("rootfs.options", "ro");
        rooted = true;
      } else {
        set("mount.entry", fmt::format("{} {} none bind,create=dir{} 0 0", mount.volume, mount.target.substr(1), read_only ? ",ro" : ""));
      }
    }
    if (!rooted) refuse("rootfs", "the container has no root file system", "set rootfs=/var/lib/lxc/NAME/rootfs");
  }

  void write_limits(const Container& container) {
    constexpr unsigned kPeriod = 100'000;  // microseconds
    const auto bytes = container.memory_mib << 20U;
    set(host_.unified ? "cgroup2.memory.max" : "cgroup.memory.limit_in_bytes", std::to_string(bytes));
    if (!container.cores) return;
    const auto quota = *container.cores * kPeriod;
    set(host_.unified ? "cgroup2.cpu.max" : "cgroup.cpu.cfs_quota_us",
        host_.unified ? fmt::format("{} {}", quota, kPeriod) : std::to_string(quota));
  }

  void write_card(std::uint8_t slot, const Nic& nic) {
    const auto net = [&](std::string_view key, std::string_view value) { set(fmt::format("net.{}.{}", slot, key), value); };
    net("type", "veth");
    net("veth.pair", guest::device_name(guest::Kind::lxc, guest_.vmid, slot));
    net("name", nic.name);
    if (nic.mac) net("hwaddr", format_mac(*nic.mac));
    if (!nic.is_link_down()) net("flags", "up");
    if (nic.mtu) net("mtu", std::to_string(*nic.mtu));
    write_addresses(nic, net);
    net("script.up", host_.hook + " lxc-ifup");
    net("script.down", host_.hook + " lxc-ifdown");
  }

  /// DHCP and SLAAC are the container's own work.
  template <class Net>
  void write_addresses(const Nic& nic, const Net& net) {
    const auto address = [&](const auto& setting, const auto& gateway, std::string_view family) {
      const auto* fixed = setting ? std::get_if<InterfaceAddress>(&*setting) : nullptr;
      if (fixed == nullptr) return;
      net(fmt::format("{}.address", family), format_interface_address(*fixed));
      if (gateway && !nic.is_link_down()) net(fmt::format("{}.gateway", family), format_ip(*gateway));
    };
    address(nic.addresses.ip, nic.addresses.gw, "ipv4");
    address(nic.addresses.ip6, nic.addresses.gw6, "ipv6");
  }

  const guest::Guest& guest_;
  const LxcHost& host_;
  LxcConfig config_;
};

}  // namespace

LxcConfig lxc_config(const guest::Guest& guest, const LxcHost& host) { return Writer(guest, host).run(); }

}  // namespace drawbridge::hypervisor
