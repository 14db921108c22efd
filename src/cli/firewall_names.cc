// firewall alias, firewall ipset, firewall group.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_editing.h"
#include "cli/verbs.h"
#include "firewall/item_text.h"
#include "firewall/rule_check.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using firewall::LineKind;
using firewall::NameKind;
using firewall::SectionKind;

Exit refuse(Context& context, const UsageError& error) { return context.console.fail_usage(error.what, error.hint); }

/// One call of one of the verbs, with its words taken apart.
struct Call {
  Context& context;
  FirewallTarget target;
  NameKind kind;
  std::string verb;
  std::string name;

  firewall::Named named() const { return {kind, target.vmid, name}; }
  SectionKind section() const { return kind == NameKind::group ? SectionKind::group : SectionKind::ipset; }
  std::string comment() const { return context.arguments().value("comment").value_or(""); }
  std::string what() const { return kind == NameKind::alias ? "alias" : kind == NameKind::group ? "group" : "IP set"; }
  /// As the REST interface calls the name, in findings about it.
  std::string_view parameter() const { return kind == NameKind::group ? "group" : "name"; }
};

std::string shown(std::string_view text) { return printable(text, text.size() * 4); }

/// Opens the file, and saves what `edit` makes of it.
template <class Edit>
Exit edit_file(Call& call, const Edit& edit) {
  auto desk = open_firewall(call.context, call.target);
  if (!desk) return call.context.console.fail(desk.error());
  auto after = edit(desk->stored.document);
  if (!after) return fail_about(call.context, call.parameter(), after.error());
  return save_firewall(call.context, *desk, std::move(after));
}

/// All documents of both trees, the home of the name first.
std::vector<FirewallWrite> writes_of(const firewall::Tree& before, firewall::Tree after) {
  std::vector<FirewallWrite> writes;
  writes.push_back({&before.datacenter, std::move(after.datacenter)});
  for (auto& [node, document] : after.nodes) writes.push_back({&before.nodes.at(node), std::move(document)});
  for (auto& [vmid, document] : after.guests) writes.push_back({&before.guests.at(vmid), std::move(document)});
  for (auto& [vnet, document] : after.vnets) writes.push_back({&before.vnets.at(vnet), std::move(document)});
  return writes;
}

/// The datacenter's file with both names, for as long as other files still use the old one.
Result<firewall::Document> with_both_names(const firewall::Tree& before, const firewall::Tree& after, const Call& call) {
  const auto& old = before.datacenter;
  if (call.kind == NameKind::alias) {
    firewall::Mistakes ignored;
    const auto line = firewall::find_alias_line(old, call.name);
    const auto alias = firewall::read_alias_text(old.text_of(old.lines[*line]), ignored);
    return firewall::add_alias(after.datacenter, std::string(alias.name.text), std::string(alias.value.text), std::string(alias.comment));
  }
  const auto section = *firewall::find_section(old, call.section(), call.name);
  std::string bytes = print(after.datacenter);
  if (!bytes.ends_with('\n')) bytes += '\n';
  for (const auto& line : old.lines)
    if (line.section == section) bytes += old.bytes_of(line);
  return firewall::parse_document(std::move(bytes), *old.path, old.level);
}

firewall::Document& home_in(firewall::Tree& tree, const Call& call) {
  return call.target.vmid ? tree.guests.at(*call.target.vmid) : tree.datacenter;
}

/// Under its new name: the comment of --comment and, of an alias, the address behind the name.
Result<firewall::Document> with_new_values(Call& call, const firewall::Document& home, const std::string& name) {
  if (call.kind != NameKind::alias) return firewall::comment_section(home, call.section(), name, call.comment());
  firewall::Mistakes ignored;
  const auto now = firewall::read_alias_text(home.text_of(home.lines[*firewall::find_alias_line(home, name)]), ignored);
  const bool new_address = !call.target.rest.empty();
  const std::string comment = call.context.arguments().has("comment") ? call.comment() : std::string(now.comment);
  return firewall::change_alias(home, name, new_address ? call.target.rest.front() : std::string(now.value.text), comment);
}

