#include "access/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "access/check.h"

namespace drawbridge::access {
namespace {

Users read(std::string_view text) { return make_users(parse_user_document(text, "user.cfg")); }

const std::string kPeople =
    "user:anna@pve:1:0:::::\nuser:bert@pve:1:0:::::\nuser:off@pve:0:0:::::\nuser:old@pve:1:1000:::::\n"
    "token:anna@pve!own:0:1::\ntoken:anna@pve!all:0:0::\ntoken:anna@pve!past:1000:0::\ntoken:root@pam!tt:0:1::\ntoken:root@pam!uu:0:0::\n"
    "group:ops:anna@pve,bert@pve::\ngroup:net:anna@pve::\n";

bool may(const Users& users, std::string_view who, std::string_view path, std::string_view what) {
  return permissions(users, *parse_identity(who), path).held.has(*privilege(what));
}

TEST(Roles, AreAsKnown) {
  using Names = std::vector<std::string>;
  const auto& roles = built_in_roles();
  EXPECT_EQ(privilege_names(roles.at("PVESDNUser")), (Names{"SDN.Audit", "SDN.Use"}));
  EXPECT_EQ(privilege_names(roles.at("PVESDNAdmin")), (Names{"SDN.Allocate", "SDN.Audit", "SDN.Use"}));
  EXPECT_EQ(privilege_names(roles.at("PVEAuditor")),
            (Names{"Datastore.Audit", "Mapping.Audit", "Pool.Audit", "SDN.Audit", "Sys.Audit", "VM.Audit", "VM.GuestAgent.Audit"}));
  EXPECT_EQ(privilege_names(roles.at("PVEUserAdmin")), (Names{"Group.Allocate", "Realm.AllocateUser", "User.Modify"}));
  EXPECT_EQ(privilege_names(roles.at("PVESysAdmin")), (Names{"Sys.Audit", "Sys.Console", "Sys.Syslog"}));
  EXPECT_EQ(privilege_names(roles.at("PVEVMUser")),
            (Names{"VM.Audit", "VM.Backup", "VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Console", "VM.GuestAgent.Audit",
                   "VM.GuestAgent.FileRead", "VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.FileWrite", "VM.PowerMgmt"}));
  for (const auto* missing : {"Permissions.Modify", "Sys.Modify", "Sys.PowerMgmt", "Sys.Incoming", "Realm.Allocate", "Mapping.Modify"}) {
    EXPECT_FALSE(roles.at("PVEAdmin").has(*privilege(missing))) << missing;
    EXPECT_TRUE(roles.at("Administrator").has(*privilege(missing))) << missing;
  }
  EXPECT_TRUE(roles.at("NoAccess").empty());
  std::vector<std::string> names;
  for (const auto& [name, privileges] : roles) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("Administrator", "NoAccess", "PVEAdmin", "PVEAuditor", "PVEDatastoreAdmin", "PVEDatastoreUser",
                                          "PVEMappingAdmin", "PVEMappingUser", "PVEPoolAdmin", "PVEPoolUser", "PVESDNAdmin", "PVESDNUser",
                                          "PVESysAdmin", "PVETemplateUser", "PVEUserAdmin", "PVEVMAdmin", "PVEVMUser"));
}

TEST(Permissions, PropagateUnlessTheyDoNot) {
  const Users users = read(kPeople + "acl:1:/vms:anna@pve:PVEVMAdmin:\nacl:0:/nodes:anna@pve:PVEAuditor:\n");
  EXPECT_TRUE(may(users, "anna@pve", "/vms", "VM.Audit"));
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "VM.Config.Network"));
  EXPECT_FALSE(may(users, "anna@pve", "/", "VM.Audit"));
  EXPECT_TRUE(may(users, "anna@pve", "/nodes", "Sys.Audit"));
  EXPECT_FALSE(may(users, "anna@pve", "/nodes/pve1", "Sys.Audit"));
  EXPECT_FALSE(may(users, "bert@pve", "/vms/100", "VM.Audit"));
  EXPECT_TRUE(permissions(users, {"anna@pve", ""}, "/nodes").propagated.empty());
}

