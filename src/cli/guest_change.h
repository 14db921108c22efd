// A change of a guest's configuration, checked against everything around it: the file itself, all other guests, the bridges.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "guest/edit.h"
#include "guest/inventory.h"
#include "guest/mac.h"
#include "network/interface.h"
#include "store/guest_files.h"

namespace drawbridge::cli {

struct GuestSurroundings {
  guest::Inventory inventory;  ///< of all nodes, the guest itself perhaps among them
  guest::MacPrefix prefix;
  std::optional<network::Model> network;  ///< of the guest's node; nothing: unknown here
  std::function<guest::RandomBytes()> draw;
  bool force = false;  ///< what only concerns others, and keys that are not known, are warnings
};

struct GuestChanged {
  guest::Document document;        ///< to be written if there are no errors
  Diagnostics diagnostics;         ///< of values, at their place in the value (`file` is the key), and of the change as a whole
  std::vector<std::string> notes;  ///< what was done beside what was asked: MAC addresses made
};

/// Cards become canonical text with a MAC address: their own, else that of the card they replace, else a new one. Other cards of
/// the guest that have none get one too.
GuestChanged change_guest(const guest::Document& document, const store::GuestFile& file, const guest::Change& change,
                          const GuestSurroundings& surroundings, bool pending);

}  // namespace drawbridge::cli
