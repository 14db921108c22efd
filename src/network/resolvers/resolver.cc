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

Resolving::Resolving(const Model& of, const Snapshot* against) : model(of), kernel(against) {
  for (const auto& [name, interface] : model.interfaces)
    if (const auto* line = interface.declared ? interface.find_option("bond-master") : nullptr)
      bond_members[line->value].push_back({name, line->value_where});
  assign_vrf_tables(*this);
}

void Resolving::error(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  result.diagnostics.push_back({where, Severity::error, std::move(code), std::move(message), std::move(hint), {}});
}

void Resolving::warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  result.diagnostics.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
}

void Resolving::not_applied(const OptionLine& option, std::string_view why) {
  warn(option.where, "option-not-applied",
       printable(option.name) + " is kept in the file, but not applied" + (why.empty() ? " by this version" : ": " + std::string(why)),
       "remove the line if nothing else reads it");
}

DesiredLink* Resolving::find(std::string_view name) {
  const auto found = desired().links.find(name);
  return found == desired().links.end() ? nullptr : &found->second;
}

std::string Resolving::kind_of(std::string_view name) const {
  const auto found = desired().links.find(name);
  if (found != desired().links.end() && !found->second.kind.empty()) return found->second.kind;
  const Link* link = kernel_link(name);
  return link == nullptr ? "" : link->kind;
}

bool Resolving::is_vlan_aware(std::string_view name) const {
  const AttributeValue kOn{std::uint64_t{1}};
  const auto found = desired().links.find(name);
  if (found != desired().links.end()) {
    const auto asked = found->second.data.find("vlan_filtering");
    if (asked != found->second.data.end()) return asked->second.value == kOn;
    if (!found->second.kind.empty()) return false;
  }
  const Link* link = kernel_link(name);
  if (link == nullptr || link->kind != "bridge") return false;
  const auto present = link->data.find("vlan_filtering");
  return present != link->data.end() && present->second == kOn;
}

const ResolverRow* find_resolver(InterfaceType type) {
  static const std::array<const ResolverRow*, 10> kRows{&bridge_resolver(),   &bond_resolver(),    &vlan_resolver(), &vxlan_resolver(),
                                                        &dummy_resolver(),    &veth_resolver(),    &vrf_resolver(),  &tunnel_resolver(),
                                                        &physical_resolver(), &loopback_resolver()};
  const auto found = std::ranges::find(kRows, type, [](const ResolverRow* row) { return row->type; });
  return found == kRows.end() ? nullptr : *found;
}

std::vector<LowerLink> expand_ports(const Interface& interface, std::string_view option, const Resolving& resolving) {
  std::vector<LowerLink> ports;
  std::set<std::string> seen{interface.name};
  const auto add = [&](const std::string& name, const SourceLocation& where) {
    if (seen.insert(name).second) ports.push_back({name, where});
  };
  std::optional<std::vector<std::string>> names;
  for (const auto& word : port_words(interface, option)) {
    if (word.kind == PortWordKind::name) {
      add(word.text, word.where);
      continue;
    }
    if (!names) names = candidates(interface, resolving);
    for (const auto& name : matching(word, *names)) add(name, word.where);
  }
  return ports;
}

PortValues::PortValues(const OptionLine* option) : option_(option) {
  if (option == nullptr) return;
  const auto words = split_words(option->value);
  for (const auto word : words)
    if (const auto equals = word.find('='); equals != std::string_view::npos) by_port_[word.substr(0, equals)] = word.substr(equals + 1);
  if (!by_port_.empty()) return;
  // The classic spelling of costs and priorities: "port value".
  if (words.size() == 2)
    by_port_[words.front()] = words.back();
  else if (words.size() == 1)
    for_all_ = words.front();
}

std::string_view PortValues::value_for(std::string_view port) const {
  const auto found = by_port_.find(port);
  return found == by_port_.end() ? for_all_ : found->second;
}

}  // namespace drawbridge::network
