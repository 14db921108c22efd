// The values of net0 to net31 as text: "virtio=BC:24:11:5A:07:E1,bridge=vmbr3,tag=44" of a QEMU guest, "name=eth0,bridge=vmbr3,
// type=veth" of an LXC one. docs/guests.md is the description for users.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "guest/nic.h"

namespace drawbridge::guest {

struct ReadNic {
  std::optional<Nic> nic;   ///< nullopt if and only if there are errors
  Diagnostics diagnostics;  ///< in the order of the text; warnings: keys without effect
};

/// Time is proportional to the bytes. `start` is where the first byte of `text` stands; a line of 0 leaves findings without column.
ReadNic parse_nic(std::string_view text, Kind kind, std::uint8_t slot, const SourceLocation& start);

/// One property as the canonical text and JSON give it.
struct NicField {
  std::string key;    ///< never an alias: "model", "macaddr"
  std::string value;  ///< as in the canonical text
  bool number = false;
};

/// What is said about the card, alphabetically by key.
std::vector<NicField> nic_fields(const Nic& nic);

/// The canonical text: the model with its MAC (QEMU) or the name (LXC) first, the rest alphabetically. Parsing it gives the same
/// card.
std::string print_nic(const Nic& nic);

/// The MAC of a card as the canonical text has it; empty if it has none.
std::string mac_text(const Nic& nic);

/// The models that QEMU has for us, alphabetically.
const std::vector<std::string>& nic_models();
/// The keys of a kind's cards, aliases left out, alphabetically.
std::vector<std::string> nic_keys(Kind kind);

}  // namespace drawbridge::guest
