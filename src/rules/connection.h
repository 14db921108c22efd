// A connection that the kernel follows, as a value; and what rules note with it, by which one knows later whose it is.
#pragma once

#include <cstdint>
#include <optional>

#include "base/address.h"
#include "rules/number_set.h"

namespace drawbridge::rules {

/// A guest's card.
struct CardNumber {
  std::uint32_t vmid = 0;
  std::uint8_t slot = 0;
  auto operator<=>(const CardNumber&) const = default;
};

/// The 128 bits of a connection's labels that name the card which gets it. Half of them are the others' complement: labels can only be
/// added, so a packet that went to several cards has both, and names nobody.
Number label_of(CardNumber card);
/// nullopt: none, or more than one.
std::optional<CardNumber> card_of_label(Number label);

/// Of a connection's two directions the first: addresses and ports as its first packet had them; or what its answers have.
struct Flow {
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;  ///< of protocols that have ports
  auto operator<=>(const Flow&) const = default;
};

struct Connection {
  Flow first;
  Flow answer;  ///< the inverse of `first` but for translated addresses
  std::uint8_t protocol = 6;
  std::uint8_t icmp_type = 0, icmp_code = 0;  ///< of the first packet, by ICMP and ICMPv6
  std::uint16_t icmp_id = 0;
  std::uint16_t zone = 0;     ///< 0: the common one
  std::uint32_t mark = 0;     ///< rules' MarkConnection
  Number label = 0;           ///< rules' LabelConnection
  std::uint32_t timeout = 0;  ///< seconds that the kernel will still remember it for
  std::uint32_t id = 0;       ///< the kernel\'s, so that nobody takes a later one with the same addresses for it
  bool is_expected = false;   ///< another connection announced it: it passes as related, whatever rules say
  auto operator<=>(const Connection&) const = default;
};

}  // namespace drawbridge::rules
