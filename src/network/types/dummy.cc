// Dummy interfaces: told by link-type dummy.
#include <array>

#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 1> kParameters{"link-type"};

bool told_by_options(const Interface& interface) { return interface.option("link-type") == "dummy"; }
bool told_by_link(const Link& link) { return link.kind == "dummy"; }

}  // namespace

const TypeRow& dummy_type() {
  static const TypeRow row{.type = InterfaceType::dummy,
                           .word = "dummy",
                           .title = "Dummy",
                           .rank = 1,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .parameters = kParameters};
  return row;
}

}  // namespace drawbridge::network
