// X:N, a further labelled address of X.
#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

bool told_by_options(const Interface& interface) { return !split_alias_name(interface.name).root.empty(); }
bool told_by_name(std::string_view name) { return !split_alias_name(name).root.empty(); }

void check(const Interface& alias, Checks& checks) {
  const auto parent = split_alias_name(alias.name).root;
  if (!checks.is_known(parent))
    checks.warn(alias.where, "parent-missing", "no interface " + printable(parent) + " for the alias " + printable(alias.name),
                "add a stanza for " + printable(parent) + ", or correct its name");
}

}  // namespace

const TypeRow& alias_type() {
  static const TypeRow row{.type = InterfaceType::alias,
                           .word = "alias",
                           .title = "Alias",
                           .rank = 2,
                           .told_by_options = told_by_options,
                           .told_by_name = told_by_name,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
