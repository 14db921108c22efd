#include "cli/firewall_refs.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_editing.h"
#include "firewall/item_text.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using firewall::LineKind;
using firewall::SectionKind;

struct Ref {
  std::string type;  ///< "alias", "ipset"
  std::string name;
  std::string scope;  ///< "dc", "guest", "sdn"
  std::string comment;

  std::string ref() const { return (type == "ipset" ? "+" : "") + name; }
};

void take_aliases(std::vector<Ref>& refs, const firewall::Document& document, const std::string& scope) {
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].kind != LineKind::alias) continue;
    firewall::Mistakes mistakes;
    const auto alias = firewall::read_alias_text(document.text_of(document.lines[i]), mistakes);
    if (!alias.value.given() || firewall::find_alias_line(document, alias.name.text) != i) continue;
    refs.push_back({"alias", std::string(alias.name.text), scope, std::string(alias.comment)});
  }
}

void take_sets(std::vector<Ref>& refs, const firewall::Document& document, const std::string& scope) {
  for (const auto& section : document.sections)
    if (section.kind == SectionKind::ipset && !section.overridden) refs.push_back({"ipset", section.name, scope, section.comment});
}

bool has(const std::vector<Ref>& refs, std::string_view type, std::string_view name) {
  return std::ranges::any_of(refs, [&](const Ref& ref) { return ref.type == type && to_lower(ref.name) == name; });
}

/// What rules may use though the file does not have it.
void take_built_in(std::vector<Ref>& refs, const firewall::DatacenterScope& scope) {
  if (!has(refs, "alias", "local_network")) refs.push_back({"alias", "local_network", "dc", "detected: drawbridge firewall localnet"});
  if (!has(refs, "ipset", "management")) refs.push_back({"ipset", "management", "dc", "the local network"});
  for (const auto& set : scope.surroundings->sdn) refs.push_back({"ipset", set.name, "sdn", ""});
}

Result<std::vector<Ref>> refs_of(Context& context, const FirewallTarget& target) {
  TRY_VOID(check_target(context, target));
  auto& files = context.system.files();
  const auto scope = TRY(datacenter_scope(context));
  const auto datacenter =
      TRY(store::read_firewall(files, store::datacenter_firewall_path(context.system.root()), firewall::Level::datacenter));
  std::vector<Ref> refs;
  take_aliases(refs, datacenter.document, "dc");
  take_sets(refs, datacenter.document, "dc");
  take_built_in(refs, *scope);
  if (target.level == firewall::Level::guest) {
    const auto guest = TRY(store::read_firewall(files, target.path, target.level));
    take_aliases(refs, guest.document, "guest");
    take_sets(refs, guest.document, "guest");
  }
  if (const auto type = context.arguments().value("type")) std::erase_if(refs, [&](const Ref& ref) { return ref.type != *type; });
  std::ranges::stable_sort(refs, {}, [](const Ref& ref) { return std::tuple(ref.type, ref.scope, to_lower(ref.name)); });
  return refs;
}

json::object ref_json(const Ref& ref) {
  json::object item{{"type", ref.type}, {"name", printable(ref.name, 200)}, {"ref", printable(ref.ref(), 200)}, {"scope", ref.scope}};
  if (!ref.comment.empty()) item["comment"] = printable(ref.comment, ref.comment.size() * 4);
  return item;
}

}  // namespace

Exit firewall_refs(Context& context) {
  const auto target = read_target(context);
  if (!target) return context.console.fail_usage(target.error().what, target.error().hint);
  if (!target->rest.empty()) return context.console.fail_usage("unexpected argument \"" + printable(target->rest.front(), 40) + "\"", "");
  const auto refs = refs_of(context, *target);
  if (!refs) return context.console.fail(refs.error());
  if (context.console.json()) {
    json::array list;
    for (const Ref& ref : *refs) list.push_back(ref_json(ref));
    context.console.print_document(json::serialize(list));
    return Exit::done;
  }
  Table table{.header = {"Type", "Reference", "Scope", "Comment"}, .rows = {}};
  for (const Ref& ref : *refs) table.rows.push_back({ref.type, visible(ref.ref()), ref.scope, visible(ref.comment)});
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

}  // namespace drawbridge::cli
