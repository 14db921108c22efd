#include "firewall/references.h"

#include <gtest/gtest.h>

#include "firewall/firewall_testing.h"

namespace drawbridge::firewall {
namespace {

Tree tree_of(const std::string& datacenter, const std::string& guest, const std::string& node = "", const std::string& vnet = "") {
  Tree tree{document_of(datacenter, Level::datacenter), {}, {}, {}};
  tree.nodes.emplace("a", document_of(node, Level::node));
  tree.guests.emplace(100, document_of(guest, Level::guest));
  tree.vnets.emplace("web", document_of(vnet, Level::vnet));
  return tree;
}

std::string format(const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places) text += *place.file + ":" + std::to_string(place.line) + " ";
  return text;
}

const Named kAlias{NameKind::alias, std::nullopt, "Office"};
const Named kSet{NameKind::ipset, std::nullopt, "web"};
const Named kGroup{NameKind::group, std::nullopt, "g1"};

TEST(References, UsersAreFoundInAllFiles) {
  const Tree tree =
      tree_of("[ALIASES]\noffice 10.0.0.0/8\n[IPSET web]\noffice\n[RULES]\nGROUP G1\nIN DROP -source office -dest dc/office\n[group g1]\n",
              "[RULES]\n|IN DROP -source OFFICE\nIN DROP -source +dc/web\nGROUP g1\nIN DROP -source guest/office\n",
              "[RULES]\nIN DROP -source +web\n", "[RULES]\nGROUP g1\nFORWARD DROP -source +sdn/web\n");
  EXPECT_EQ(format(users_of(tree, kAlias)), "cluster.fw:4 cluster.fw:7 100.fw:2 ");
  EXPECT_EQ(format(users_of(tree, kSet)), "host.fw:2 100.fw:3 ");
  EXPECT_EQ(format(users_of(tree, kGroup)), "cluster.fw:6 100.fw:4 web.fw:2 ");
}

TEST(References, AGuestsOwnNameHidesTheDatacenters) {
  const Tree tree =
      tree_of("[ALIASES]\noffice 10.0.0.0/8\n", "[ALIASES]\noffice 10.0.0.1\n[RULES]\nIN DROP -source office\nIN DROP -source dc/office\n");
  EXPECT_EQ(format(users_of(tree, kAlias)), "100.fw:5 ");
  EXPECT_EQ(format(users_of(tree, {NameKind::alias, 100, "office"})), "100.fw:4 ");
}

TEST(References, ARenamedNameTakesItsUsersAlong) {
  const Tree tree =
      tree_of("[IPSET web]  # it\n10.0.0.1\n[RULES]\nIN DROP -source +web -dest 10.0.0.1 # +web\n",
              "[IPSET servers]\n[RULES]\nIN DROP -source +Web\nIN DROP -dest +dc/web\n", "[RULES]\n  IN DROP   -source +web\n");
  const auto renamed = rename(tree, kSet, "Servers");
  ASSERT_TRUE(renamed);
  EXPECT_EQ(print(renamed->datacenter), "[IPSET servers]  # it\n10.0.0.1\n[RULES]\nIN DROP -source +servers -dest 10.0.0.1 # +web\n");
  EXPECT_EQ(print(renamed->guests.at(100)), "[IPSET servers]\n[RULES]\nIN DROP -source +dc/servers\nIN DROP -dest +dc/servers\n");
  EXPECT_EQ(print(renamed->nodes.at("a")), "[RULES]\n  IN DROP   -source +servers\n");
}

TEST(References, AGuestsNewNameDoesNotCaptureWhatIsTheDatacenters) {
  const Tree tree =
      tree_of("[ALIASES]\noffice 10.0.0.0/8\n",
              "[ALIASES]\nhome 10.0.0.1\n[RULES]\nIN DROP -source home\nIN DROP -source office\nIN DROP -source guest/home\n");
  const auto renamed = rename(tree, {NameKind::alias, 100, "home"}, "Office");
  ASSERT_TRUE(renamed);
  EXPECT_EQ(print(renamed->guests.at(100)),
            "[ALIASES]\nOffice 10.0.0.1\n[RULES]\nIN DROP -source Office\nIN DROP -source dc/office\nIN DROP -source guest/Office\n");
}

TEST(References, GroupsAndWhatCantBe) {
  const Tree tree = tree_of("[group g1] # x\nIN DROP\n[group g2]\n[RULES]\nGROUP g1 -i eth0\n", "[RULES]\n|GROUP G1 -i net0\n", "",
                            "[RULES]\nGROUP g1\n");
  const auto renamed = rename(tree, kGroup, "Front");
  ASSERT_TRUE(renamed);
  EXPECT_EQ(print(renamed->datacenter), "[group front] # x\nIN DROP\n[group g2]\n[RULES]\nGROUP front -i eth0\n");
  EXPECT_EQ(print(renamed->guests.at(100)), "[RULES]\n|GROUP front -i net0\n");
  EXPECT_EQ(print(renamed->vnets.at("web")), "[RULES]\nGROUP front\n");
  EXPECT_EQ(rename(tree, kGroup, "g2").error().code, Errc::conflict);
  EXPECT_EQ(rename(tree, kGroup, "1x").error().code, Errc::invalid_input);
  EXPECT_EQ(rename(tree, kSet, "xx").error().code, Errc::not_found);
  EXPECT_EQ(rename(tree, {NameKind::alias, 101, "xx"}, "yy").error().code, Errc::not_found);
  EXPECT_EQ(print(remove(tree, kGroup)->datacenter), "[group g2]\n[RULES]\nGROUP g1 -i eth0\n");
}

}  // namespace
}  // namespace drawbridge::firewall
