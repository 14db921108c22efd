#include "firewall/resolve.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/item_text.h"
#include "firewall/options.h"
#include "firewall/rule_reader.h"

namespace drawbridge::firewall {
namespace {

constexpr std::string_view kIpfilter = "ipfilter-net";

/// A rule that blocks, or might, and is not in force: worse than one that does not let something in.
void tell_open(const RuleText& text, const Mistakes& mistakes, std::uint32_t line, Findings& findings) {
  const auto verdict = verdict_of(text.action.text);
  if (text.type == RuleType::group || verdict == Verdict::accept) return;
  const auto& first = *std::ranges::find(mistakes, Severity::error, &Mistake::severity);
  findings.add(
      line, {first.column, first.parameter, "rule-open",
             "this rule blocks nothing, because it was not understood: what it is meant to stop may pass", "mend it before anything else"});
}

/// One file under resolution.
class FileReader {
 public:
  FileReader(const Document& document, const Surroundings& surroundings, std::span<const std::string> groups)
      : document_(document), surroundings_(surroundings), groups_(groups), findings_(document.path) {}

  Findings& findings() { return findings_; }

  template <class Options>
  void read_options(Options& options) {
    std::vector<std::pair<std::string, std::uint32_t>> seen;
    each(SectionKind::options, LineKind::option, [&](std::string_view line, std::uint32_t number) {
      mistakes_.brief = findings_.is_full();
      const OptionText text = read_option_text(line, mistakes_);
      if (!has_errors(mistakes_)) {
        tell_twice(seen, text, number);
        read_option(options, text, surroundings_.tables, mistakes_);
      }
      findings_.add(number, mistakes_);
    });
  }

  std::vector<RuleLine> read_rules(const Scope& scope) {
    std::vector<RuleLine> rules;
    rules.reserve(static_cast<std::size_t>(std::ranges::count(document_.lines, LineKind::rule, &Line::kind)));
    const RulePlace place{document_.level, scope, surroundings_.tables, groups_, surroundings_.altnames};
    each(SectionKind::rules, LineKind::rule,
         [&](std::string_view line, std::uint32_t number) { read_rule_line(line, number, place, rules); });
    return rules;
  }

  std::map<std::string, std::vector<RuleLine>, std::less<>> read_groups(const Scope& scope) {
    std::map<std::string, std::vector<RuleLine>, std::less<>> groups;
    const RulePlace place{Level::group, scope, surroundings_.tables, groups_, surroundings_.altnames};
    for (const Section& section : document_.sections)
      if (section.kind == SectionKind::group && !section.overridden) groups[section.name];
    each(SectionKind::group, LineKind::rule, [&](std::string_view line, std::uint32_t number) {
      read_rule_line(line, number, place, groups[document_.section_of(document_.lines[number - 1]).name]);
    });
    return groups;
  }

  Diagnostics finish() && {
    Diagnostics all = document_.diagnostics;
    Diagnostics found = std::move(findings_).take();
    if (all.empty())
      all = std::move(found);
    else
      all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    sort_diagnostics(all);
    return all;
  }

 private:
  template <class Read>
  void each(SectionKind kind, LineKind line_kind, const Read& read) {
    for (std::size_t i = 0; i < document_.lines.size(); ++i) {
      const Line& line = document_.lines[i];
      if (line.kind != line_kind) continue;
      const Section& section = document_.section_of(line);
      if (section.kind == kind && !section.overridden) read(document_.text_of(line), static_cast<std::uint32_t>(i + 1));
    }
  }

  void tell_twice(std::vector<std::pair<std::string, std::uint32_t>>& seen, const OptionText& text, std::uint32_t number) {
    std::string key = to_lower(text.key.text.substr(0, kLongestName));
    const auto before = std::ranges::find(seen, key, &std::pair<std::string, std::uint32_t>::first);
    if (before != seen.end())
      mistakes_.push_back(
          {text.key.column, "option", "option-twice",
           "'" + printable(text.key.text, 40) + "' is set already, at line " + std::to_string(before->second) + ": this one counts",
           "delete the one that is not meant", Severity::warning});
    else if (seen.size() < 64)
      seen.emplace_back(std::move(key), number);
  }

