#include "cli/audit_entries.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

constexpr const char* kChange =
    R"({"when":"2026-11-27T17:00:00Z","user":"anna@pve!ci","from":"192.0.2.4","method":"PUT","path":"/nodes/{node}/network/{iface}",)"
    R"("parameters":{"node":"pve1","iface":"vmbr0","mtu":"9000"},"status":200,"diff":"+\tmtu 9000\n"})";
constexpr const char* kRefused =
    R"({"when":"2026-11-27T17:00:01Z","user":"","from":"198.51.100.1","method":"POST","path":"/access/ticket",)"
    R"x("parameters":{"username":"root@pam\u001b[2J","password":"(secret)"},"status":401,"message":"authentication failure\n"})x";

TEST(AuditEntries, ArePickedByUserTargetAndOutcome) {
  EXPECT_TRUE(matching_entry(kChange, {}));
  EXPECT_TRUE(matching_entry(kChange, {.user = "anna", .target = "/pve1/network/vmbr"}));
  EXPECT_FALSE(matching_entry(kChange, {.user = "bert"}));
  EXPECT_FALSE(matching_entry(kChange, {.target = "{iface}"}));
  EXPECT_FALSE(matching_entry(kChange, {.only_refused = true}));
  EXPECT_TRUE(matching_entry(kRefused, {.only_refused = true}));
}

TEST(AuditEntries, WhatIsNoneIsPassedOver) {
  for (const char* line : {"", "{", "[]", "\"x\"", "half a line {\"when\":"}) EXPECT_FALSE(matching_entry(line, {})) << line;
  // Members may be missing, or of other kinds: the file could have been written by anything.
  const auto odd = matching_entry(R"({"path":7,"parameters":[],"status":"x"})", {});
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->at("target"), "");
  EXPECT_EQ(matching_entry(R"({"path":"/a/{b","parameters":{}})", {})->at("target"), "/a/");
}

TEST(AuditEntries, AreReadableAndHarmless) {
  EXPECT_EQ(entry_text(*matching_entry(kChange, {})),
            "2026-11-27T17:00:00Z  anna@pve!ci from 192.0.2.4: PUT /nodes/pve1/network/vmbr0 mtu=9000 -> 200");
  const auto refused = entry_text(*matching_entry(kRefused, {}));
  EXPECT_TRUE(refused.contains("nobody from 198.51.100.1: POST /access/ticket")) << refused;
  EXPECT_TRUE(refused.ends_with("-> 401 authentication failure")) << refused;
  EXPECT_FALSE(refused.contains('\033'));
}

}  // namespace
}  // namespace drawbridge::cli
