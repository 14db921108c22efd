#include "firewall/references.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.h"
#include "firewall/edit.h"
#include "firewall/item_text.h"
#include "firewall/rule_text.h"
#include "firewall/splice.h"

namespace drawbridge::firewall {
namespace {

/// A name in a line, with its place in the document's bytes.
struct Reference {
  NameKind kind = NameKind::alias;
  std::string_view scope;  ///< "dc", "guest", "sdn"; empty: none is written
  std::string_view name;
  std::size_t line = 0;
  std::size_t begin = 0;  ///< of scope and name, behind a '+'
};

/// What the file itself defines, in lower case.
struct OwnNames {
  std::set<std::string, std::less<>> aliases;
  std::set<std::string, std::less<>> sets;

  bool has(NameKind kind, std::string_view name) const {
    const std::string lower = to_lower(name);
    return kind == NameKind::alias ? aliases.contains(lower) : sets.contains(lower);
  }
};

OwnNames own_names(const Document& document) {
  OwnNames names;
  Mistakes ignored;
  for (const Section& section : document.sections)
    if (section.kind == SectionKind::ipset) names.sets.insert(section.name);
  for (const Line& line : document.lines)
    if (line.kind == LineKind::alias) names.aliases.insert(to_lower(read_alias_text(document.text_of(line), ignored).name.text));
  return names;
}

class Collector {
 public:
  explicit Collector(const Document& document) : document_(document) {}

  std::vector<Reference> collect() {
    for (line_ = 0; line_ < document_.lines.size(); ++line_) {
      const Line& line = document_.lines[line_];
      const std::string_view text = document_.text_of(line);
      if (line.kind == LineKind::rule) read_rule(text);
      if (line.kind == LineKind::entry) add(NameKind::alias, read_entry_text(text, ignored_).address.text);
      ignored_.clear();
    }
    return std::move(found_);
  }

 private:
  void read_rule(std::string_view line) {
    const RuleText rule = read_rule_text(line, ignored_);
    if (rule.type == RuleType::group) add(NameKind::group, rule.action.text);
    for (const RuleOption option : {RuleOption::source, RuleOption::dest}) {
      const std::string_view text = rule[option].text;
      if (text.starts_with('+'))
        add(NameKind::ipset, text.substr(1));
      else
        add(NameKind::alias, text);
    }
  }

  void add(NameKind kind, std::string_view text) {
    Reference reference{.kind = kind, .scope = {}, .name = text, .line = line_, .begin = 0};
    const auto slash = text.find('/');
    if (slash != std::string_view::npos && kind != NameKind::group) {
      reference.scope = text.substr(0, slash);
      reference.name = text.substr(slash + 1);
    }
    // An address is none.
    if (!is_name(reference.name)) return;
    reference.begin = static_cast<std::size_t>(text.data() - document_.bytes.data());
    found_.push_back(reference);
  }

  const Document& document_;
  std::size_t line_ = 0;
  Mistakes ignored_;
  std::vector<Reference> found_;
};

/// Whose the name is that a reference leads to. A name that nobody has is the datacenter's, if it could be.
std::optional<Named> target_of(const Reference& reference, std::optional<guest::Vmid> guest, const OwnNames& own) {
  Named named{.kind = reference.kind, .guest = std::nullopt, .name = to_lower(reference.name)};
  if (reference.scope == "guest") {
    if (!guest) return std::nullopt;
    named.guest = guest;
  } else if (reference.scope.empty() && guest && reference.kind != NameKind::group && own.has(reference.kind, reference.name)) {
    named.guest = guest;
  } else if (!reference.scope.empty() && reference.scope != "dc") {
    return std::nullopt;
  }
  return named;
}

bool same(const Named& a, const Named& b) { return a.kind == b.kind && a.guest == b.guest && equal_words(a.name, b.name); }

/// Calls it with each document that could refer to it, and the guest whose it is.
template <class TreeType, class Visit>
void each_document(TreeType& tree, const Named& named, const Visit& visit) {
  if (!named.guest) {
    visit(tree.datacenter, std::optional<guest::Vmid>());
    for (auto& [node, document] : tree.nodes) visit(document, std::optional<guest::Vmid>());
  }
  for (auto& [vmid, document] : tree.guests)
    if (!named.guest || *named.guest == vmid) visit(document, std::optional<guest::Vmid>(vmid));
  if (!named.guest)
    for (auto& [vnet, document] : tree.vnets) visit(document, std::optional<guest::Vmid>());
}

/// One document in which a name becomes another.
class Renamer {
 public:
  Renamer(const Named& named, std::string name) : named_(named), name_(std::move(name)) {}

