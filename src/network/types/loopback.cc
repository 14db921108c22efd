// The loopback device, which is always lo.
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

bool told_by_link(const Link& link) { return link.loopback; }
bool told_by_name(std::string_view name) { return name == "lo"; }

}  // namespace

const TypeRow& loopback_type() {
  static const TypeRow row{.type = InterfaceType::loopback,
                           .word = "loopback",
                           .title = "Loopback",
                           .rank = 0,
                           .told_by_link = told_by_link,
                           .told_by_name = told_by_name};
  return row;
}

}  // namespace drawbridge::network
