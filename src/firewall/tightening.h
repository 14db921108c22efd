// Whose rules may accept less than before: what established connections have to be looked at for.
#pragma once

#include <set>

#include "guest/guest.h"
#include "rules/connection.h"
#include "rules/program.h"

namespace drawbridge::firewall {

struct Tightening {
  bool everywhere = false;         ///< rules of the host, of all guests, or of nobody knows whom
  std::set<guest::Vmid> guests{};  ///< else those of these
  bool is_any() const { return everywhere || !guests.empty(); }
  bool concerns(const rules::Connection& connection) const;
};

/// None only if nothing can have shrunk: rules that accept may come, rules that block may go, and logs and lines' numbers say nothing.
/// Costs as much as differs, and a look at each name.
Tightening find_tightening(const rules::Program& before, const rules::Program& after);

}  // namespace drawbridge::firewall
