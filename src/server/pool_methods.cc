// Pools, read from the file of users: names under which guests are granted together.
#include "access/check.h"
#include "base/text.h"
#include "server/direct.h"
#include "store/guest_files.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

Result<void> may_audit(const Call& call, const std::string& pool) {
  return access::require(*call.users, call.identity, "/pool/" + pool, {"Pool.Audit"});
}

api::Answer list_pools(const Call& call) {
  json::array list;
  for (const auto& [name, pool] : call.users->pools) {
    if (!may_audit(call, name)) continue;
    json::object item{{"poolid", name}};
    if (!pool.comment.empty()) item["comment"] = pool.comment;
    list.push_back(std::move(item));
  }
  return api::answer(std::move(list));
}

json::object member_of(const guest::Guest& guest) {
  const std::string kind(guest::kind_word(guest.kind));
  json::object item{{"id", kind + "/" + std::to_string(guest.vmid)}, {"type", kind}, {"vmid", guest.vmid}, {"node", guest.node}};
  item["name"] = guest.name();
  item["template"] = guest.settings.text("template") == "1" ? 1 : 0;
  return item;
}

/// Guests that are gone are left out: their numbers may come back.
api::Answer show_pool(const Call& call, doors::Files& files, const std::string& root) {
  const std::string name = call.parameters.text("poolid");
  const auto pool = call.users->pools.find(name);
  if (pool == call.users->pools.end()) return api::failure(500, "there is no pool '" + printable(name, 64) + "'");
  const auto inventory = store::read_inventory(files, root, "");
  if (!inventory) return api::failure(500, inventory.error().what);
  json::array members;
  for (const auto& guest : inventory->guests)
    if (pool->second.guests.contains(guest.vmid)) members.push_back(member_of(guest));
  json::object shown{{"poolid", name}, {"members", std::move(members)}};
  if (!pool->second.comment.empty()) shown["comment"] = pool->second.comment;
  return api::answer(std::move(shown));
}

}  // namespace

DirectMethods pool_methods(doors::Files& files, const World& world) {
  return {{"GET /pools", [](const Call& call, const Respond& respond) { respond(list_pools(call)); }},
          {"GET /pools/{poolid}",
           [&files, root = world.root](const Call& call, const Respond& respond) { respond(show_pool(call, files, root)); }}};
}

}  // namespace drawbridge::server
