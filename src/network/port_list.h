// The lists of ports in bridge-ports, bond-slaves, ovs_ports and ovs_bonds: names, and the words that stand for names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_location.h"
#include "network/interface.h"

namespace drawbridge::network {

enum class PortWordKind : std::uint8_t {
  name,   ///< one interface
  glob,   ///< a shell pattern over interface names, after the word "glob"
  regex,  ///< an extended regular expression that matches whole names, after the word "regex"
};

/// One word of a list with its place. Ranges of names ("swp[1-4]") are several words.
struct PortWord {
  PortWordKind kind = PortWordKind::name;
  std::string text;
  SourceLocation where;
  bool operator==(const PortWord&) const = default;
};

/// The words of all lines of a list option, in the user's order, without repetitions; "none" and the mode words glob, noglob,
/// regex and noregex are left out.
std::vector<PortWord> port_words(const Interface& interface, std::string_view canonical_option);

/// What joins the list for people and REST clients: names and patterns with their mode words, as in the file.
std::string port_text(const Interface& interface, std::string_view canonical_option);

/// The option that lists an interface's ports: "bridge-ports", "bond-slaves", "ovs-ports", "ovs-bonds"; empty if the type has none.
std::string_view port_option(InterfaceType type);

/// A shell pattern ('*', '?', '[a-c]') over a name.
bool matches_glob(std::string_view pattern, std::string_view name);

}  // namespace drawbridge::network