  void read_rule_line(std::string_view line, std::uint32_t number, const RulePlace& place, std::vector<RuleLine>& rules) {
    mistakes_.brief = findings_.is_full();
    const RuleText text = read_rule_text(line, mistakes_);
    auto rule = read_rule(text, place, {document_.path, number}, mistakes_);
    const bool sound = rule && !has_errors(mistakes_);
    if (sound && text.enabled) rules.push_back(std::move(*rule));
    if (mistakes_.empty()) return;
    if (!text.enabled)
      for (Mistake& mistake : mistakes_) mistake.severity = Severity::warning;
    else if (!sound)
      tell_open(text, mistakes_, number, findings_);
    findings_.add(number, mistakes_);
  }

  const Document& document_;
  const Surroundings& surroundings_;
  std::span<const std::string> groups_;
  Findings findings_;
  Mistakes mistakes_;  ///< of the line being read
};

std::vector<std::string> group_names(const Document& document) {
  std::vector<std::string> names;
  for (const Section& section : document.sections)
    if (section.kind == SectionKind::group && !section.overridden) names.push_back(section.name);
  std::ranges::sort(names);
  return names;
}

std::vector<SetEntry> entries_of(std::span<const Prefix> networks) {
  std::vector<SetEntry> entries;
  for (const Prefix& network : networks) entries.push_back({network, false});
  return entries;
}

NamedSet set_of(std::string name, const std::string& id, std::span<const SetEntry> entries, const Place& place) {
  const ReadSet read{std::move(name), {entries.begin(), entries.end()}, false, place};
  auto made = make_sets(std::span(&read, 1), id);
  return std::move(made.front());
}

/// The set "management" as it holds: what the file says, and the local networks.
void add_management(DatacenterScope& scope, std::vector<ReadSet>& sets, const Document& document) {
  auto entries = entries_of(scope.datacenter.local_networks);
  Place place{document.path, 0};
  const auto written = std::ranges::find(sets, std::string_view("management"), &ReadSet::name);
  if (written != sets.end()) {
    place = written->place;
    // With an exception that is not understood, who knows whom it lets in: then the local networks must do.
    if (!written->too_wide) entries.insert(entries.end(), written->entries.begin(), written->entries.end());
    sets.erase(written);
  }
  NamedSet management = set_of("management", "dc/", entries, place);
  scope.datacenter.management = management.set;
  const auto at = std::ranges::lower_bound(scope.names.sets, management.name, {}, &NamedSet::name);
  scope.names.sets.insert(at, std::move(management));
}

const NamedSet* find_set(const FileNames& names, std::string_view name) {
  const auto found = std::ranges::lower_bound(names.sets, name, {}, [](const NamedSet& set) { return std::string_view(set.name); });
  return found != names.sets.end() && found->name == name ? &*found : nullptr;
}

void read_local_networks(DatacenterScope& scope) {
  scope.datacenter.local_networks = scope.surroundings->local_networks;
  const auto alias = std::ranges::find(scope.names.aliases, std::string_view("local_network"), &Alias::name);
  if (alias != scope.names.aliases.end() && alias->sound) scope.datacenter.local_networks = {alias->network};
  const auto entries = entries_of(scope.datacenter.local_networks);
  if (!entries.empty()) scope.local = set_of("local_network", "detected/", entries, {});
}

/// The slot of a set "ipfilter-netN".
std::optional<std::uint8_t> ipfilter_slot(std::string_view name) {
  if (!name.starts_with(kIpfilter)) return std::nullopt;
  const std::string_view digits = name.substr(kIpfilter.size());
  const auto slot = parse_number<std::uint8_t>(digits);
  if (!slot || *slot >= guest::kNicSlots || digits != std::to_string(*slot)) return std::nullopt;
  return slot;
}

}  // namespace

Resolved<std::shared_ptr<const DatacenterScope>> resolve_datacenter(const Document& document,
                                                                    std::shared_ptr<const Surroundings> surroundings) {
  auto scope = std::make_shared<DatacenterScope>();
  scope->surroundings = std::move(surroundings);
  scope->groups = group_names(document);
  FileReader reader(document, *scope->surroundings, scope->groups);
  reader.read_options(scope->datacenter.options);
  scope->names.aliases = read_aliases(document, reader.findings());
  read_local_networks(*scope);
  const Scope names(nullptr, scope->names, scope->surroundings->sdn, scope->local);
  auto sets = read_sets(document, names, reader.findings());
  const auto written = std::ranges::find(sets, std::string_view("management"), &ReadSet::name);
  std::vector<ReadSet> management;
  if (written != sets.end()) {
    management.push_back(std::move(*written));
    sets.erase(written);
  }
  scope->names.sets = make_sets(sets, "dc/");
  add_management(*scope, management, document);
  if (const NamedSet* blacklist = find_set(scope->names, "blacklist")) scope->datacenter.blacklist = blacklist->set;
  scope->datacenter.rules = reader.read_rules(names);
  scope->datacenter.groups = reader.read_groups(names);
  return {std::move(scope), std::move(reader).finish()};
}

Resolved<Node> resolve_node(const Document& document, const DatacenterScope& datacenter) {
  Resolved<Node> node;
  FileReader reader(document, *datacenter.surroundings, datacenter.groups);
  const Scope names(nullptr, datacenter.names, datacenter.surroundings->sdn, datacenter.local);
  reader.read_options(node.value.options);
  node.value.rules = reader.read_rules(names);
  node.diagnostics = std::move(reader).finish();
  return node;
}

Resolved<Guest> resolve_guest(const Document& document, guest::Vmid vmid, const DatacenterScope& datacenter) {
  Resolved<Guest> guest;
  guest.value.vmid = vmid;
  FileReader reader(document, *datacenter.surroundings, datacenter.groups);
  reader.read_options(guest.value.options);
  FileNames own;
  own.aliases = read_aliases(document, reader.findings());
  const Scope names(&own, datacenter.names, datacenter.surroundings->sdn, datacenter.local);
  auto sets = read_sets(document, names, reader.findings());
  own.sets = make_sets(sets, "guest/" + std::to_string(vmid) + "/");
  for (ReadSet& set : sets) {
    // Who knows whom it lets out, with an exception that is not understood.
    if (const auto slot = ipfilter_slot(set.name))
      guest.value.ipfilters[*slot] = set.too_wide ? std::vector<SetEntry>() : std::move(set.entries);
  }
  guest.value.rules = reader.read_rules(names);
  guest.diagnostics = std::move(reader).finish();
  return guest;
}

Resolved<Vnet> resolve_vnet(const Document& document, std::string name, const DatacenterScope& datacenter) {
  Resolved<Vnet> vnet;
  vnet.value.name = std::move(name);
  FileReader reader(document, *datacenter.surroundings, datacenter.groups);
  const Scope names(nullptr, datacenter.names, datacenter.surroundings->sdn, datacenter.local);
  reader.read_options(vnet.value.options);
  vnet.value.rules = reader.read_rules(names);
  vnet.diagnostics = std::move(reader).finish();
  return vnet;
}

Resolved<Policy> resolve(const Documents& documents, std::shared_ptr<const Surroundings> surroundings) {
  Resolved<Policy> all;
  const auto take = [&](Diagnostics& found) {
    all.diagnostics.insert(all.diagnostics.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  };
  auto datacenter = resolve_datacenter(documents.datacenter, std::move(surroundings));
  take(datacenter.diagnostics);
  all.value.datacenter = datacenter.value->datacenter;
  auto node = resolve_node(documents.node, *datacenter.value);
  take(node.diagnostics);
  all.value.node = std::move(node.value);
  for (const auto& [vmid, document] : documents.guests) {
    if (document.bytes.empty()) continue;
    auto guest = resolve_guest(document, vmid, *datacenter.value);
    take(guest.diagnostics);
    all.value.guests.emplace_hint(all.value.guests.end(), vmid, std::move(guest.value));
  }
  for (const auto& [name, document] : documents.vnets) {
    if (document.bytes.empty()) continue;
    auto vnet = resolve_vnet(document, name, *datacenter.value);
    take(vnet.diagnostics);
    all.value.vnets.emplace(name, std::move(vnet.value));
  }
  return all;
}

}  // namespace drawbridge::firewall
