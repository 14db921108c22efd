#include "lab/initramfs.h"

#include <gtest/gtest.h>

#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

TEST(ModulePaths, ListsEachModuleOnceInLoadingOrder) {
  const auto paths =
      module_paths("insmod /l/virtio_ring.ko \ninsmod /l/virtio.ko \ninsmod /l/virtio_ring.ko \nbuiltin overlay\ninsmod /l/9p.ko \n");
  EXPECT_EQ(paths, (std::vector<std::string>{"/l/virtio_ring.ko", "/l/virtio.ko", "/l/9p.ko"}));
}

TEST(FirstScript, IsAShellScript) {
  const std::string script =
      first_script({"/l/a.ko", "/l/b.ko"}, Kernel{"6.1.0-1-amd64", "/k", "/cache/kernel", true}, "/usr/sbin/drawbridge lab agent");
  const auto checked = run_program({"sh", "-n"}, {.input = script, .prepare = {}});
  ASSERT_TRUE(checked.has_value());
  EXPECT_EQ(checked->status, 0) << checked->error_output;
  EXPECT_LT(script.find("a.ko"), script.find("b.ko"));
  EXPECT_NE(script.find("/lower/cache/kernel/lib/modules/6.1.0-1-amd64"), std::string::npos);
  EXPECT_NE(script.find("switch_root /root /usr/sbin/drawbridge lab agent"), std::string::npos);
}

TEST(FirstScript, LeavesTheHostsOwnModulesAlone) {
  EXPECT_EQ(first_script({}, Kernel{"6.1.0-1-amd64", "/boot/vmlinuz", "", false}, "x").find("lib/modules"), std::string::npos);
}

}  // namespace
}  // namespace drawbridge::lab
