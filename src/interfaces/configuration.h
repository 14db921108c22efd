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
  std::string value;     ///< blanks at both ends removed, inner spacing kept, $IFACE replaced by the stanza's name; never empty
  SourceLocation where;  ///< of the name
  SourceLocation value_where;
  bool operator==(const Option&) const = default;
};

struct Stanza {
  std::string name;                   ///< after expansion of "swp[1-4]"
  std::optional<Family> family;       ///< nullopt: typeless
  std::string method;                 ///< "static", "manual", …; empty: typeless, or a family without method (a warning says so)
  std::vector<Option> options;        ///< file order
  std::vector<std::string> comments;  ///< text after '#' of comment lines inside the stanza
  SourceLocation where;
  /// Of the name's first sight: a counter over names and other kept statements ("free lines") of the main file, from 2, then
  /// over the names of sourced files; lo is 1.
  std::uint32_t position = 0;
  bool operator==(const Stanza&) const = default;
};

/// `auto`, `allow-auto`, `allow-hotplug`, `allow-CLASS`: one entry per name.
struct Allow {
  std::string name;         ///< after expansion of "swp[1-4]"; "all" with class auto means every stanza
  std::string allow_class;  ///< "auto", "hotplug", "ovs", …
  SourceLocation where;
  std::uint32_t position = 0;
  bool operator==(const Allow&) const = default;
};

struct Configuration {
  std::vector<Stanza> stanzas;
  std::vector<Allow> allows;
  std::map<std::string, Document> documents;  ///< by path, every file that was read
  Diagnostics diagnostics;                    ///< those of the documents too, with the source lines that led to them
};

/// How sourced files are reached. Both may be empty: then `source` lines are not followed (a diagnostic says so for none).
/// Paths are made from the path that read_configuration was given and from what the file writes; a Reader that serves another
/// root directory translates them, in both directions.
struct Reader {
  /// Errors: not_found gives a warning, os_errno EISDIR is passed over inside a source-directory, others are reported as errors.
  std::function<Result<std::string>(const std::string& path)> read;
  /// Paths that match a shell pattern, sorted. As with the shell, '*' doesn't match names that begin with a dot.
  std::function<std::vector<std::string>(const std::string& pattern)> glob;
};

/// Reads `main` (its bytes already read) and what it sources. Bounded: 32 levels, 4096 files; a file that includes itself is
/// a diagnostic. Never fails as a whole.
Configuration read_configuration(const std::string& path, std::string_view bytes, const Reader& reader);

/// True if an allow line of the class holds the name, or, for auto, "all" and the name has a stanza.
bool in_class(const Configuration& configuration, std::string_view name, std::string_view allow_class);

/// "swp[1-3].5" to swp1.5, swp2.5, swp3.5; several ranges multiply. A name without a well-formed range, or with more than 1024
/// results, gives itself.
std::vector<std::string> expand_name(std::string_view name);

}  // namespace drawbridge::interfaces
