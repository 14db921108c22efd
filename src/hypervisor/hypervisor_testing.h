// Guests and golden files for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "guest/guest.h"
#include "hypervisor/run_context.h"

namespace drawbridge::hypervisor {

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Holds `is` against tests/golden/hypervisor/NAME; DRAWBRIDGE_ACCEPT=1 in the environment rewrites it.
inline void expect_golden(const std::string& is, const std::string& name) {
  const std::string path = std::string(DRAWBRIDGE_SOURCE_DIR) + "/tests/golden/hypervisor/" + name;
  if (std::getenv("DRAWBRIDGE_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << is;
  EXPECT_EQ(is, read_text(path)) << path;
}

inline guest::Guest guest_of(const std::string& text) {
  return guest::make_guest(guest::parse_document(text, "100.conf"), 100, guest::Kind::qemu, "pve1");
}

inline RunContext context_with(Accelerator accelerator) {
  RunContext context;
  context.accelerator = accelerator;
  context.vhost_net = accelerator == Accelerator::kvm;
  context.bridge_mtus = {{"vmbr0", 1500}, {"vmbr1", 9000}};
  context.files = run_files("", 100);
  return context;
}

}  // namespace drawbridge::hypervisor