Exit rename_name(Call& call) {
  const auto name = take_word(call.target.rest, "NEWNAME");
  if (!name) return refuse(call.context, name.error());
  auto desk = open_all_firewalls(call.context);
  if (!desk) return call.context.console.fail(desk.error());
  auto renamed = firewall::rename(desk->tree, call.named(), *name);
  if (!renamed) return fail_about(call.context, call.parameter(), renamed.error());
  if (auto& home = home_in(*renamed, call); call.context.arguments().has("comment") || !call.target.rest.empty()) {
    auto changed = with_new_values(call, home, *name);
    if (!changed) return fail_about(call.context, call.parameter(), changed.error());
    home = std::move(*changed);
  }
  std::optional<firewall::Document> between;
  if (!call.target.vmid && to_lower(*name) != to_lower(call.name)) {
    auto both = with_both_names(desk->tree, *renamed, call);
    // An alias whose address can't be understood can't be kept beside; nobody loses anything by it.
    if (both) between = std::move(*both);
  }
  return save_firewalls(call.context, desk->lock, desk->digests, writes_of(desk->tree, std::move(*renamed)), {}, between);
}

Exit refuse_used(const Call& call, const std::vector<firewall::Place>& users) {
  Diagnostics findings;
  for (const auto& place : users)
    findings.push_back({{*place.file, place.line, 0},
                        Severity::error,
                        "name-in-use",
                        "the " + call.what() + " '" + shown(call.name) + "' is used here",
                        "take it out here first, or use --force",
                        {}});
  return report_about(call.context, call.parameter(), findings, Exit::refused);
}

/// Lines that would go with a set or group.
bool has_content(const firewall::Document& document, const Call& call) {
  const auto section = firewall::find_section(document, call.section(), call.name);
  return section && std::ranges::any_of(document.lines, [&](const firewall::Line& line) {
           return line.section == *section && (line.kind == LineKind::entry || line.kind == LineKind::rule);
         });
}

Exit delete_name(Call& call) {
  auto desk = open_all_firewalls(call.context);
  if (!desk) return call.context.console.fail(desk.error());
  auto rest = firewall::remove(desk->tree, call.named());
  if (!rest) return call.context.console.fail(rest.error());
  const bool force = call.context.arguments().has("force");
  const auto users = firewall::users_of(desk->tree, call.named());
  if (!force && !users.empty()) return refuse_used(call, users);
  const auto* home = firewall::home_of(desk->tree, call.named());
  if (!force && call.kind != NameKind::alias && has_content(*home, call))
    return call.context.console.fail(
        Error{Errc::conflict,
              (call.kind == NameKind::group ? "Security group '" : "IPSet '") + shown(call.name) + "' is not empty",
              {*home->path, 0, 0},
              "--force deletes it with what it holds",
              0});
  return save_firewalls(call.context, desk->lock, desk->digests, writes_of(desk->tree, std::move(*rest)), {});
}

struct Listing {
  Table table;
  json::array list;
};

Exit print_listing(Context& context, Listing listing, const std::string& none) {
  if (context.console.json())
    context.console.print_document(json::serialize(listing.list));
  else if (listing.table.rows.empty())
    context.console.note(none);
  else
    context.console.print(format_table(listing.table, context.console.width()));
  return Exit::done;
}

json::object commented(json::object item, std::string_view comment, const std::string& digest) {
  if (!comment.empty()) item["comment"] = shown(comment);
  item["digest"] = digest;
  return item;
}

/// Sets and groups, sorted by name.
Exit list_sections(const Call& call) {
  const auto stored = store::read_firewall(call.context.system.files(), call.target.path, call.target.file_level());
  if (!stored) return call.context.console.fail(stored.error());
  std::vector<const firewall::Section*> sections;
  for (const auto& section : stored->document.sections)
    if (section.kind == call.section() && !section.overridden) sections.push_back(&section);
  std::ranges::sort(sections, {}, [](const firewall::Section* section) { return section->name; });
  Listing listing{.table = {.header = {"Name", "Comment"}, .rows = {}}, .list = {}};
  for (const auto* section : sections) {
    listing.table.rows.push_back({section->name, visible(section->comment)});
    listing.list.push_back(commented({{call.kind == NameKind::group ? "group" : "name", section->name}}, section->comment, stored->digest));
  }
  return print_listing(call.context, std::move(listing), "There is no " + call.what() + ".");
}

