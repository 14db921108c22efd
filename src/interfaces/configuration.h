// What a set of interfaces files says, after `source` lines are followed: stanzas, auto lines, in reading order. The merged
// reading of both traditional readers (see docs/interfaces-file.md); still file terms, no network meaning.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// One option line of a stanza, continuation lines joined.
struct Option {
  std::string name;      ///< as written
  std::string value;     ///< blanks at both ends removed, inner spacing kept
  SourceLocation where;  ///< of the name
  SourceLocation value_where;
  bool operator==(const Option&) const = default;
};

struct Stanza {
  std::string name;                    ///< after expansion of "swp[1-4]"
  std::optional<Family> family;        ///< nullopt: typeless
  std::string method;                  ///< "static", "manual", …; empty: typeless
  std::vector<Option> options;         ///< file order
  std::vector<std::string> comments;   ///< text after '#' of comment lines inside the stanza
  SourceLocation where;
  std::uint32_t position = 0;          ///< shared counter over names and free lines, from 2; lo is 1
  bool operator==(const Stanza&) const = default;
};

/// `auto`, `allow-auto`, `allow-hotplug`, `allow-CLASS`: one entry per name.
struct Allow {
  std::string name;
  std::string allow_class;  ///< "auto", "hotplug", "ovs", …
  SourceLocation where;
  std::uint32_t position = 0;
  bool operator==(const Allow&) const = default;
};

struct Configuration {
  std::vector<Stanza> stanzas;
  std::vector<Allow> allows;
  std::map<std::string, Document> documents;  ///< by path, every file that was read
  Diagnostics diagnostics;
};

/// How sourced files are reached. Both may be empty: then `source` lines are not followed (a diagnostic says so for none).
struct Reader {
  std::function<Result<std::string>(const std::string& path)> read;
  /// Paths that match a shell pattern, sorted.
  std::function<std::vector<std::string>(const std::string& pattern)> glob;
};

/// Reads `main` (its bytes already read) and what it sources. Bounded: 32 levels, 4096 files; a file that includes itself is
/// a diagnostic. Never fails as a whole.
Configuration read_configuration(const std::string& path, std::string_view bytes, const Reader& reader);

}  // namespace drawbridge::interfaces
