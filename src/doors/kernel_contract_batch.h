// The contract of doors::Kernel: batches and snapshots. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

TEST_P(KernelContract, ABatchRunsInOrder) {
  const std::vector<Operation> batch{CreateLink{"vmbr0", "bridge", {}, parse_mac("02:00:00:00:00:01").value(), {}, ""},
                                     CreateLink{"e0", "veth", {}, parse_mac("02:00:00:00:01:00").value(), {}, "e0p"},
                                     SetMaster{"e0", "vmbr0"},
                                     network::SetUp{"e0", true},
                                     network::SetUp{"e0p", true},
                                     network::SetUp{"vmbr0", true},
                                     SetSysctl{"vmbr0", "ipv4.forwarding", 1},
                                     AddAddress{address_of("vmbr0", "100.64.0.102/22")},
                                     SetRoute{default_route("vmbr0", "100.64.0.1")},
                                     SetMaster{"e0", ""},
                                     DeleteLink{"e0p"},
                                     CreateLink{"e0", "bridge", {}, parse_mac("02:00:00:00:00:02").value(), {}, ""},
                                     AddAddress{address_of("e0", "10.0.0.1/24")}};
  const auto execution = kernel().execute(batch);
  EXPECT_FALSE(execution.error) << execution.error->what;
  EXPECT_FALSE(execution.failed);
  EXPECT_EQ(execution.attempted, batch.size());
  EXPECT_TRUE(has_address("vmbr0", "100.64.0.102/22"));
  EXPECT_TRUE(has_address("e0", "10.0.0.1/24"));
  EXPECT_EQ(link("e0").kind, "bridge");
}

TEST_P(KernelContract, TheFirstRefusalIsTheOneReported) {
  const std::vector<Operation> batch{CreateLink{"vmbr0", "bridge", {}, {}, {}, ""}, SetMtu{"vmbr0", 1}, network::SetUp{"vmbr9", true},
                                     AddAddress{address_of("vmbr8", "10.0.0.1/24")}};
  const auto execution = kernel().execute(batch);
  ASSERT_TRUE(execution.failed);
  EXPECT_EQ(*execution.failed, 1U);
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->os_errno, EINVAL);
  EXPECT_NE(execution.error->what.find("vmbr0"), std::string::npos) << execution.error->what;
  EXPECT_TRUE(state().links.contains("vmbr0"));
}

TEST_P(KernelContract, NothingToDoIsDone) {
  const auto execution = kernel().execute({});
  EXPECT_EQ(execution.attempted, 0U);
  EXPECT_FALSE(execution.failed);
  EXPECT_FALSE(execution.error);
}

TEST_P(KernelContract, HooksAreNotTheKernelsBusiness) {
  const Operation hook = RunHook{"vmbr0", HookPhase::up, "true", {}};
  const auto execution = kernel().execute({&hook, 1});
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->code, Errc::bug);
}

TEST_P(KernelContract, TwoSnapshotsOfAnUntouchedKernelAreEqual) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  const auto first = state();
  EXPECT_EQ(unified_diff("first", snapshot_to_json(first), "second", snapshot_to_json(state())), "");
}

}  // namespace drawbridge::doors::contract
