#include "cli/firewall_editing.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_lockout.h"
#include "cli/guest_desk.h"

namespace drawbridge::cli {
namespace {

using firewall::Level;
namespace json = boost::json;

std::unexpected<UsageError> usage(std::string what, std::string hint) {
  return std::unexpected(UsageError{std::move(what), std::move(hint), {}});
}

constexpr std::string_view kLevels = "datacenter, node, guest VMID, group NAME or vnet NAME";

bool is_vnet_name(std::string_view name) {
  return !name.empty() && name.size() <= 8 && firewall::is_name(std::string(name) + "x", 9) &&
         name.find_first_of("-_") == std::string_view::npos;
}

std::string document_path(const firewall::Document& document) { return *document.path; }

}  // namespace

std::expected<FirewallTarget, UsageError> read_target(Context& context) {
  FirewallTarget target;
  const std::string& root = context.system.root();
  const std::string level = context.arguments().value("LEVEL").value_or("");
  target.rest = context.arguments().list("WORD");
  if (level == "datacenter") {
    target.path = store::datacenter_firewall_path(root);
    return target;
  }
  if (level == "node") {
    const auto node = node_name(context);
    if (!node) return usage(node.error().what, node.error().hint);
    target.level = Level::node;
    target.name = *node;
    target.path = store::node_firewall_path(root, *node);
    return target;
  }
  if (level != "guest" && level != "group" && level != "vnet")
    return usage("LEVEL can't be \"" + printable(level, 40) + "\"", "it is " + std::string(kLevels));
  const auto name = take_word(target.rest, level == "guest" ? "VMID" : "NAME");
  if (!name) return std::unexpected(name.error());
  target.name = *name;
  if (level == "guest") {
    target.level = Level::guest;
    target.vmid = guest::parse_vmid(*name);
    if (!target.vmid) return usage("'" + printable(*name, 40) + "' is no number of a guest", "write 100 to 999999999");
    target.path = store::guest_firewall_path(root, *target.vmid);
  } else if (level == "group") {
    target.level = Level::group;
    target.name = to_lower(*name);
    target.path = store::datacenter_firewall_path(root);
  } else {
    target.level = Level::vnet;
    if (!is_vnet_name(*name))
      return usage("'" + printable(*name, 40) + "' can't be the name of a network", "letters and digits, a letter first, at most 8");
    target.path = store::vnet_firewall_path(root, *name);
  }
  return target;
}

std::string take_verb(std::vector<std::string>& words) {
  if (words.empty()) return "list";
  std::string verb = words.front();
  words.erase(words.begin());
  return verb;
}

std::expected<std::string, UsageError> take_word(std::vector<std::string>& words, std::string_view what) {
  if (words.empty()) return usage(std::string(what) + " is missing", "see the examples of --help");
  std::string word = words.front();
  words.erase(words.begin());
  return word;
}

Result<FirewallDesk> open_firewall(Context& context, const FirewallTarget& target) {
  FirewallDesk desk;
  desk.lock = TRY(store::lock_firewall(context.system.files(), context.system.root()));
  desk.stored = TRY(store::read_firewall(context.system.files(), target.path, target.file_level()));
  const std::string expected = context.arguments().value("digest").value_or(desk.stored.digest);
  if (expected == desk.stored.digest) return desk;
  return fail(Errc::conflict, "the file is no longer the one with this digest", {target.path, 0, 0},
              "look at it again; it is now " + desk.stored.digest);
}

Result<FirewallTreeDesk> open_all_firewalls(Context& context) {
  auto& files = context.system.files();
  const std::string& root = context.system.root();
  FirewallTreeDesk desk;
  desk.lock = TRY(store::lock_firewall(files, root));
  const auto read = [&](const std::string& path, Level level) -> Result<firewall::Document> {
    auto stored = TRY(store::read_firewall(files, path, level));
    desk.digests[path] = stored.digest;
    return std::move(stored.document);
  };
  desk.tree.datacenter = TRY(read(store::datacenter_firewall_path(root), Level::datacenter));
  for (const auto& node : TRY(store::list_node_firewalls(files, root)))
    desk.tree.nodes[node] = TRY(read(store::node_firewall_path(root, node), Level::node));
  for (const auto vmid : TRY(store::list_guest_firewalls(files, root)))
    desk.tree.guests[vmid] = TRY(read(store::guest_firewall_path(root, vmid), Level::guest));
  for (const auto& vnet : TRY(store::list_vnet_firewalls(files, root)))
    desk.tree.vnets[vnet] = TRY(read(store::vnet_firewall_path(root, vnet), Level::vnet));
  const std::string mine = desk.digests.at(store::datacenter_firewall_path(root));
  if (context.arguments().value("digest").value_or(mine) == mine) return desk;
  return fail(Errc::conflict, "the file is no longer the one with this digest", {store::datacenter_firewall_path(root), 0, 0},
              "look at it again; it is now " + mine);
}

Result<std::shared_ptr<const firewall::DatacenterScope>> datacenter_scope(Context& context) {
  const std::string node = TRY(node_name(context));
  const auto stored =
      TRY(store::read_firewall(context.system.files(), store::datacenter_firewall_path(context.system.root()), Level::datacenter));
  return firewall::resolve_datacenter(stored.document,
                                      firewall_surroundings(context.system.files(), context.system.root(), look_at_node(context, node)))
      .value;
}

Exit save_firewalls(Context& context, const std::map<std::string, std::string>& digests, std::vector<FirewallWrite> writes,
                    const Diagnostics& warnings, const std::optional<firewall::Document>& between) {
  std::map<std::string, std::string> now = digests;
  const auto write = [&](const firewall::Document& document) -> Result<void> {
    const std::string path = document_path(document);
    const std::string& bytes = print(document);
    TRY_VOID(store::write_firewall(context.system.files(), path, bytes, now.at(path)));
    now[path] = bytes.empty() ? "" : sha256_hex(bytes);
    return {};
  };
  std::erase_if(writes, [](const FirewallWrite& one) { return print(*one.before) == print(one.after); });
  if (const auto safe = check_lockout(context, writes); !safe) return context.console.fail(safe.error());
  std::string diff;
  json::array files;
  if (between && writes.size() > 1) {
    if (const auto written = write(*between); !written) return context.console.fail(written.error());
    std::ranges::rotate(writes, writes.begin() + 1);  // the first file gets its last state when all others have theirs
  }
  for (const FirewallWrite& one : writes) {
    if (const auto written = write(one.after); !written) return context.console.fail(written.error());
    const std::string path = document_path(one.after);
    diff += unified_diff(path, print(*one.before), path, print(one.after));
    files.push_back(json::object{{"path", path}, {"digest", now[path]}});
  }
  context.console.diagnose(warnings);
  if (context.console.json()) {
    json::object document{{"changed", !writes.empty()}, {"diff", diff}, {"files", std::move(files)}};
    document["warnings"] = json::parse(diagnostics_json(warnings));
    context.console.print_document(json::serialize(document));
    return Exit::done;
  }
  context.console.print(context.console.color_diff(diff));
  if (writes.empty()) context.console.note("Nothing changes: it is so already.");
  return Exit::done;
}

Exit save_firewall(Context& context, const FirewallDesk& desk, Result<firewall::Document> after, const Diagnostics& warnings) {
  if (!after) return context.console.fail(after.error());
  std::vector<FirewallWrite> writes;
  writes.push_back({&desk.stored.document, std::move(*after)});
  return save_firewalls(context, {{document_path(desk.stored.document), desk.stored.digest}}, std::move(writes), warnings);
}

Diagnostics to_diagnostics(const firewall::Mistakes& mistakes) {
  Diagnostics findings;
  for (const auto& mistake : mistakes)
    findings.push_back({{"drawbridge", 0, 0},
                        mistake.severity,
                        std::string(mistake.code),
                        std::string(mistake.parameter) + ": " + mistake.message,
                        mistake.hint,
                        {}});
  return findings;
}

Exit refuse_mistakes(Context& context, const firewall::Mistakes& mistakes) {
  const Diagnostics findings = to_diagnostics(mistakes);
  if (!context.console.json()) return context.console.fail(findings);
  context.console.diagnose(findings);
  json::value document = json::parse(errors_json(findings));
  auto& list = document.as_object()["errors"].as_array();
  for (std::size_t i = 0; i < list.size() && i < mistakes.size(); ++i) list[i].as_object()["parameter"] = mistakes[i].parameter;
  context.console.print_document(json::serialize(document));
  return Exit::bad_input;
}

}  // namespace drawbridge::cli