TEST(Permissions, TheNearestPathReplacesTheOnesAbove) {
  const Users users = read(kPeople + "acl:1:/:anna@pve:PVEAdmin:\nacl:1:/vms:anna@pve:PVEAuditor:\nacl:0:/vms/100:anna@pve:PVEVMUser:\n");
  EXPECT_TRUE(may(users, "anna@pve", "/nodes/pve1", "Sys.Console"));
  EXPECT_FALSE(may(users, "anna@pve", "/vms/101", "VM.Config.Network"));
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "VM.Console"));
  EXPECT_FALSE(may(users, "anna@pve", "/vms/100", "Sys.Audit"));
}

TEST(Permissions, AUsersOwnRolesBeatHisGroups) {
  const Users users = read(kPeople + "acl:1:/vms:@ops:PVEVMAdmin:\nacl:1:/vms:anna@pve:PVEVMUser:\nacl:1:/vms/100:@net:PVESDNUser:\n");
  EXPECT_TRUE(may(users, "bert@pve", "/vms/101", "VM.Allocate"));
  EXPECT_FALSE(may(users, "anna@pve", "/vms/101", "VM.Allocate"));
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "SDN.Use"));
  EXPECT_FALSE(may(users, "anna@pve", "/vms/100", "VM.Console"));
}

TEST(Permissions, GroupsAddUp) {
  const Users users = read(kPeople + "acl:1:/:@ops:PVEVMUser:\nacl:1:/:@net:PVESDNUser:\n");
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "VM.Console"));
  EXPECT_TRUE(may(users, "anna@pve", "/sdn", "SDN.Use"));
  EXPECT_FALSE(may(users, "bert@pve", "/sdn", "SDN.Use"));
}

TEST(Permissions, NoAccessTakesEverything) {
  const Users users = read(kPeople + "acl:1:/:@ops:PVEAdmin:\nacl:1:/vms/100:@ops:NoAccess,PVEVMAdmin:\n");
  EXPECT_TRUE(may(users, "anna@pve", "/vms/101", "VM.Audit"));
  EXPECT_TRUE(permissions(users, {"anna@pve", ""}, "/vms/100").held.empty());
}

TEST(Permissions, APoolGivesItsRolesToItsGuests) {
  const std::string pools = "pool:shop::100:local:\npool:dark::102::\n";
  const Users users = read(kPeople + pools + "acl:1:/pool/shop:anna@pve:PVEVMUser:\nacl:1:/vms:anna@pve:PVEAuditor:\n" +
                           "acl:1:/pool/dark:anna@pve:NoAccess:\n");
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "VM.Console"));
  EXPECT_TRUE(may(users, "anna@pve", "/vms/100", "Sys.Audit"));
  EXPECT_FALSE(may(users, "anna@pve", "/vms/101", "VM.Console"));
  EXPECT_TRUE(permissions(users, {"anna@pve", ""}, "/vms/102").held.empty());
  EXPECT_TRUE(may(users, "anna@pve", "/storage/local", "VM.Console"));
}

TEST(Permissions, ASeparatedTokenHasWhatBothHave) {
  const Users users =
      read(kPeople + "acl:1:/vms:anna@pve:PVEVMUser:\nacl:1:/vms:anna@pve!own:PVEVMAdmin:\nacl:1:/sdn:anna@pve!own:PVESDNUser:\n");
  EXPECT_TRUE(may(users, "anna@pve!own", "/vms/100", "VM.Console"));
  EXPECT_FALSE(may(users, "anna@pve!own", "/vms/100", "VM.Allocate")) << "the user has it not";
  EXPECT_FALSE(may(users, "anna@pve!own", "/sdn", "SDN.Use"));
  EXPECT_TRUE(may(users, "anna@pve!all", "/vms/100", "VM.Console"));
  EXPECT_FALSE(may(users, "anna@pve!ghost", "/vms/100", "VM.Console"));
  const Users bare = read(kPeople + "acl:1:/vms:anna@pve:PVEVMUser:\n");
  EXPECT_FALSE(may(bare, "anna@pve!own", "/vms/100", "VM.Console")) << "nobody gave it anything";
}

