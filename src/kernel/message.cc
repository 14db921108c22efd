#include "kernel/message.h"

#include <linux/netlink.h>

#include <algorithm>

namespace drawbridge::kernel {

AttributeIndex::AttributeIndex(Bytes bytes, std::uint16_t highest) : slots_(std::size_t{highest} + 1) {
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    if (attribute.type < slots_.size()) slots_[attribute.type] = {attribute.payload, true};
  });
}

std::optional<Bytes> AttributeIndex::find(std::uint16_t type) const {
  if (type >= slots_.size() || !slots_[type].present) return std::nullopt;
  return slots_[type].payload;
}

std::string AttributeIndex::text(std::uint16_t type) const { return text_of(nest(type)); }

std::string text_of(Bytes payload) {
  const auto end = std::find(payload.begin(), payload.end(), std::uint8_t{0});
  return {payload.begin(), end};
}

std::optional<MacAddress> mac_of(Bytes payload) {
  MacAddress mac;
  if (payload.size() != mac.bytes.size()) return std::nullopt;
  std::ranges::copy(payload, mac.bytes.begin());
  return mac;
}

std::optional<IpAddress> ip_of(Bytes payload) {
  IpAddress address;
  if (payload.size() != 4 && payload.size() != 16) return std::nullopt;
  address.family = payload.size() == 4 ? Family::ipv4 : Family::ipv6;
  std::ranges::copy(payload, address.bytes.begin());
  return address;
}

Bytes bytes_of(const IpAddress& address) { return Bytes{address.bytes}.first(address.width() / 8U); }

Message::Message(std::uint16_t type, std::uint16_t flags) {
  const nlmsghdr header{0, type, flags, 0, 0};
  append(&header, sizeof header);
}

std::size_t Message::append(const void* bytes, std::size_t size) {
  const std::size_t offset = bytes_.size();
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  bytes_.insert(bytes_.end(), first, first + size);
  bytes_.resize((bytes_.size() + 3U) & ~std::size_t{3});
  return offset;
}

void Message::put(std::uint16_t type, Bytes payload) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()), type};
  append(&header, sizeof header);
  append(payload.data(), payload.size());
}

void Message::put_text(std::uint16_t type, const std::string& text) {
  put(type, Bytes{reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size() + 1});
}

std::size_t Message::begin_nest(std::uint16_t type) {
  const nlattr header{0, static_cast<std::uint16_t>(type | NLA_F_NESTED)};
  return append(&header, sizeof header);
}

void Message::end_nest(std::size_t token) { patch_length(token); }

void Message::patch_length(std::size_t offset) {
  const auto length = static_cast<std::uint16_t>(bytes_.size() - offset);
  std::memcpy(bytes_.data() + offset, &length, sizeof length);
}

Bytes Message::finish(std::uint32_t sequence) {
  nlmsghdr header{};
  std::memcpy(&header, bytes_.data(), sizeof header);
  header.nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
  header.nlmsg_seq = sequence;
  std::memcpy(bytes_.data(), &header, sizeof header);
  return bytes_;
}

std::uint16_t Message::type() const {
  nlmsghdr header{};
  std::memcpy(&header, bytes_.data(), sizeof header);
  return header.nlmsg_type;
}

}  // namespace drawbridge::kernel
