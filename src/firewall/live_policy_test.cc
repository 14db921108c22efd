#include "firewall/live_policy.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "firewall/firewall_testing.h"

namespace drawbridge::firewall {
namespace {

constexpr std::array<const char*, 5> kDatacenters{
    "", "[OPTIONS]\nenable: 1\n",
    "[OPTIONS]\nenable: 1\npolicy_out: DROP\n[ALIASES]\noffice 192.0.2.0/24\n[RULES]\nIN SSH(ACCEPT) -source office\n",
    "[OPTIONS]\nenable: 1\n[IPSET web]\n10.0.0.0/8\n!10.1.0.0/16\n[group g]\nIN ACCEPT -p tcp -dport 80 -source +web\nIN REJECT -p udp\n",
    "[OPTIONS]\nenable: 1\n[group g]\nIN ACCEPT -p tcp -dport 8080\n[RULES]\nIN NOPE(ACCEPT)\n"};
constexpr std::array<const char*, 3> kNodes{"", "[RULES]\nGROUP g\nIN DROP -p tcp -dport 22\n", "[OPTIONS]\nnosmurfs: 0\ntcpflags: 1\n"};
constexpr std::array<const char*, 5> kGuests{
    "", "[OPTIONS]\nenable: 1\n[RULES]\nGROUP g -i net0\nIN ACCEPT -p tcp -dport 443\n",
    "[OPTIONS]\nenable: 1\nipfilter: 1\npolicy_in: REJECT\n[RULES]\nOUT DROP -dest office\n",
    "[OPTIONS]\nenable: 1\nradv: 1\n[IPSET ipfilter-net0]\n10.0.0.5\n[RULES]\nIN DROP -p tcp -dport x\n",
    "[OPTIONS]\nenable: 0\n[RULES]\nIN ACCEPT\n"};
constexpr std::array<const char*, 2> kVnets{"", "[OPTIONS]\nenable: 1\npolicy_forward: DROP\n[RULES]\nFORWARD ACCEPT -p icmp\n"};

/// `shared`: after so many cards their MAC addresses come again.
NodeFacts facts_with(std::size_t cards, std::size_t shared) {
  NodeFacts facts;
  facts.name = "pve1";
  facts.own_addresses = {*parse_ip("172.16.1.2")};
  for (std::size_t at = 0; at < cards; ++at) {
    NodeFacts::Card card;
    card.vmid = 100 + static_cast<guest::Vmid>(at / 2);
    card.nic.slot = at % 2;
    card.nic.bridge = "vmbr0";
    card.nic.firewall = true;
    card.nic.mac = *parse_mac("02:00:00:00:00:0" + std::to_string(at % shared));
    card.port = "tap" + std::to_string(card.vmid) + "i" + std::to_string(card.nic.slot);
    facts.cards.push_back(card);
  }
  return facts;
}

std::string guest_path(guest::Vmid vmid) { return std::to_string(vmid) + ".fw"; }

/// What changes, one after the other, and the same kept apart.
struct World {
  LivePolicy live;
  Documents documents;
  std::shared_ptr<const Surroundings> surroundings = small_machine();
  NodeFacts facts;
  std::mt19937 dice;

  std::size_t below(std::size_t number) { return dice() % number; }

  void start() {
    live.set_surroundings(surroundings);
    live.set_facts(facts);
    live.set_datacenter(documents.datacenter = parse_document("", "cluster.fw", Level::datacenter));
    live.set_node(documents.node = parse_document("", "host.fw", Level::node));
  }

  void change() {
    switch (below(8)) {
      case 0:
        live.set_datacenter(documents.datacenter =
                                parse_document(kDatacenters[below(kDatacenters.size())], "cluster.fw", Level::datacenter));
        break;
      case 1: live.set_node(documents.node = parse_document(kNodes[below(kNodes.size())], "host.fw", Level::node)); break;
      case 2: live.set_facts(facts = facts_with(below(6), 1 + below(6))); break;
      case 3: live.set_vnet("web", documents.vnets["web"] = parse_document(kVnets[below(2)], "web.fw", Level::vnet)); break;
      case 4: live.set_surroundings(surroundings = below(2) == 0 ? small_machine() : std::make_shared<const Surroundings>()); break;
      default: {
        const auto vmid = static_cast<guest::Vmid>(100 + below(3));
        live.set_guest(vmid, documents.guests[vmid] = parse_document(kGuests[below(kGuests.size())], guest_path(vmid), Level::guest));
      }
    }
  }
};

TEST(LivePolicy, EqualsWhatIsMadeOfEverythingAtOnce) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    World world;
    world.dice.seed(seed);
    world.start();
    for (int round = 0; round < 12; ++round) {
      for (std::size_t changes = world.below(4); changes > 0; --changes) world.change();
      const auto whole = resolve(world.documents, world.surroundings);
      ASSERT_EQ(rules::format_program(prune(world.live.program())), rules::format_program(build_program(whole.value, world.facts)))
          << "seed " << seed << ", round " << round;
      Diagnostics found = world.live.diagnostics();
      Diagnostics expected = whole.diagnostics;
      sort_diagnostics(found);
      sort_diagnostics(expected);
      ASSERT_EQ(format(found), format(expected)) << "seed " << seed << ", round " << round;
    }
  }
}

TEST(LivePolicy, TellsWhatIsWrongOnce) {
  World world;
  world.start();
  world.live.set_guest(100, parse_document("[OPTIONS]\nenable: 1\n[RULES]\nIN DROP -p tcp -dport x\n", "100.fw", Level::guest));
  EXPECT_FALSE(world.live.take_news().empty());
  EXPECT_TRUE(world.live.take_news().empty());
  // Everything is resolved again, and nothing new is found.
  world.live.set_datacenter(parse_document("[OPTIONS]\nenable: 1\n", "cluster.fw", Level::datacenter));
  EXPECT_EQ(format(world.live.take_news()), "");
  EXPECT_FALSE(world.live.diagnostics().empty());
  world.live.set_guest(100, parse_document("", "100.fw", Level::guest));
  EXPECT_TRUE(world.live.diagnostics().empty());
}

}  // namespace
}  // namespace drawbridge::firewall
