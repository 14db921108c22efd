#include "firewall/scope.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/item_text.h"

namespace drawbridge::firewall {
namespace {

template <class Named>
const Named* find_named(std::span<const Named> sorted, std::string_view name) {
  const auto found =
      std::ranges::partition_point(sorted, [&](const Named& one) { return compare_words(one.name, name) == std::strong_ordering::less; });
  return found != sorted.end() && equal_words(found->name, name) ? &*found : nullptr;
}

/// A reference's scope, "" if none is written, and the rest.
struct Reference {
  std::string_view scope;
  std::string_view name;
};

Reference take_apart(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {{}, text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

template <class Named>
std::string suggest_name(const Mistakes& mistakes, std::string_view name, std::span<const Named> a, std::span<const Named> b,
                         std::string otherwise) {
  const auto names = [&] {
    std::vector<std::string> some;
    for (const auto& list : {a, b})
      for (const Named& one : list.first(std::min<std::size_t>(list.size(), 200))) some.push_back(one.name);
    return some;
  };
  return suggest(mistakes, to_lower(name.substr(0, kLongestName)), names, std::move(otherwise));
}

bool is_guest_scope(const Reference& reference) { return reference.scope == "guest"; }
bool is_datacenter_scope(const Reference& reference) { return reference.scope == "dc"; }

}  // namespace

std::optional<NameTarget> Scope::find_alias(const Word& word, std::string_view parameter, Mistakes& mistakes) const {
  const Reference reference = take_apart(word.text);
  const bool anywhere = reference.scope.empty() && reference.name == word.text;
  const Alias* alias = nullptr;
  if (guest_ != nullptr && (anywhere || is_guest_scope(reference))) alias = find_named(std::span(guest_->aliases), reference.name);
  const bool in_datacenter = anywhere || is_datacenter_scope(reference);
  if (alias == nullptr && in_datacenter) alias = find_named(std::span(datacenter_.aliases), reference.name);
  if (alias == nullptr && in_datacenter && equal_words(reference.name, "local_network") && local_.set != nullptr) return local_;
  if (alias != nullptr && alias->sound) return alias->network;
  const std::string shown = printable(word.text, 40);
  if (alias != nullptr) {
    mistakes.push_back({word.column, parameter, "alias-broken", "the alias '" + shown + "' has no address that could be understood",
                        "mend line " + std::to_string(alias->line) + ", where it is defined"});
  } else if (guest_ == nullptr && is_guest_scope(reference)) {
    mistakes.push_back({word.column, parameter, "alias-unknown", "'" + shown + "' is out of reach: there is no guest here",
                        "guests' aliases are for guests' own rules"});
  } else {
    const std::span<const Alias> guests = guest_ == nullptr ? std::span<const Alias>() : std::span(guest_->aliases);
    mistakes.push_back(
        {word.column, parameter, "alias-unknown", "there is no alias '" + shown + "'",
         suggest_name(mistakes, reference.name, guests, std::span(datacenter_.aliases), "write an address, or define it under [ALIASES]")});
  }
  return std::nullopt;
}

const NamedSet* Scope::find_set(const Word& word, std::string_view parameter, Mistakes& mistakes) const {
  const Reference reference = take_apart(word.text.substr(1));
  const bool anywhere = word.text.find('/') == std::string_view::npos;
  const NamedSet* set = nullptr;
  if (guest_ != nullptr && (anywhere || is_guest_scope(reference))) set = find_named(std::span(guest_->sets), reference.name);
  if (set == nullptr && (anywhere || is_datacenter_scope(reference))) set = find_named(std::span(datacenter_.sets), reference.name);
  if (set == nullptr && (anywhere || reference.scope == "sdn")) {
    // Two networks may differ in case alone.
    const auto found = std::ranges::find(sdn_, reference.name, &NamedSet::name);
    if (found != sdn_.end()) set = &*found;
  }
  if (set != nullptr) return set;
  const std::string shown = printable(word.text, 40);
  if (guest_ == nullptr && is_guest_scope(reference)) {
    mistakes.push_back({word.column, parameter, "set-unknown", "'" + shown + "' is out of reach: there is no guest here",
                        "guests' sets are for guests' own rules"});
    return nullptr;
  }
  const std::span<const NamedSet> guests = guest_ == nullptr ? std::span<const NamedSet>() : std::span(guest_->sets);
  mistakes.push_back({word.column, parameter, "set-unknown", "there is no IP set '" + shown + "'",
                      suggest_name(mistakes, reference.name, guests, std::span(datacenter_.sets), "define it with [IPSET name]")});
  return nullptr;
}

std::vector<Alias> read_aliases(const Document& document, Findings& findings) {
  std::vector<Alias> aliases;
  Mistakes mistakes;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].kind != LineKind::alias) continue;
    const auto number = static_cast<std::uint32_t>(i + 1);
    const AliasText text = read_alias_text(document.text_of(document.lines[i]), mistakes);
    const bool named = is_name(text.name.text);
    if (!named)
      mistakes.push_back({text.name.column, "name", "name-invalid", "nothing can refer to an alias '" + printable(text.name.text, 40) + "'",
                          "a letter, then letters, digits, '-' and '_': 2 to 64 in all", Severity::warning});
    Alias alias{.name = to_lower(text.name.text), .network = {}, .line = number};
    if (text.value.given()) {
      const auto network = read_network(text.value.text);
      if (network) alias.network = *network;
      alias.sound = network.has_value() && !has_errors(mistakes);
      if (!network)
        mistakes.push_back(
            {text.value.column, "cidr", "address-invalid", network.error().what, "write an address or network, as 192.0.2.0/24"});
    }
    findings.add(number, mistakes);
    if (named) aliases.push_back(std::move(alias));
  }
  std::ranges::stable_sort(aliases, [](const Alias& a, const Alias& b) { return a.name != b.name ? a.name < b.name : a.line > b.line; });
  const auto again = std::ranges::unique(aliases, [&](const Alias& last, const Alias& earlier) {
    if (last.name != earlier.name) return false;
    findings.add(last.line,
                 {1, "name", "alias-duplicate",
                  "the alias '" + last.name + "' is there already, at line " + std::to_string(earlier.line) + ": this one counts",
                  "delete the one that is not meant", Severity::warning});
    return true;
  });
  aliases.erase(again.begin(), again.end());
  return aliases;
}