TEST(Permissions, TokensOfRootAreHeldToTheirRights) {
  const Users users = read(kPeople + "acl:1:/vms:root@pam!tt:PVEAuditor:\n");
  EXPECT_TRUE(may(users, "root@pam", "/anything", "Permissions.Modify"));
  EXPECT_TRUE(may(users, "root@pam!tt", "/vms/100", "VM.Audit"));
  EXPECT_FALSE(may(users, "root@pam!tt", "/vms/100", "VM.Allocate"));
  EXPECT_TRUE(may(users, "root@pam!uu", "/vms/100", "VM.Allocate"));
  EXPECT_FALSE((Identity{"root@pam", "uu"}).is_root());
}

TEST(Permissions, WhoIsOutMayNothing) {
  const Users users = read(kPeople + "acl:1:/:off@pve,old@pve,anna@pve:Administrator:\n");
  EXPECT_FALSE(may(users, "off@pve", "/", "VM.Audit"));
  EXPECT_FALSE(may(users, "ghost@pve", "/", "VM.Audit"));
  EXPECT_EQ(check_active(users, {"off@pve", ""}, 1).error().code, Errc::denied);
  EXPECT_TRUE(check_active(users, {"old@pve", ""}, 999).has_value());
  EXPECT_FALSE(check_active(users, {"old@pve", ""}, 1000).has_value());
  EXPECT_FALSE(check_active(users, {"anna@pve", "past"}, 1000).has_value());
  EXPECT_FALSE(check_active(users, {"ghost@pve", ""}, 1).has_value());
  EXPECT_FALSE(may(users, "anna@pve", "/vms/../etc", "VM.Audit")) << "no normal path";
}

Result<void> test(const Users& users, std::string_view who, std::string_view check, const Parameters& parameters) {
  const auto parsed = Check::parse(boost::json::parse(check));
  if (!parsed) return fail(parsed.error());
  return parsed->test(users, *parse_identity(who), parameters);
}

TEST(Check, FillsPathsAndNamesWhatIsMissing) {
  const Users users = read(kPeople + "acl:1:/nodes/a:anna@pve:PVEAuditor:\n");
  const auto* audit = R"({"check":["perm","/nodes/{node}",["Sys.Audit"]]})";
  EXPECT_TRUE(test(users, "anna@pve", audit, {{"node", "a"}}));
  EXPECT_EQ(test(users, "anna@pve", audit, {{"node", "b"}}).error().what, "Permission check failed (/nodes/b, Sys.Audit)");
  const auto* any = R"({"check":["perm","/nodes/{node}",["Sys.Modify","Sys.Console"],"any",1]})";
  EXPECT_EQ(test(users, "anna@pve", any, {{"node", "a"}}).error().what, "Permission check failed (/nodes/a, Sys.Modify|Sys.Console)");
  const auto* both = R"({"check":["perm","/nodes/{node}",["Sys.Audit","Sys.Modify"]]})";
  EXPECT_EQ(test(users, "anna@pve", both, {{"node", "a"}}).error().what, "Permission check failed (/nodes/a, Sys.Modify)");
  EXPECT_FALSE(test(users, "anna@pve", audit, {{"node", "a/../a"}}));
  EXPECT_FALSE(test(users, "anna@pve", audit, {}));
}

TEST(Check, KnowsWhoNeedsNoRight) {
  const Users users = read(kPeople);
  EXPECT_TRUE(test(users, "anna@pve", R"({"user":"all"})", {}));
  EXPECT_FALSE(Check::parse(boost::json::parse(R"({"user":"world"})"))->needs_identity());
  EXPECT_FALSE(test(users, "anna@pve", "null", {}));
  EXPECT_TRUE(test(users, "root@pam", "null", {}));
  EXPECT_FALSE(test(users, "root@pam!uu", "null", {}));
}

