// Names of aliases and IP sets, and where each is looked for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firewall/address_set.h"
#include "firewall/document.h"
#include "firewall/mistake.h"
#include "firewall/rule_text.h"

namespace drawbridge::firewall {

struct Alias {
  std::string name;  ///< in lower case
  Prefix network;
  bool sound = false;  ///< its line was understood; if not, who uses it is wrong as well
  std::uint32_t line = 0;
};

struct NamedSet {
  std::string name;  ///< in lower case; those of the network's own definition as they are
  AddressSetPointer set;
  /// An exception of it was not understood, so that it may hold more than it should: nothing may be accepted because of it.
  bool too_wide = false;
};

/// What one file defines; both sorted by name.
struct FileNames {
  std::vector<Alias> aliases;
  std::vector<NamedSet> sets;
};

/// What a name in an address stands for: one network, or a set.
using NameTarget = std::variant<Prefix, NamedSet>;

/// What the rules and sets of one file may refer to. Views: those it was made of must outlive it.
class Scope {
 public:
  /// `guest`: of the file itself, if it is a guest's, else nullptr. `local`: the local networks as a set, for the alias
  /// "local_network" where the datacenter's file has none.
  Scope(const FileNames* guest, const FileNames& datacenter, std::span<const NamedSet> sdn, const NamedSet& local)
      : guest_(guest), datacenter_(datacenter), sdn_(sdn), local_(local) {}

  /// "name", "dc/name", "guest/name". nullopt: a mistake was added.
  std::optional<NameTarget> find_alias(const Word& word, std::string_view parameter, Mistakes& mistakes) const;
  /// "+name", "+dc/name", "+guest/name", "+sdn/name".
  const NamedSet* find_set(const Word& word, std::string_view parameter, Mistakes& mistakes) const;

 private:
  const FileNames* guest_;
  const FileNames& datacenter_;
  std::span<const NamedSet> sdn_;
  const NamedSet& local_;
};

/// The aliases of a file, the last of a name first in its place.
std::vector<Alias> read_aliases(const Document& document, Findings& findings);

/// One set of a file.
struct ReadSet {
  std::string name;
  std::vector<SetEntry> entries;
  bool too_wide = false;
  Place place;
};
/// Those that count, in the order of the file.
std::vector<ReadSet> read_sets(const Document& document, const Scope& scope, Findings& findings);

/// Flattened, sorted by name; ids are `prefix` and the name.
std::vector<NamedSet> make_sets(std::span<const ReadSet> sets, const std::string& prefix);

}  // namespace drawbridge::firewall
