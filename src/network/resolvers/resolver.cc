#include "network/resolvers/resolver.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/port_list.h"
#include "network/show.h"

namespace drawbridge::network {
namespace {

constexpr std::size_t kMostPatternBytes = 256;

/// Names that a pattern may mean: links that could be ports, of the kernel and of the files. Guests' ports are not the files'.
std::vector<std::string> candidates(const Interface& interface, const Resolving& resolving) {
  std::set<std::string> names;
  if (resolving.kernel != nullptr)
    for (const auto& [name, link] : resolving.kernel->links)
      if (link.ethernet && !link.loopback && link.kind != "bridge" && !is_guest_port(name)) names.insert(name);
  for (const auto& [name, other] : resolving.model.interfaces) {
    const bool possible =
        other.type != InterfaceType::bridge && other.type != InterfaceType::loopback && other.type != InterfaceType::alias;
    if (other.declared && possible) names.insert(name);
  }
  names.erase(interface.name);
  std::vector<std::string> sorted(names.begin(), names.end());
  std::ranges::sort(sorted, natural_less);
  return sorted;
}

std::vector<std::string> matching(const PortWord& word, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  if (word.kind == PortWordKind::glob) {
    std::ranges::copy_if(names, std::back_inserter(found), [&](const std::string& name) { return matches_glob(word.text, name); });
    return found;
  }
  if (word.text.size() > kMostPatternBytes) return found;
  try {
    const std::regex pattern(word.text, std::regex::extended);
    std::ranges::copy_if(names, std::back_inserter(found), [&](const std::string& name) { return std::regex_match(name, pattern); });
  } catch (const std::regex_error&) {
    found.clear();  // an expression that is none matches nothing; the caller warns
  }
  return found;
}

}  // namespace

void Resolving::error(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  diagnostics.push_back({where, Severity::error, std::move(code), std::move(message), std::move(hint), {}});
}

void Resolving::warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  diagnostics.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
}

const ResolverRow* find_resolver(InterfaceType type) {
  static const std::array<const ResolverRow*, 3> kRows{&bridge_resolver(), &physical_resolver(), &loopback_resolver()};
  const auto found = std::ranges::find(kRows, type, [](const ResolverRow* row) { return row->type; });
  return found == kRows.end() ? nullptr : *found;
}

std::vector<LowerLink> expand_ports(const Interface& interface, std::string_view option, const Resolving& resolving) {
  std::vector<LowerLink> ports;
  const auto add = [&](const std::string& name, const SourceLocation& where) {
    const bool known = std::ranges::any_of(ports, [&](const LowerLink& port) { return port.name == name; });
    if (!known && name != interface.name) ports.push_back({name, where});
  };
  for (const auto& word : port_words(interface, option)) {
    if (word.kind == PortWordKind::name) {
      add(word.text, word.where);
      continue;
    }
    for (const auto& name : matching(word, candidates(interface, resolving))) add(name, word.where);
  }
  return ports;
}

}  // namespace drawbridge::network
