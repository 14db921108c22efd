#include "kernel/snapshot_reader.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <unordered_map>

#include "kernel/dump_message.h"
#include "kernel/ethtool.h"
#include "kernel/fdb_reader.h"
#include "kernel/link_message.h"
#include "kernel/rate_limit.h"
#include "network/snapshot_order.h"

namespace drawbridge::kernel {
namespace {

constexpr int kMostAttempts = 20;

template <class Header>
Message dump_request(std::uint16_t type, std::uint8_t family) {
  Header header{};
  std::memcpy(&header, &family, sizeof family);  // The family is the first byte of every rtnetlink header.
  return Message(type, NLM_F_REQUEST | NLM_F_DUMP, header);
}

// One attempt. `moved_` becomes true when the pieces don't belong to one moment.
class Reader {
 public:
  explicit Reader(Socket& socket) : socket_(socket) {}

  Result<network::Snapshot> read() {
    TRY_VOID(read_links());
    TRY_VOID(read_addresses());
    TRY_VOID(read_routes(AF_INET));
    TRY_VOID(read_routes(AF_INET6));
    TRY_VOID(read_rules());
    if (has_bridge_vlans_) TRY_VOID(read_bridge_vlans());
    TRY_VOID(read_destinations());
    TRY_VOID(read_port_fdb());
    TRY_VOID(read_qdiscs());
    TRY_VOID(read_rates());
    network::sort_snapshot(snapshot_);
    forget_lost_stations();
    return std::move(snapshot_);
  }
  bool moved() const { return moved_; }

 private:
  Result<void> dump(Message request, const std::function<void(std::uint16_t, Bytes)>& visit) {
    if (!TRY(socket_.query(std::move(request), visit))) moved_ = true;
    return {};
  }

  // Empty: a link of another namespace (a VXLAN's lower device may stay behind when the VXLAN moves).
  std::string name_of(std::uint32_t index) const {
    const auto found = names_.find(index);
    return found == names_.end() ? std::string() : found->second;
  }

  // For what can only speak of links of this namespace: an unknown index is a link made after the links were read.
  std::string local_name_of(std::uint32_t index) {
    auto name = name_of(index);
    if (name.empty()) moved_ = true;
    return name;
  }

  Result<void> read_links() {
    std::vector<RawLink> links;
    TRY_VOID(dump(make_link_dump(), [&](std::uint16_t type, Bytes bytes) {
      if (type != RTM_NEWLINK) return;
      if (auto raw = decode_link(bytes)) links.push_back(std::move(*raw));
    }));
    names_.reserve(links.size());
    for (const auto& raw : links) names_.emplace(raw.link.index, raw.link.name);
    for (auto& raw : links) {
      auto link = resolve_link(std::move(raw), [this](std::uint32_t index) { return name_of(index); });
      // Kernels built without VLAN filtering don't tell a default PVID, and have nothing to dump.
      if (link.kind == "bridge" && link.data.contains("vlan_default_pvid")) has_bridge_vlans_ = true;
      if (has_driver_settings(link)) link.ethtool = read_ethtool(socket_.descriptor(), link.name);
      auto name = link.name;
      snapshot_.links.emplace(std::move(name), std::move(link));
    }
    return {};
  }

  Result<void> read_addresses() {
    return dump(dump_request<ifaddrmsg>(RTM_GETADDR, AF_UNSPEC), [&](std::uint16_t type, Bytes bytes) {
      auto raw = type == RTM_NEWADDR ? decode_address(bytes) : std::nullopt;
      if (!raw) return;
      raw->address.link = local_name_of(raw->index);
      if (raw->address.label == raw->address.link) raw->address.label.clear();
      snapshot_.addresses.push_back(std::move(raw->address));
    });
  }

  Result<void> read_routes(std::uint8_t family) {
    return dump(dump_request<rtmsg>(RTM_GETROUTE, family), [&](std::uint16_t type, Bytes bytes) {
      if (type != RTM_NEWROUTE) return;
      auto route = decode_route(bytes, [this](std::uint32_t index) { return local_name_of(index); });
      if (route) snapshot_.routes.push_back(std::move(*route));
    });
  }

  Result<void> read_rules() {
    return dump(dump_request<fib_rule_hdr>(RTM_GETRULE, AF_UNSPEC), [&](std::uint16_t type, Bytes bytes) {
      auto rule = type == RTM_NEWRULE ? decode_rule(bytes) : std::nullopt;
      if (rule) snapshot_.rules.push_back(std::move(*rule));
    });
  }