  void rename(Document& document, std::optional<guest::Vmid> guest) const {
    OwnNames own = own_names(document);
    const OwnNames before = own;
    if (guest && named_.guest == guest) (named_.kind == NameKind::alias ? own.aliases : own.sets).insert(to_lower(name_));
    Splice splice(document);
    for (const Reference& reference : Collector(document).collect()) {
      const auto target = target_of(reference, guest, before);
      if (!target || target->kind != named_.kind) continue;
      if (same(*target, named_)) {
        const std::size_t length = reference.name.size() + (reference.scope.empty() ? 0 : reference.scope.size() + 1);
        const bool captured = !named_.guest && guest && named_.kind != NameKind::group && own.has(named_.kind, name_);
        const std::string scope = !reference.scope.empty() ? std::string(reference.scope) + "/" : captured ? "dc/" : "";
        splice.replace(reference.begin, reference.begin + length, scope + name_);
      } else if (reference.scope.empty() && !target->guest && named_.guest && equal_words(reference.name, name_)) {
        // The datacenter's name would lead to the guest's from now on.
        splice.replace(reference.begin, reference.begin, "dc/");
      }
    }
    if (!splice.empty()) document = std::move(splice).apply();
  }

 private:
  const Named& named_;
  std::string name_;
};

Document* home_of(Tree& tree, const Named& named) {
  if (!named.guest) return &tree.datacenter;
  const auto guest = tree.guests.find(*named.guest);
  return guest == tree.guests.end() ? nullptr : &guest->second;
}

SectionKind section_of(NameKind kind) { return kind == NameKind::group ? SectionKind::group : SectionKind::ipset; }

/// The name in its own line or header.
void rename_definition(Document& document, const Named& named, const std::string& name) {
  Splice splice(document);
  Mistakes ignored;
  for (const Line& line : document.lines) {
    if (named.kind != NameKind::alias || line.kind != LineKind::alias) continue;
    const std::string_view there = read_alias_text(document.text_of(line), ignored).name.text;
    const auto begin = static_cast<std::size_t>(there.data() - document.bytes.data());
    if (equal_words(there, named.name)) splice.replace(begin, begin + there.size(), name);
  }
  for (const Section& section : document.sections) {
    if (named.kind == NameKind::alias || section.kind != section_of(named.kind) || !equal_words(section.name, named.name)) continue;
    const std::string_view header = document.text_of(document.lines[section.header]);
    const auto close = header.find(']');
    const std::string_view inside = header.substr(0, close);
    const auto at = inside.find_last_not_of(" \t") + 1 - section.name.size();
    const auto begin = static_cast<std::size_t>(header.data() - document.bytes.data()) + at;
    splice.replace(begin, begin + section.name.size(), to_lower(name));
  }
  document = std::move(splice).apply();
}

Result<void> check_new_name(const Document& home, const Named& named, const std::string& name) {
  const bool there = named.kind == NameKind::alias ? find_alias_line(home, named.name).has_value()
                                                   : find_section(home, section_of(named.kind), named.name).has_value();
  if (!there) return fail(Errc::not_found, "there is no '" + printable(named.name, 64) + "' here", {*home.path, 0, 0});
  const std::size_t longest = named.kind == NameKind::group ? kLongestGroup : kLongestName;
  if (!is_name(name, longest))
    return fail(Errc::invalid_input, "'" + printable(name, 70) + "' can't be its name", {},
                "a letter, then letters, digits, '-' and '_': 2 to " + std::to_string(longest) + " in all");
  const bool taken = named.kind == NameKind::alias ? find_alias_line(home, name).has_value()
                                                   : find_section(home, section_of(named.kind), name).has_value();
  if (taken && !equal_words(name, named.name))
    return fail(Errc::conflict, "the name '" + printable(name, 64) + "' is taken", {*home.path, 0, 0}, "choose another one");
  return {};
}

}  // namespace

std::vector<Place> users_of(const Tree& tree, const Named& named) {
  std::vector<Place> users;
  each_document(tree, named, [&](const Document& document, std::optional<guest::Vmid> guest) {
    const OwnNames own = own_names(document);
    for (const Reference& reference : Collector(document).collect()) {
      const auto target = target_of(reference, guest, own);
      if (target && same(*target, named) && (users.empty() || users.back() != document.place_of(reference.line)))
        users.push_back(document.place_of(reference.line));
    }
  });
  return users;
}

Result<Tree> rename(const Tree& tree, const Named& named, const std::string& name) {
  Tree renamed = tree;
  Document* home = home_of(renamed, named);
  if (home == nullptr) return fail(Errc::not_found, "guest " + std::to_string(*named.guest) + " has no firewall file");
  TRY_VOID(check_new_name(*home, named, name));
  // Groups are referred to in small letters by others than us.
  const Renamer renamer(named, named.kind == NameKind::alias ? name : to_lower(name));
  each_document(renamed, named, [&](Document& document, std::optional<guest::Vmid> guest) { renamer.rename(document, guest); });
  rename_definition(*home_of(renamed, named), named, name);
  return renamed;
}

Result<Tree> remove(const Tree& tree, const Named& named) {
  Tree rest = tree;
  Document* home = home_of(rest, named);
  if (home == nullptr) return fail(Errc::not_found, "guest " + std::to_string(*named.guest) + " has no firewall file");
  *home =
      named.kind == NameKind::alias ? TRY(delete_alias(*home, named.name)) : TRY(delete_section(*home, section_of(named.kind), named.name));
  return rest;
}

const Document* home_of(const Tree& tree, const Named& named) {
  if (!named.guest) return &tree.datacenter;
  const auto guest = tree.guests.find(*named.guest);
  return guest == tree.guests.end() ? nullptr : &guest->second;
}

}  // namespace drawbridge::firewall
