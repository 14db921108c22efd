// Who uses an alias, a set or a group, over all files; and renaming it with all its users.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "firewall/document.h"
#include "guest/nic.h"

namespace drawbridge::firewall {

/// All firewall files there are, of all nodes.
struct Tree {
  Document datacenter;
  std::map<std::string, Document> nodes;
  std::map<guest::Vmid, Document> guests;
  std::map<std::string, Document> vnets;
};

enum class NameKind : std::uint8_t { alias, ipset, group };

/// Something with a name, and whose it is.
struct Named {
  NameKind kind = NameKind::alias;
  std::optional<guest::Vmid> guest;  ///< nullopt: the datacenter's
  std::string name;
};

/// Lines that refer to it, rules that are switched off included, in the order of the files. References in lines that override each
/// other all count.
std::vector<Place> users_of(const Tree& tree, const Named& named);

/// The files that change, and how. A reference without scope gets one if the new name would lead elsewhere otherwise. Errors:
/// not_found, conflict (the new name is taken), invalid_input.
Result<Tree> rename(const Tree& tree, const Named& named, const std::string& name);

/// Without its users: those find nothing any more.
Result<Tree> remove(const Tree& tree, const Named& named);

/// The document in which it is defined; nullptr if the tree has none.
const Document* home_of(const Tree& tree, const Named& named);

}  // namespace drawbridge::firewall