  Result<void> read_bridge_vlans() {
    return dump(make_bridge_vlan_dump(), [&](std::uint16_t type, Bytes bytes) {
      if (type != RTM_NEWLINK) return;
      auto raw = decode_bridge_vlans(bytes);
      if (raw.vlans.empty()) return;
      const auto link = snapshot_.links.find(local_name_of(raw.index));
      if (link == snapshot_.links.end()) return;
      // Some NICs report the VLANs of their embedded switch in the same dump: neither bridge nor port, not ours.
      const bool self = link->second.kind == "bridge";
      if (!self && !is_bridge(link->second.master)) return;
      for (auto& vlan : raw.vlans) {
        vlan.link = link->first;
        vlan.self = self;
        snapshot_.bridge_vlans.push_back(std::move(vlan));
      }
    });
  }

  bool is_bridge(const std::string& name) const {
    const auto found = snapshot_.links.find(name);
    return found != snapshot_.links.end() && found->second.kind == "bridge";
  }

  Result<void> read_destinations() {
    if (!TRY(read_fdb(socket_, snapshot_.links, snapshot_.fdb))) moved_ = true;
    return {};
  }

  // Only of ports that don't learn: a bridge may have learned a hundred thousand stations, and elsewhere nobody sets any.
  Result<void> read_port_fdb() {
    for (const auto& [name, link] : snapshot_.links) {
      if (!is_deaf_port(link)) continue;
      const bool filters = number_of(snapshot_.links.find(link.master)->second.data, "vlan_filtering") == 1;
      TRY_VOID(dump(make_fdb_dump(link.index), [&](std::uint16_t type, Bytes bytes) {
        auto raw = type == RTM_NEWNEIGH ? decode_port_fdb(bytes) : std::nullopt;
        // What stands in VLANs means nothing to a bridge that doesn't look at them, and the reverse.
        if (!raw || raw->index != link.index || (raw->entry.vlan != 0) != filters) return;
        raw->entry.link = name;
        snapshot_.port_fdb.push_back(std::move(raw->entry));
      }));
    }
    return {};
  }

  // What stands in a VLAN that the port has left leads nowhere, and the kernel does not even let it be removed.
  void forget_lost_stations() {
    std::erase_if(snapshot_.port_fdb, [this](const network::PortFdbEntry& entry) {
      const auto range = std::ranges::equal_range(snapshot_.bridge_vlans, entry.link, {}, &network::BridgeVlan::link);
      const auto holds = [&](const network::BridgeVlan& vlan) { return vlan.first <= entry.vlan && entry.vlan <= vlan.last; };
      return entry.vlan != 0 && std::ranges::none_of(range, holds);
    });
  }

  static std::optional<std::uint64_t> number_of(const network::Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    const auto* number = found == attributes.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
    return number == nullptr ? std::nullopt : std::optional(*number);
  }

  bool is_deaf_port(const network::Link& link) const {
    return !link.master.empty() && number_of(link.port, "learning") == 0 && is_bridge(link.master);
  }

  Result<void> read_rates() {
    for (const auto& qdisc : snapshot_.qdiscs) {
      const bool egress = holds_egress_limit(qdisc);
      if (!egress && !holds_ingress_limit(qdisc)) continue;
      const auto found = snapshot_.links.find(qdisc.link);
      if (found == snapshot_.links.end()) continue;  // made after the links were read: there will be another attempt
      auto& link = found->second;
      auto& rate = egress ? link.rate.egress : link.rate.ingress;
      const auto decode = egress ? decode_class_rate : decode_policer_rate;
      TRY_VOID(dump(egress ? make_class_dump(link.index) : make_ingress_filter_dump(link.index),
                    [&](std::uint16_t, Bytes bytes) { rate = decode(bytes).value_or(rate); }));
    }
    return {};
  }

  Result<void> read_qdiscs() {
    return dump(dump_request<tcmsg>(RTM_GETQDISC, AF_UNSPEC), [&](std::uint16_t type, Bytes bytes) {
      auto raw = type == RTM_NEWQDISC ? decode_qdisc(bytes) : std::nullopt;
      if (!raw) return;
      raw->qdisc.link = local_name_of(raw->index);
      snapshot_.qdiscs.push_back(std::move(raw->qdisc));
    });
  }

  Socket& socket_;
  network::Snapshot snapshot_;
  std::unordered_map<std::uint32_t, std::string> names_;
  bool has_bridge_vlans_ = false;
  bool moved_ = false;
};

}  // namespace

Result<network::Snapshot> read_snapshot(Socket& socket) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    Reader reader(socket);
    auto snapshot = TRY(reader.read());
    if (!reader.moved()) return snapshot;
  }
  return fail(Errc::unavailable, "the kernel's network configuration kept changing while it was read", {},
              "try again when no other program is changing it");
}

}  // namespace drawbridge::kernel
