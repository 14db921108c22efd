#include "netfilter/nflog_message.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace drawbridge::netfilter {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// A number in network order.
template <class T>
std::optional<T> number(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value = 0;
  for (const std::uint8_t byte : bytes.first(sizeof(T))) value = static_cast<T>(value << 8U | byte);
  return value;
}

std::string device(Bytes index, const DeviceName& name) {
  const auto value = number<std::uint32_t>(index);
  if (!value || *value == 0) return {};
  std::string found = name(*value);
  return found.empty() ? std::to_string(*value) : found;
}

/// Calls `visit(type, payload)` for each attribute, whose lengths are all within `bytes`.
template <class Visit>
void for_each_attribute(Bytes bytes, const Visit& visit) {
  while (bytes.size() >= sizeof(nlattr)) {
    nlattr head{};
    std::memcpy(&head, bytes.data(), sizeof head);
    if (head.nla_len < sizeof head || head.nla_len > bytes.size()) return;
    visit(head.nla_type & NLA_TYPE_MASK, bytes.subspan(sizeof head, head.nla_len - sizeof head));
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), MNL_ALIGN(head.nla_len)));
  }
}

packetlog::Vlan parse_vlan(Bytes bytes) {
  packetlog::Vlan vlan;
  for_each_attribute(bytes, [&](int type, Bytes value) {
    if (type == NFULA_VLAN_PROTO) vlan.protocol = number<std::uint16_t>(value).value_or(0);
    if (type == NFULA_VLAN_TCI) vlan.tci = number<std::uint16_t>(value).value_or(0);
  });
  return vlan;
}

void take_time(packetlog::Record& record, Bytes value) {
  if (value.size() < sizeof(nfulnl_msg_packet_timestamp)) return;
  record.seconds = static_cast<std::int64_t>(*number<std::uint64_t>(value));
  record.microseconds = static_cast<std::uint32_t>(*number<std::uint64_t>(value.subspan(8)));
}

std::string text(Bytes value) {
  const auto end = std::ranges::find(value, 0);
  return {value.begin(), end};
}

void take(packetlog::Record& record, int type, Bytes value, const DeviceName& name) {
  switch (type) {
    case NFULA_PACKET_HDR: record.ether_type = number<std::uint16_t>(value).value_or(0); break;
    case NFULA_MARK: record.mark = number<std::uint32_t>(value).value_or(0); break;
    case NFULA_TIMESTAMP: take_time(record, value); break;
    case NFULA_IFINDEX_INDEV: record.in = device(value, name); break;
    case NFULA_IFINDEX_OUTDEV: record.out = device(value, name); break;
    case NFULA_IFINDEX_PHYSINDEV: record.physical_in = device(value, name); break;
    case NFULA_IFINDEX_PHYSOUTDEV: record.physical_out = device(value, name); break;
    case NFULA_PREFIX: record.prefix = text(value); break;
    case NFULA_HWHEADER:
    case NFULA_L2HDR: record.link_header.assign(value.begin(), value.end()); break;
    case NFULA_VLAN: record.vlan = parse_vlan(value); break;
    case NFULA_PAYLOAD: record.payload.assign(value.begin(), value.end()); break;
    default: break;
  }
}

}  // namespace

Result<packetlog::Record> parse_nflog(Bytes message, const DeviceName& name) {
  if (message.size() < sizeof(nfgenmsg)) return fail(Errc::unavailable, "the kernel's message about a logged packet is cut");
  packetlog::Record record;
  record.family = message[0];
  for_each_attribute(message.subspan(sizeof(nfgenmsg)), [&](int type, Bytes value) { take(record, type, value, name); });
  return record;
}

}  // namespace drawbridge::netfilter