TEST(Check, JoinsTests) {
  const Users users = read(kPeople + "acl:1:/vms:anna@pve:PVEVMUser:\n");
  const std::string yes = R"(["perm","/vms",["VM.Audit"]])";
  const std::string no = R"(["perm","/vms",["VM.Allocate"]])";
  EXPECT_TRUE(test(users, "anna@pve", R"({"check":["or",)" + no + "," + yes + "]}", {}));
  EXPECT_FALSE(test(users, "anna@pve", R"({"check":["and",)" + yes + "," + no + "]}", {}));
  EXPECT_TRUE(test(users, "anna@pve", R"({"check":["perm","/vms",["VM.Allocate"],"require_param","vmid"]})", {}));
  EXPECT_FALSE(test(users, "anna@pve", R"({"check":["perm","/vms",["VM.Allocate"],"require_param","vmid"]})", {{"vmid", "1"}}));
}

TEST(Check, ASelfIsNoToken) {
  const Users users = read(kPeople);
  const auto* self = R"({"check":["or",["userid-param","self"],["userid-group",["User.Modify"]]]})";
  EXPECT_TRUE(test(users, "anna@pve", self, {{"userid", "anna@pve"}}));
  EXPECT_FALSE(test(users, "anna@pve!all", self, {{"userid", "anna@pve"}}));
  EXPECT_FALSE(test(users, "anna@pve", self, {{"userid", "bert@pve"}}));
}

TEST(Check, WhoManagesAGroupManagesItsUsers) {
  const Users users = read(kPeople + "user:carl@pve:1:0:::::\nuser:boss@pve:1:0:::::\nacl:1:/access/groups/net:bert@pve:PVEUserAdmin:\n" +
                           "acl:1:/access:boss@pve:PVEUserAdmin:\n");
  const auto* modify = R"({"check":["userid-group",["User.Modify"]]})";
  EXPECT_TRUE(test(users, "bert@pve", modify, {{"userid", "anna@pve"}}));
  EXPECT_FALSE(test(users, "bert@pve", modify, {{"userid", "carl@pve"}}));
  EXPECT_TRUE(test(users, "boss@pve", modify, {{"userid", "carl@pve"}}));
  EXPECT_FALSE(test(users, "boss@pve", modify, {{"userid", "ghost@pve"}}));
  const auto* update = R"({"check":["userid-group",["User.Modify"],"groups_param","update"]})";
  EXPECT_FALSE(test(users, "bert@pve", update, {{"userid", "anna@pve"}, {"groups", "net,ops"}}));
  EXPECT_TRUE(test(users, "bert@pve", update, {{"userid", "anna@pve"}, {"groups", "net"}}));
  const auto* create =
      R"({"check":["and",["userid-param","Realm.AllocateUser"],["userid-group",["User.Modify"],"groups_param","create"]]})";
  EXPECT_TRUE(test(users, "boss@pve", create, {{"userid", "new@pve"}}));
  EXPECT_FALSE(test(users, "bert@pve", create, {{"userid", "new@pve"}, {"groups", "net"}})) << "not in this realm";
}

TEST(Check, WhoMayGiveRights) {
  const Users users = read(kPeople + "acl:1:/vms:anna@pve:PVEVMAdmin:\n");
  const auto* modify = R"({"check":["perm-modify","{path}"]})";
  EXPECT_TRUE(test(users, "anna@pve", modify, {{"path", "/vms/100"}}));
  EXPECT_FALSE(test(users, "anna@pve", modify, {{"path", "/vms"}}));
  EXPECT_FALSE(test(users, "anna@pve", modify, {{"path", "/"}}));
  EXPECT_FALSE(test(users, "anna@pve", modify, {}));
}

TEST(Check, WhatIsNotUnderstoodIsRefused) {
  for (const auto* bad : {"7", "{}", R"({"user":"some"})", R"({"check":[]})", R"({"check":["perm","vms",["VM.Audit"]]})",
                          R"({"check":["perm","/vms",["VM.Fly"]]})", R"({"check":["perm","/vms",[]]})", R"({"check":["and"]})",
                          R"({"check":["perm","/vms",["VM.Audit"],"some",1]})", R"({"check":["xor",["userid-param","self"]]})"})
    EXPECT_FALSE(Check::parse(boost::json::parse(bad))) << bad;
}

}  // namespace
}  // namespace drawbridge::access
