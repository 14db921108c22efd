// What every doors::Kernel does, as one suite: the fake kernel runs it in each build, the real one in a fresh network namespace of
// a real kernel. Include from one test file of a program and instantiate: DRAWBRIDGE_KERNEL_CONTRACT(Fake, maker).
#pragma once

#include "doors/kernel_contract_address.h"
#include "doors/kernel_contract_batch.h"
#include "doors/kernel_contract_bond.h"
#include "doors/kernel_contract_bridge.h"
#include "doors/kernel_contract_bridge_vlan.h"
#include "doors/kernel_contract_fixture.h"
#include "doors/kernel_contract_guest.h"
#include "doors/kernel_contract_link.h"
#include "doors/kernel_contract_lower.h"
#include "doors/kernel_contract_route.h"
#include "doors/kernel_contract_vlan.h"
#include "doors/kernel_contract_vrf.h"

/// Runs the whole suite under the name with subjects of the maker.
#define DRAWBRIDGE_KERNEL_CONTRACT(name, maker)                                                  \
  INSTANTIATE_TEST_SUITE_P(name, KernelContract, testing::Values(MakeSubject(maker)));           \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVlan, testing::Values(MakeSubject(maker)));       \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractBridgeVlan, testing::Values(MakeSubject(maker))); \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractBond, testing::Values(MakeSubject(maker)));       \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractGuest, testing::Values(MakeSubject(maker)));      \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVrf, testing::Values(MakeSubject(maker)));        \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVxlan, testing::Values(MakeSubject(maker)));      \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractMacvlan, testing::Values(MakeSubject(maker)))