namespace {

/// One section [IPSET …].
class SetReader {
 public:
  SetReader(const Scope& scope, Findings& findings) : scope_(scope), findings_(findings) {}

  void open(const Document& document, const Section& section) {
    set_.name = section.name;
    set_.place = document.place_of(section.header);
  }

  void read(std::string_view line, std::uint32_t number) {
    mistakes_.brief = findings_.is_full();
    const EntryText text = read_entry_text(line, mistakes_);
    const std::size_t before = set_.entries.size();
    if (text.address.given() && !has_errors(mistakes_)) add(text);
    if (set_.entries.size() == before && text.exception) set_.too_wide = true;
    lines_.resize(set_.entries.size(), {number, text.address.column});
    findings_.add(number, mistakes_);
  }

  ReadSet finish() {
    drop_duplicates();
    return std::move(set_);
  }

 private:
  struct At {
    std::uint32_t line;
    std::uint32_t column;
  };

  void add(const EntryText& text) {
    const std::string_view word = text.address.text;
    if (!is_address_literal(word)) {
      const auto target = scope_.find_alias(text.address, "cidr", mistakes_);
      if (!target) return;
      if (const auto* network = std::get_if<Prefix>(&*target)) return add(text, *network);
      // The local networks as they were detected.
      for (const Family family : {Family::ipv4, Family::ipv6}) add_set(text, *std::get<NamedSet>(*target).set, family);
      return;
    }
    const auto network = read_network(word);
    if (network) return add(text, *network);
    complain(text, "address-invalid", network.error().what, "write an address, a network or an alias; ranges and sets can't stand here");
  }

