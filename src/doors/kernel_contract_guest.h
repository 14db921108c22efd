// The contract of doors::Kernel: what guests' ports need. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractGuest : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (!IsSkipped()) plug("e1");
  }
  bool can_limit(const RateLimit& rate) {
    const Operation limit = SetRateLimit{"e1", rate};
    const bool can = !kernel().execute({&limit, 1}).error;
    const Operation off = SetRateLimit{"e1", {}};
    EXPECT_FALSE(kernel().execute({&off, 1}).error);
    return can;
  }
  void make_deaf_port(const std::string& bridge, Attributes data = {}) {
    make_bridge(bridge, std::move(data));
    done(SetMaster{"e1", bridge});
    done(SetPortData{"e1", "bridge", {{"learning", number(0)}}});
  }
  static PortFdbEntry station(std::uint16_t vlan = 0, std::string_view mac = "02:00:00:00:09:09", std::string link = "e1") {
    return {std::move(link), mac_of(mac), vlan};
  }
};

TEST_P(KernelContractGuest, ALimitOfWhatLeaves) {
  if (!can_limit({1'048'576, 0})) GTEST_SKIP() << "this kernel has no htb";
  done(SetRateLimit{"e1", {13'107'200, 0}});
  EXPECT_EQ(link("e1").rate, (RateLimit{13'107'200, 0}));
  done(SetRateLimit{"e1", {13'107'200, 0}});
  done(SetRateLimit{"e1", {4096, 0}});
  done(SetRateLimit{"e1", {std::uint64_t{10'240} * 1024 * 1024, 0}});
  EXPECT_EQ(link("e1").rate.egress, std::uint64_t{10'240} * 1024 * 1024) << "above 32 bits";
  done(SetRateLimit{"e1", {}});
  done(SetRateLimit{"e1", {}});
  refused(SetRateLimit{"nobody", {1'048'576, 0}}, ENODEV);
}

TEST_P(KernelContractGuest, ALimitOfBothWays) {
  if (!can_limit({1'048'576, 1'048'576})) GTEST_SKIP() << "this kernel has no policers";
  done(SetRateLimit{"e1", {13'107'200, 2'000'000}});
  EXPECT_EQ(link("e1").rate, (RateLimit{13'107'200, 2'000'000}));
  done(SetRateLimit{"e1", {13'107'200, 3'000'000}});
  done(SetRateLimit{"e1", {0, 3'000'000}});
  EXPECT_EQ(link("e1").rate, (RateLimit{0, 3'000'000}));
  done(SetRateLimit{"e1", {5'000'000, std::uint64_t{10'240} * 1024 * 1024}});
  done(SetRateLimit{"e1", {5'000'000, 0}});
  make_bridge("vmbr0");
  done(SetMaster{"e1", "vmbr0"});
  EXPECT_EQ(link("e1").rate.egress, 5'000'000U) << "the bridge has no say in it";
  done(DeleteLink{"e1"});
}

TEST_P(KernelContractGuest, StationsBehindAPort) {
  refused(AddPortFdb{station()}, EOPNOTSUPP);
  make_deaf_port("vmbr0");
  done(AddPortFdb{station()});
  done(AddPortFdb{station()});
  EXPECT_EQ(state().port_fdb, std::vector<PortFdbEntry>{station()});
  plug("e2");
  done(SetMaster{"e2", "vmbr0"});
  done(SetPortData{"e2", "bridge", {{"learning", number(0)}}});
  done(AddPortFdb{station(0, "02:00:00:00:09:09", "e2")});
  EXPECT_EQ(state().port_fdb, (std::vector<PortFdbEntry>{station(0, "02:00:00:00:09:09", "e2")})) << "a station is in one place";
  done(AddPortFdb{station(0, "02:00:00:00:09:0a")});
  done(RemovePortFdb{station(0, "02:00:00:00:09:09", "e2")});
  refused(RemovePortFdb{station(0, "02:00:00:00:09:09", "e2")}, ENOENT);
  refused(AddPortFdb{station(0, "01:00:5e:00:00:01", "nobody")}, ENODEV);
  done(SetMaster{"e1", ""});
  EXPECT_TRUE(state().port_fdb.empty()) << "they go when the port leaves";
}

TEST_P(KernelContractGuest, StationsInVlans) {
  if (!can_make("bridge", {{"vlan_filtering", number(1)}})) GTEST_SKIP() << "this kernel has no VLAN filtering on bridges";
  make_deaf_port("vmbr0", {{"vlan_filtering", number(1)}});
  done(AddPortFdb{station(1)});
  refused(AddPortFdb{station(20)}, EINVAL);
  done(AddBridgeVlan{{"e1", 20, 22, false, false, false}});
  done(AddPortFdb{station(20)});
  done(AddPortFdb{station(22)});
  EXPECT_EQ(state().port_fdb.size(), 3U);
  done(RemovePortFdb{station(20)});
  refused(RemovePortFdb{station(20)}, ENOENT);
  done(RemoveBridgeVlan{{"e1", 22, 22, false, false, false}});
  EXPECT_EQ(state().port_fdb, std::vector<PortFdbEntry>{station(1)}) << "in a VLAN that the port has left it means nothing";
  refused(RemovePortFdb{station(22)}, EINVAL);
  done(DeleteLink{"e1"});
  EXPECT_TRUE(state().port_fdb.empty());
}

}  // namespace drawbridge::doors::contract
