// What must hold for any bytes whatever that claim to be a message of the kernel; shared by the fuzz target and the unit test.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "kernel/dump_message.h"
#include "kernel/kinds/kinds.h"
#include "kernel/link_message.h"

namespace drawbridge::kernel {

/// The attributes of `decoded` that may be written, encoded and decoded again, must be the same. Empty: they are.
inline std::string check_attributes(AttributeTable table, network::Attributes decoded, const NameOfIndex& name_of) {
  erase_if(decoded,
           [&](const auto& entry) { return std::ranges::find(table, entry.first, &AttributeRow::name)->access == Access::read_only; });
  const auto index_of = [](const std::string& name) {
    std::uint32_t index = 0;
    std::from_chars(name.data() + 2, name.data() + name.size(), index);
    return index;
  };
  Message message(0, 0, std::uint32_t{0});
  if (const auto encoded = encode_attributes(table, decoded, index_of, message); !encoded) return "refused: " + encoded.error().what;
  constexpr std::size_t kHeaders = 20;
  const auto again = decode_attributes(table, message.finish(1).subspan(kHeaders), name_of);
  return again == decoded ? "" : "changed by encoding and decoding";
}

/// Decodes the bytes as every kind of message. Gives what is wrong, or an empty text.
inline std::string check_message(std::string_view text) {
  const Bytes bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  const NameOfIndex name_of = [](std::uint32_t index) { return "if" + std::to_string(index); };
  decode_address(bytes);
  decode_route(bytes, name_of);
  decode_rule(bytes);
  decode_bridge_vlans(bytes);
  decode_qdisc(bytes);
  decode_fdb(bytes);
  auto raw = decode_link(bytes);
  if (!raw) return {};
  const auto port_kind = raw->port_kind;
  const auto link = resolve_link(std::move(*raw), name_of);
  if (link.name.empty() || link.index == 0) return "a link without name or index";
  if (link.name.contains('\0') || link.alias.contains('\0')) return "text with NUL";
  if (!std::ranges::is_sorted(link.altnames)) return "altnames out of order";
  if (const auto* kind = find_kind(link.kind)) {
    if (auto wrong = check_attributes(kind->data, link.data, name_of); !wrong.empty()) return "data of " + link.kind + " " + wrong;
  }
  if (const auto* kind = find_kind(port_kind)) {
    if (auto wrong = check_attributes(kind->port, link.port, name_of); !wrong.empty()) return "port of " + port_kind + " " + wrong;
  }
  return {};
}

}  // namespace drawbridge::kernel
