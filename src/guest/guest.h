// A guest as its configuration file describes it, each value tied to its line. Derived from the lossless document (document.h);
// never written back as a whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "guest/document.h"
#include "guest/nic.h"

namespace drawbridge::guest {

struct Value {
  std::string text;
  SourceLocation where;  ///< of the value
  bool operator==(const Value&) const = default;
};

/// What one part of a file says.
struct Settings {
  std::map<std::string, Value, std::less<>> values;  ///< all keys but raw ones; of a key given twice the last
  std::vector<std::pair<std::string, Value>> raw;    ///< "lxc.…", in the order of the file
  std::map<std::uint8_t, Nic> nics;                  ///< by slot; those with errors are left out
  std::string description;                           ///< the comment lines, decoded, each ending "\n"
  bool operator==(const Settings&) const = default;

  /// nullptr if the key is not there.
  const Value* find(std::string_view key) const;
  /// Its text; empty if it is not there.
  std::string_view text(std::string_view key) const;
};

/// What the guest shall be at its next start, as a difference to what it is.
struct Pending {
  Settings settings;
  std::map<std::string, Value, std::less<>> deleted;  ///< by key; a leading '!' (by force) is left out
  bool empty() const { return settings.values.empty() && deleted.empty(); }
  bool operator==(const Pending&) const = default;
};

struct Guest {
  Vmid vmid = kFirstVmid;
  Kind kind = Kind::qemu;
  std::string node;
  std::string path;  ///< of its file
  Settings settings;
  Pending pending;
  std::map<std::string, Settings, std::less<>> snapshots;  ///< by name
  Diagnostics diagnostics;                                 ///< of the document and its cards, by line
  bool operator==(const Guest&) const = default;

  /// `name` of a VM, `hostname` of a container; without one "VM100", "CT100".
  std::string name() const;
};

/// What is wrong with a card is an error at its line and leaves the card out; in a snapshot it is a warning.
Guest make_guest(const Document& document, Vmid vmid, Kind kind, std::string node);

/// The settings with the pending changes put in: what the guest starts with next.
Settings next_settings(const Guest& guest);

/// "net0" to "net31" to the slot; nullopt for any other text.
std::optional<std::uint8_t> nic_slot(std::string_view key);
/// A whole decimal number from 100 to 999999999 without leading zeros.
std::optional<Vmid> parse_vmid(std::string_view text);
std::string_view kind_word(Kind kind);  ///< "qemu", "lxc"

/// The words of the list in a "delete" line: keys, each with its '!' left out.
std::vector<std::string> deleted_keys(std::string_view text);

}  // namespace drawbridge::guest
