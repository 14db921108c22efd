// What the kernel's expressions load from a packet.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nftables/key.h"
#include "rules/packet.h"

namespace drawbridge::nftables {

/// A packet's headers as bytes, made from its fields, and loads from them at the kernel's offsets.
class Loader {
 public:
  explicit Loader(const rules::Packet& packet);
  /// nullopt: the expression ends the rule.
  std::optional<rules::Number> load(Key key) const;

 private:
  using Header = std::vector<std::uint8_t>;
  void make_link();
  void make_network();
  void make_transport();
  std::size_t transport_size() const;
  std::optional<rules::Number> load_bytes(const Header& header, Key key) const;
  std::optional<rules::Number> load_meta(Key key) const;

  const rules::Packet& packet_;
  Header link_, network_, transport_;
};

}  // namespace drawbridge::nftables
