#include "interfaces/keywords.h"

namespace drawbridge::interfaces {

std::optional<LineKind> statement_kind(std::string_view word) {
  if (word == "iface") return LineKind::iface;
  if (word == "auto" || (word.starts_with("allow-") && word.size() > 6)) return LineKind::allow;
  if (word == "source" || word == "source-directory") return LineKind::source;
  if (word == "mapping") return LineKind::mapping;
  if (word == "vlan") return LineKind::vlan;
  return std::nullopt;
}

bool is_remark(std::string_view word) { return word == "no-auto-down" || word == "no-scripts" || word == "rename" || word == "template"; }

bool starts_statement(LineKind kind) {
  switch (kind) {
    case LineKind::iface:
    case LineKind::allow:
    case LineKind::source:
    case LineKind::mapping:
    case LineKind::vlan: return true;
    case LineKind::blank:
    case LineKind::comment:
    case LineKind::option:
    case LineKind::other: return false;
  }
  return false;
}

const std::vector<std::string>& keywords() {
  static const std::vector<std::string> words{"auto",   "allow-auto",       "allow-hotplug", "allow-ovs", "iface",
                                              "source", "source-directory", "mapping",       "vlan"};
  return words;
}

}  // namespace drawbridge::interfaces
