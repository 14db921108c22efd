// VRFs: told by vrf-table, or by the kernel.
#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

bool told_by_options(const Interface& interface) { return interface.find_option("vrf-table") != nullptr; }
bool told_by_link(const Link& link) { return link.kind == "vrf"; }

}  // namespace

const TypeRow& vrf_type() {
  static const TypeRow row{.type = InterfaceType::vrf,
                           .word = "unknown",
                           .title = "VRF",
                           .rank = 1,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link};
  return row;
}

}  // namespace drawbridge::network
