// VRFs: links that stand for a routing table. Their members say `vrf NAME`.
#include <array>
#include <set>

#include "base/text.h"
#include "network/resolvers/resolver.h"

namespace drawbridge::network {
namespace {

constexpr std::uint32_t kFirstAutomatic = 1001;
constexpr std::uint32_t kLastAutomatic = 5000;
constexpr std::uint32_t kMainTable = 254;
/// After every gateway: the kernel's documentation of VRFs names it.
constexpr std::uint32_t kLastMetric = 4278198272;
constexpr std::uint8_t kUnreachable = 7;  // RTN_UNREACHABLE

std::optional<std::uint32_t> asked_table(const Interface& vrf) {
  const auto number = parse_number<std::uint32_t>(trim(vrf.option("vrf-table")));
  return number && *number != 0 ? number : std::nullopt;
}

std::optional<std::uint32_t> kernel_table(const Link* link) {
  if (link == nullptr || link->kind != "vrf") return std::nullopt;
  const auto found = link->data.find("table");
  const auto* number = found == link->data.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  return number == nullptr ? std::nullopt : std::optional(static_cast<std::uint32_t>(*number));
}

bool is_automatic(const Interface& vrf) { return to_lower(trim(vrf.option("vrf-table"))) == "auto"; }

/// Tables that somebody uses: VRFs, routes and rules of the kernel.
std::set<std::uint32_t> used_by_kernel(const Snapshot* kernel) {
  std::set<std::uint32_t> used;
  if (kernel == nullptr) return used;
  for (const auto& [name, link] : kernel->links)
    if (const auto table = kernel_table(&link)) used.insert(*table);
  for (const auto& route : kernel->routes) used.insert(route.table);
  for (const auto& rule : kernel->rules) used.insert(rule.table);
  return used;
}

/// False where the kernel runs without IPv6, and would refuse its routes.
bool knows_v6(const Resolving& resolving) {
  if (resolving.kernel == nullptr) return true;
  const Link* loopback = resolving.kernel_link("lo");
  if (loopback == nullptr) return false;
  const auto disabled = loopback->sysctl.find("ipv6.disable_ipv6");
  return disabled != loopback->sysctl.end() && disabled->second == 0;
}

/// What the table doesn't know ends there, instead of being looked up in the tables of the host.
void end_lookups(std::uint32_t table, const SourceLocation& where, Resolving& resolving) {
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    if (family == Family::ipv6 && !knows_v6(resolving)) continue;
    Route route;
    route.destination.address.family = family;
    route.type = kUnreachable;
    route.metric = kLastMetric;
    route.table = table;
    route.protocol = kOwnProtocol;
    resolving.desired().routes.push_back({std::move(route), where});
  }
}

bool resolve(const Interface& vrf, const std::vector<LowerLink>& /*lower*/, DesiredLink& link, Resolving& resolving) {
  link.kind = "vrf";
  const auto* option = vrf.find_option("vrf-table");
  const auto found = resolving.vrf_tables.find(vrf.name);
  if (found == resolving.vrf_tables.end()) {
    const SourceLocation& where = option == nullptr ? vrf.where : option->value_where;
    if (option != nullptr && is_automatic(vrf))
      resolving.error(where, "vrf-tables-used-up", "there is no free routing table from 1001 to 5000", "name a table: vrf-table 6001");
    else
      resolving.error(where, "value-invalid", "'" + printable(vrf.option("vrf-table")) + "' is no routing table",
                      "write auto, or a number from 1 to 4294967295");
    return false;
  }
  link.data.insert_or_assign("table", Asked<AttributeValue>{AttributeValue{std::uint64_t{found->second}}, option->where});
  end_lookups(found->second, option->where, resolving);
  return true;
}

}  // namespace

void assign_vrf_tables(Resolving& resolving) {
  std::vector<const Interface*> automatic;
  std::set<std::uint32_t> asked;
  for (const auto& [name, interface] : resolving.model.interfaces) {
    if (interface.type != InterfaceType::vrf || !interface.declared) continue;
    if (is_automatic(interface)) automatic.push_back(&interface);
    if (const auto table = asked_table(interface)) {
      resolving.vrf_tables.emplace(name, *table);
      asked.insert(*table);
    }
  }
  if (automatic.empty()) return;
  // What runs keeps its table: another one would take its routes away.
  std::erase_if(automatic, [&](const Interface* vrf) {
    const auto table = kernel_table(resolving.kernel_link(vrf->name));
    if (!table || *table < kFirstAutomatic || *table > kLastAutomatic || !asked.insert(*table).second) return false;
    resolving.vrf_tables.emplace(vrf->name, *table);
    return true;
  });
  auto used = used_by_kernel(resolving.kernel);
  used.merge(asked);
  std::uint32_t next = kFirstAutomatic;
  for (const Interface* vrf : automatic) {
    while (used.contains(next)) ++next;
    if (next > kLastAutomatic) return;
    resolving.vrf_tables.emplace(vrf->name, next++);
  }
}

std::uint32_t route_table_of(const DesiredLink& link, const Resolving& resolving) {
  if (!link.master || link.master->value.empty()) return kMainTable;
  const std::string& master = link.master->value;
  const auto found = resolving.vrf_tables.find(master);
  if (found != resolving.vrf_tables.end()) return found->second;
  return kernel_table(resolving.kernel_link(master)).value_or(kMainTable);
}

const ResolverRow& vrf_resolver() {
  static const ResolverRow row{.type = InterfaceType::vrf, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
