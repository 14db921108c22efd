#include "access/privileges.h"

#include <algorithm>
#include <array>

namespace drawbridge::access {
namespace {

/// Who has a privilege in the roles of its area: nobody but Administrator, PVE…Admin, PVE…User as well, or PVEAuditor as well.
enum class Tier : std::uint8_t { root, admin, user, audit };

struct Entry {
  std::string_view name;
  std::string_view area;  ///< as in the role's name: PVE<area>Admin
  Tier tier;
};

/// Sorted by name; the place is the bit.
constexpr std::array kPrivileges = std::to_array<Entry>({
    {"Datastore.Allocate", "Datastore", Tier::admin},
    {"Datastore.AllocateSpace", "Datastore", Tier::user},
    {"Datastore.AllocateTemplate", "Datastore", Tier::admin},
    {"Datastore.Audit", "Datastore", Tier::audit},
    {"Group.Allocate", "User", Tier::admin},
    {"Mapping.Audit", "Mapping", Tier::audit},
    {"Mapping.Modify", "Mapping", Tier::admin},
    {"Mapping.Use", "Mapping", Tier::user},
    {"Permissions.Modify", "", Tier::root},
    {"Pool.Allocate", "Pool", Tier::admin},
    {"Pool.Audit", "Pool", Tier::audit},
    {"Realm.Allocate", "User", Tier::root},
    {"Realm.AllocateUser", "User", Tier::admin},
    {"SDN.Allocate", "SDN", Tier::admin},
    {"SDN.Audit", "SDN", Tier::audit},
    {"SDN.Use", "SDN", Tier::user},
    {"Sys.AccessNetwork", "Sys", Tier::root},
    {"Sys.Audit", "Sys", Tier::audit},
    {"Sys.Console", "Sys", Tier::admin},
    {"Sys.Incoming", "Sys", Tier::root},
    {"Sys.Modify", "Sys", Tier::root},
    {"Sys.PowerMgmt", "Sys", Tier::root},
    {"Sys.Syslog", "Sys", Tier::admin},
    {"User.Modify", "User", Tier::admin},
    {"VM.Allocate", "VM", Tier::admin},
    {"VM.Audit", "VM", Tier::audit},
    {"VM.Backup", "VM", Tier::user},
    {"VM.Clone", "VM", Tier::admin},
    {"VM.Config.CDROM", "VM", Tier::user},
    {"VM.Config.CPU", "VM", Tier::admin},
    {"VM.Config.Cloudinit", "VM", Tier::user},
    {"VM.Config.Disk", "VM", Tier::admin},
    {"VM.Config.HWType", "VM", Tier::admin},
    {"VM.Config.Memory", "VM", Tier::admin},
    {"VM.Config.Network", "VM", Tier::admin},
    {"VM.Config.Options", "VM", Tier::admin},
    {"VM.Console", "VM", Tier::user},
    {"VM.GuestAgent.Audit", "VM", Tier::audit},
    {"VM.GuestAgent.FileRead", "VM", Tier::user},
    {"VM.GuestAgent.FileSystemMgmt", "VM", Tier::user},
    {"VM.GuestAgent.FileWrite", "VM", Tier::user},
    {"VM.GuestAgent.Unrestricted", "VM", Tier::admin},
    {"VM.Migrate", "VM", Tier::admin},
    {"VM.Monitor", "VM", Tier::admin},
    {"VM.PowerMgmt", "VM", Tier::user},
    {"VM.Replicate", "VM", Tier::admin},
    {"VM.Snapshot", "VM", Tier::admin},
    {"VM.Snapshot.Rollback", "VM", Tier::admin},
});
static_assert(kPrivileges.size() <= 64);
static_assert(std::ranges::is_sorted(kPrivileges, {}, &Entry::name));

constexpr Privileges bit(std::size_t place) { return Privileges(std::uint64_t{1} << place); }

std::map<std::string, Privileges, std::less<>> make_roles() {
  std::map<std::string, Privileges, std::less<>> roles;
  roles["NoAccess"] = {};
  roles["Administrator"] = all_privileges();
  std::map<std::string_view, Privileges> audits;
  for (std::size_t i = 0; i < kPrivileges.size(); ++i) {
    const Entry& entry = kPrivileges[i];
    if (entry.tier == Tier::root) continue;
    roles["PVE" + std::string(entry.area) + "Admin"] |= bit(i);
    roles["PVEAdmin"] |= bit(i);
    if (entry.tier == Tier::user) roles["PVE" + std::string(entry.area) + "User"] |= bit(i);
    if (entry.tier == Tier::audit) {
      roles["PVEAuditor"] |= bit(i);
      audits[entry.area] |= bit(i);
    }
  }
  // Who may use something may look at it. A pool can only be looked at.
  roles["PVEPoolUser"];
  for (const auto& [area, privileges] : audits)
    if (const auto role = roles.find("PVE" + std::string(area) + "User"); role != roles.end()) role->second |= privileges;
  roles["PVEAdmin"] = roles["PVEAdmin"].without(*privilege("Mapping.Modify"));
  roles["PVETemplateUser"] = *privilege("VM.Clone") | *privilege("VM.Audit");
  return roles;
}

}  // namespace

std::optional<Privileges> privilege(std::string_view name) {
  const auto found = std::ranges::lower_bound(kPrivileges, name, {}, &Entry::name);
  if (found == kPrivileges.end() || found->name != name) return std::nullopt;
  return bit(static_cast<std::size_t>(found - kPrivileges.begin()));
}

std::vector<std::string> privilege_names(Privileges privileges) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kPrivileges.size(); ++i)
    if (privileges.has(bit(i))) names.emplace_back(kPrivileges[i].name);
  return names;
}

Privileges all_privileges() { return Privileges((std::uint64_t{1} << kPrivileges.size()) - 1); }

const std::map<std::string, Privileges, std::less<>>& built_in_roles() {
  static const auto kRoles = make_roles();
  return kRoles;
}

}  // namespace drawbridge::access