Exit list_aliases(const Call& call) {
  const auto stored = store::read_firewall(call.context.system.files(), call.target.path, call.target.file_level());
  if (!stored) return call.context.console.fail(stored.error());
  Listing listing{.table = {.header = {"Name", "Address", "Comment"}, .rows = {}}, .list = {}};
  const auto& document = stored->document;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].kind != LineKind::alias) continue;
    firewall::Mistakes mistakes;
    const auto alias = firewall::read_alias_text(document.text_of(document.lines[i]), mistakes);
    if (!alias.value.given() || firewall::find_alias_line(document, alias.name.text) != i) continue;
    const auto network = firewall::read_network(alias.value.text);
    const std::string address = network ? firewall::format_network(*network) : shown(alias.value.text);
    listing.table.rows.push_back({visible(alias.name.text), visible(address) + (network ? "" : " (wrong)"), visible(alias.comment)});
    json::object item{{"name", shown(alias.name.text)}, {"cidr", address}};
    if (network) item["ipversion"] = network->address.is_v4() ? 4 : 6;
    listing.list.push_back(commented(std::move(item), alias.comment, stored->digest));
  }
  std::ranges::sort(listing.table.rows, {}, [](const auto& row) { return to_lower(row.front()); });
  std::sort(listing.list.begin(), listing.list.end(), [](const json::value& a, const json::value& b) {
    return to_lower(std::string(a.at("name").as_string())) < to_lower(std::string(b.at("name").as_string()));
  });
  return print_listing(call.context, std::move(listing), "There is no alias.");
}

json::object entry_json(const firewall::EntryText& entry, const firewall::Mistakes& mistakes, const std::string& digest) {
  json::object item{{"cidr", shown(entry.address.text)}};
  if (entry.exception) item["nomatch"] = 1;
  json::object errors;
  for (const auto& mistake : mistakes) errors[mistake.parameter] = mistake.message;
  if (!errors.empty()) item["errors"] = std::move(errors);
  return commented(std::move(item), entry.comment, digest);
}

Exit show_set(const Call& call) {
  const auto stored = store::read_firewall(call.context.system.files(), call.target.path, call.target.file_level());
  if (!stored) return call.context.console.fail(stored.error());
  const auto section = firewall::find_section(stored->document, SectionKind::ipset, call.name);
  if (!section)
    return call.context.console.fail(
        Error{Errc::not_found, "no such IPSet '" + printable(call.name, 64) + "'", {call.target.path, 0, 0}, "", 0});
  const auto scope = datacenter_scope(call.context);
  if (!scope) return call.context.console.fail(scope.error());
  const firewall::LineChecker checker(stored->document, *scope);
  Listing listing{.table = {.header = {"Address", "Comment"}, .rows = {}}, .list = {}};
  for (const auto& line : stored->document.lines) {
    if (line.section != *section || line.kind != LineKind::entry) continue;
    firewall::Mistakes ignored;
    const std::string_view text = stored->document.text_of(line);
    const auto entry = firewall::read_entry_text(text, ignored);
    const auto mistakes = checker.check_entry(text);
    listing.table.rows.push_back(
        {(entry.exception ? "!" : "") + visible(entry.address.text) + (mistakes.empty() ? "" : " (wrong)"), visible(entry.comment)});
    listing.list.push_back(entry_json(entry, mistakes, stored->digest));
  }
  return print_listing(call.context, std::move(listing), "The set is empty.");
}

/// Addresses that nothing can be made of are refused before they are written.
std::optional<Exit> refuse_entry(Call& call, const firewall::Document& document, const std::string& address) {
  const auto scope = datacenter_scope(call.context);
  if (!scope) return call.context.console.fail(scope.error());
  const auto mistakes = firewall::LineChecker(document, *scope).check_entry(address);
  if (mistakes.empty()) return std::nullopt;
  return refuse_mistakes(call.context, mistakes);
}

Diagnostic not_in_set(const Call& call, const std::string& address) {
  return {{call.target.path, 0, 0},
          Severity::warning,
          "entry-missing",
          "'" + printable(address, 60) + "' is no entry of the set '" + printable(call.name, 64) + "'",
          "\"show\" tells which there are",
          {}};
}

