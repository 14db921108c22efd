// Physical NICs: told by the kernel, whatever their name; without a kernel by the usual names.
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

bool told_by_name(std::string_view name) {
  if (name.find_first_of(".:") != std::string_view::npos) return false;
  return is_numbered(name, "eth") || is_numbered(name, "nic") || is_numbered(name, "if") ||
         (name.size() > 2 && (name.starts_with("en") || name.starts_with("ib")));
}

}  // namespace

const TypeRow& eth_type() {
  static const TypeRow row{.type = InterfaceType::eth,
                           .word = "eth",
                           .title = "Network Device",
                           .rank = 2,
                           .told_by_link = is_physical,
                           .told_by_name = told_by_name};
  return row;
}

const TypeRow& unknown_type() {
  static const TypeRow row{.type = InterfaceType::unknown, .word = "unknown", .title = "Unknown", .rank = 2};
  return row;
}

}  // namespace drawbridge::network
