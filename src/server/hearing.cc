#include "server/hearing.h"

#include "access/permissions.h"

namespace drawbridge::server {
namespace {

using access::Privileges;

Privileges of(std::string_view name) { return *access::privilege(name); }

}  // namespace

std::set<std::string> audible_topics(const access::Users& users, const access::Identity& identity, const std::string& node) {
  if (identity.is_root()) return {"network", "guests", "firewall", "access", "tasks"};
  std::set<std::string> topics;
  const auto take = [&](std::string_view path, Privileges held) {
    const bool looks_at_node = held.has(of("Sys.Audit")) && (path == "/" || path == "/nodes/" + node);
    if (looks_at_node) topics.insert({"network", "firewall", "tasks"});
    if (held.has_any(of("SDN.Audit") | of("SDN.Use") | of("SDN.Allocate"))) topics.insert({"network", "firewall"});
    if (held.has(of("VM.Audit"))) topics.insert({"guests", "firewall"});
    const bool below_access = path == "/" || path.starts_with("/access");
    if (below_access && held.has_any(of("Sys.Audit") | of("User.Modify") | of("Permissions.Modify"))) topics.insert("access");
  };
  for (const auto& [path, allowed] : access::permission_tree(users, identity)) take(path, allowed.held);
  const std::string own = "/nodes/" + node;  // in no list of paths, where its rights come from above
  take(own, access::permissions(users, identity, own).held);
  return topics;
}

}  // namespace drawbridge::server
