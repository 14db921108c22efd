#include "lab/machine.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace drawbridge::lab {
namespace {

/// The word after `option`, which must be there.
std::string after(const std::vector<std::string>& words, const std::string& option) {
  const auto found = std::find(words.begin(), words.end(), option);
  return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

MachinePlan plan(Accelerator accelerator, unsigned processors) {
  return {accelerator, Kernel{"6.1.0-1-amd64", "/cache/vmlinux", "", true}, "/cache/initramfs", processors, 1024, 7, 8};
}

TEST(MachineWords, SharesTheHostsFilesReadOnly) {
  const auto words = machine_words(plan(Accelerator::tcg, 2));
  EXPECT_TRUE(has(words, "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"));
  EXPECT_EQ(after(words, "-kernel"), "/cache/vmlinux");
  EXPECT_EQ(after(words, "-accel"), "tcg,thread=multi");
  EXPECT_TRUE(has(words, "socket,id=channel,fd=7"));
  EXPECT_TRUE(has(words, "-nodefaults")) << "no network card towards the host";
}

TEST(MachineWords, UsesTheHostsProcessorWithKvm) { EXPECT_EQ(after(machine_words(plan(Accelerator::kvm, 2)), "-cpu"), "host"); }

TEST(MachineWords, CountsInstructionsOfOneProcessor) {
  const auto words = machine_words(plan(Accelerator::counting, 2));
  EXPECT_EQ(after(words, "-accel"), "tcg,thread=single");
  EXPECT_EQ(after(words, "-smp"), "1");
  EXPECT_EQ(after(words, "-icount"), "shift=0,sleep=off");
  EXPECT_FALSE(has(machine_words(plan(Accelerator::tcg, 2)), "-icount"));
}

TEST(MachineWords, LeavesAcpiAwayForOneProcessorOnly) {
  EXPECT_NE(after(machine_words(plan(Accelerator::tcg, 1)), "-append").find("acpi=off"), std::string::npos);
  EXPECT_EQ(after(machine_words(plan(Accelerator::tcg, 2)), "-append").find("acpi=off"), std::string::npos);
}

}  // namespace
}  // namespace drawbridge::lab