  void add(const EntryText& text, const Prefix& network) {
    if (network.length == 0)
      return complain(text, "prefix-zero", "a set can't hold all addresses of a family",
                      "leave the address out of the rule, or write two halves");
    set_.entries.push_back({network, text.exception});
  }

  /// Of a set that came from networks: each interval is one.
  void add_set(const EntryText& text, const AddressSet& set, Family family) {
    const auto& numbers = family == Family::ipv4 ? set.ipv4 : set.ipv6;
    for (rules::Interval rest : numbers.intervals()) {
      while (true) {
        const Prefix network = largest_at(rest, family);
        add(text, network);
        const rules::Interval taken = rules::interval_of(network);
        if (taken.last >= rest.last) break;
        rest.first = taken.last + 1;
      }
    }
  }

  static Prefix largest_at(const rules::Interval& interval, Family family) {
    Prefix network{rules::ip_of(interval.first, family), 0};
    for (std::uint8_t length = 0;; ++length) {
      network.length = length;
      const Prefix cut = network_of({network.address, length});
      if (cut.address == network.address && rules::interval_of(cut).last <= interval.last) return cut;
    }
  }

  void drop_duplicates() {
    std::vector<std::size_t> order(set_.entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return set_.entries[i].network; });
    std::vector<bool> twice(order.size());
    bool any = false;
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (set_.entries[order[i]].network != set_.entries[order[i - 1]].network) continue;
      twice[order[i]] = any = true;
    }
    if (!any) return;
    std::vector<SetEntry> kept;
    for (std::size_t i = 0; i < set_.entries.size(); ++i) {
      if (!twice[i]) {
        kept.push_back(set_.entries[i]);
        continue;
      }
      // Whatever it was meant to except is not excepted.
      if (set_.entries[i].exception) set_.too_wide = true;
      findings_.add(lines_[i].line, {lines_[i].column, "cidr", "entry-duplicate",
                                     format_network(set_.entries[i].network) + " is in the set already: this line is not used",
                                     "delete the one that is not meant"});
    }
    set_.entries = std::move(kept);
  }

  void complain(const EntryText& text, std::string_view code, std::string message, std::string hint) {
    mistakes_.push_back({text.address.column, "cidr", code, std::move(message), std::move(hint)});
  }

  const Scope& scope_;
  Findings& findings_;
  Mistakes mistakes_;
  ReadSet set_;
  std::vector<At> lines_;
};

}  // namespace

std::vector<ReadSet> read_sets(const Document& document, const Scope& scope, Findings& findings) {
  std::vector<ReadSet> sets;
  for (std::size_t s = 0, i = 0; s < document.sections.size(); ++s) {
    const Section& section = document.sections[s];
    const bool counts = section.kind == SectionKind::ipset && !section.overridden;
    SetReader reader(scope, findings);
    if (counts) reader.open(document, section);
    for (; i < document.lines.size() && document.lines[i].section == s; ++i)
      if (counts && document.lines[i].kind == LineKind::entry)
        reader.read(document.text_of(document.lines[i]), static_cast<std::uint32_t>(i + 1));
    if (counts) sets.push_back(reader.finish());
  }
  return sets;
}

std::vector<NamedSet> make_sets(std::span<const ReadSet> sets, const std::string& prefix) {
  std::vector<NamedSet> made;
  made.reserve(sets.size());
  for (const ReadSet& set : sets) {
    const auto value = std::make_shared<AddressSet>();
    value->id = prefix + set.name;
    value->ipv4 = flatten(set.entries, Family::ipv4);
    value->ipv6 = flatten(set.entries, Family::ipv6);
    value->place = set.place;
    made.push_back({set.name, value, set.too_wide});
  }
  std::ranges::sort(made, {}, &NamedSet::name);
  return made;
}

}  // namespace drawbridge::firewall
