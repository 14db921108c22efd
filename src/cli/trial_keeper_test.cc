#include "cli/trial_keeper.h"

#include <gtest/gtest.h>

#include "doors/fake_files.h"

namespace drawbridge::cli {
namespace {

using firewall::HostDocuments;
using firewall::Level;
using rules::LineGivenUp;
using namespace std::chrono_literals;

constexpr const char* kCluster = "/etc/pve/firewall/cluster.fw";
constexpr const char* kHost = "/etc/pve/nodes/n1/host.fw";
constexpr const char* kLetsIn = "[RULES]\nIN ACCEPT -source 203.0.113.9 -p tcp -dport 22\n";
const LineGivenUp kThatLine{kHost, 2, rules::GivenUp::rule};

/// Somebody from afar is root here.
struct Trials : testing::Test {
  void SetUp() override {
    surroundings->tables = firewall::read_name_tables("tcp 6 TCP\nicmp 1 ICMP\n", "", "");
    facts.name = "n1";
    facts.own_addresses = {*parse_ip("172.16.1.2")};
    write(kHost, "");
    keeper.nothing_is_in_force();
    consider({});
    EXPECT_FALSE(keeper.is_open());
  }
  void write(const std::string& path, const std::string& bytes) { disk.files[path] = {bytes, 0640}; }
  HostDocuments documents() {
    return {firewall::parse_document(files.read(kCluster).value_or(""), kCluster, Level::datacenter),
            firewall::parse_document(files.read(kHost).value_or(""), kHost, Level::node)};
  }
  void consider(std::vector<LineGivenUp> known) {
    std::ignore = keeper.look();
    keeper.consider(documents(), surroundings, facts, {}, std::move(known));
  }
  static std::vector<Seat> root_from_afar(std::span<const firewall::LocalAddress>) {
    return {{{{*parse_ip("203.0.113.9"), 50000, *parse_ip("172.16.1.2"), 22, "vmbr0"}, true}, {}}};
  }

  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
  Console console{{.quiet = true}};
  std::shared_ptr<firewall::Surroundings> surroundings = std::make_shared<firewall::Surroundings>();
  firewall::NodeFacts facts;
  TrialKeeper keeper{files, clock, console, transaction::paths_below(""), "", "n1", 60s, root_from_afar};
};

TEST_F(Trials, WhoeverIsCutOffByALineThatTheKernelRefusesComesBack) {
  write(kCluster, "[OPTIONS]\nenable: 1\n");
  write(kHost, kLetsIn);
  consider({});
  EXPECT_FALSE(keeper.is_open()) << "as the files say, he gets in";
  keeper.consider_left_out({kThatLine}, {});
  ASSERT_TRUE(keeper.is_open()) << "but the kernel has not taken his line";
  // A line more is no way in.
  write(kHost, std::string(kLetsIn) + "IN ACCEPT -p icmp\n");
  consider({kThatLine});
  keeper.consider_left_out({kThatLine}, {});
  ASSERT_TRUE(keeper.is_open());
  clock.advance(61s);
  EXPECT_TRUE(keeper.end_if_over());
  EXPECT_TRUE(keeper.look());
  EXPECT_EQ(keeper.held().size(), 2U) << "what was before is in force";
  EXPECT_EQ(keeper.held().at(kHost).bytes, "") << "before the first of both";
}

TEST_F(Trials, WhatTheKernelTakesAfterAllEndsIt) {
  write(kCluster, "[OPTIONS]\nenable: 1\n");
  write(kHost, kLetsIn);
  consider({});
  keeper.consider_left_out({kThatLine}, {});
  ASSERT_TRUE(keeper.is_open());
  consider({});
  EXPECT_FALSE(keeper.is_open());
}

TEST_F(Trials, AKernelThatHasChangedIsToldAndNoMore) {
  write(kCluster, "[OPTIONS]\nenable: 1\n");
  write(kHost, kLetsIn);
  consider({});
  keeper.consider_left_out({}, {});
  consider({});
  keeper.consider_left_out({kThatLine}, {});
  EXPECT_FALSE(keeper.is_open()) << "no file is to blame, and none could go back";
}

}  // namespace
}  // namespace drawbridge::cli