Exit edit_entries(Call& call) {
  if (call.target.rest.empty()) return call.context.console.fail_usage("CIDR is missing", "write an address, a network or an alias");
  auto desk = open_firewall(call.context, call.target);
  if (!desk) return call.context.console.fail(desk.error());
  if (!firewall::find_section(desk->stored.document, SectionKind::ipset, call.name))
    return call.context.console.fail(
        Error{Errc::not_found, "no such IPSet '" + printable(call.name, 64) + "'", {call.target.path, 0, 0}, "", 0});
  Result<firewall::Document> now = desk->stored.document;
  Diagnostics warnings;
  for (const std::string& word : call.target.rest) {
    const bool exception = word.starts_with('!') || call.context.arguments().has("nomatch");
    const firewall::EntryFields entry{word.substr(word.starts_with('!') ? 1 : 0), exception, call.comment()};
    if (call.verb != "remove") {
      if (const auto refused = refuse_entry(call, *now, entry.address)) return *refused;
    }
    if (call.verb == "remove" && !firewall::find_entry_line(*now, call.name, entry.address)) {
      warnings.push_back(not_in_set(call, entry.address));
      continue;
    }
    now = call.verb == "add"   ? firewall::add_entry(*now, call.name, entry)
          : call.verb == "set" ? firewall::change_entry(*now, call.name, entry)
                               : firewall::delete_entry(*now, call.name, entry.address);
    if (!now) return fail_about(call.context, "cidr", now.error());
  }
  return save_firewall(call.context, *desk, std::move(now), warnings);
}

Exit edit_alias(Call& call) {
  const auto address = take_word(call.target.rest, "CIDR");
  if (!address) return refuse(call.context, address.error());
  return edit_file(call, [&](const firewall::Document& document) {
    return call.verb == "add" ? firewall::add_alias(document, call.name, *address, call.comment())
                              : firewall::change_alias(document, call.name, *address, call.comment());
  });
}

Exit edit_section(Call& call) {
  return edit_file(call, [&](const firewall::Document& document) {
    return call.verb == "create" ? firewall::create_section(document, call.section(), call.name, call.comment())
                                 : firewall::comment_section(document, call.section(), call.name, call.comment());
  });
}

Exit run_call(Call& call) {
  if (call.verb == "list") return call.kind == NameKind::alias ? list_aliases(call) : list_sections(call);
  const auto name = take_word(call.target.rest, "NAME");
  if (!name) return refuse(call.context, name.error());
  call.name = *name;
  if (call.verb == "rename") return rename_name(call);
  if (call.verb == "delete") return delete_name(call);
  const bool change = call.verb == "add" || call.verb == "set";
  if (call.kind == NameKind::alias && change) return edit_alias(call);
  if (call.kind == NameKind::ipset && (change || call.verb == "remove")) return edit_entries(call);
  if (call.kind == NameKind::ipset && call.verb == "show") return show_set(call);
  if (call.kind != NameKind::alias && (call.verb == "create" || call.verb == "comment")) return edit_section(call);
  constexpr std::array<std::string_view, 3> kVerbs{"list, add, set, rename or delete",
                                                   "list, show, create, comment, rename, delete, add, set or remove",
                                                   "list, create, comment, rename or delete"};
  return call.context.console.fail_usage("unknown command \"" + printable(call.verb, 40) + "\"",
                                         "it is " + std::string(kVerbs[static_cast<std::size_t>(call.kind)]));
}

Exit run_verb(Context& context, NameKind kind) {
  auto target = read_target(context);
  if (!target) return refuse(context, target.error());
  if (const auto there = check_target(context, *target); !there) return context.console.fail(there.error());
  if (target->level != firewall::Level::datacenter && target->level != firewall::Level::guest)
    return context.console.fail_usage("this level has no aliases and sets of its own", "it is datacenter, or guest VMID");
  Call call{context, std::move(*target), kind, {}, {}};
  call.verb = take_verb(call.target.rest);
  return run_call(call);
}

}  // namespace

Exit firewall_alias(Context& context) { return run_verb(context, NameKind::alias); }
Exit firewall_ipset(Context& context) { return run_verb(context, NameKind::ipset); }

Exit firewall_group(Context& context) {
  FirewallTarget target;
  target.path = store::datacenter_firewall_path(context.system.root());
  target.rest = context.arguments().list("WORD");
  Call call{context, std::move(target), NameKind::group, {}, {}};
  call.verb = take_verb(call.target.rest);
  return run_call(call);
}

}  // namespace drawbridge::cli
