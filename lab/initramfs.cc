#include "lab/initramfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/cpio.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

constexpr const char* kBusybox = "/bin/busybox";

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename(); }

Result<std::vector<std::string>> needed_modules(const Kernel& kernel) {
  const std::string root = kernel.root.empty() ? "/" : kernel.root;
  const std::string listing = TRY(program_output({"modprobe", "-S", kernel.release, "-d", root, "-a", "--show-depends", "virtio_pci",
                                                  "virtio_console", "9pnet_virtio", "9p", "overlay"}));
  return module_paths(listing);
}

Result<std::string> build(const std::vector<std::string>& modules, const std::string& script) {
  const std::string busybox = TRY(read_whole_file(kBusybox));
  CpioWriter writer;
  for (const char* folder : {"bin", "dev", "proc", "root", "lower", "upper", "modules"}) writer.add_folder(folder);
  writer.add_device("dev/console", 5, 1);
  writer.add_device("dev/null", 1, 3);
  writer.add_file("bin/busybox", busybox, true);
  for (const std::string& module : modules) writer.add_file("modules/" + file_name(module), TRY(read_whole_file(module)), false);
  writer.add_file("init", script, true);
  return std::move(writer).finish();
}

}  // namespace

std::string first_script(const std::vector<std::string>& modules, const Kernel& kernel, const std::string& agent) {
  std::string script =
      "#!/bin/busybox sh\n"
      "b=/bin/busybox\n"
      "$b mount -t proc proc /proc\n"
      "die() { echo \"lab: first root: $1\"; exit 1; }\n";
  for (const std::string& module : modules) {
    script += fmt::format("$b insmod /modules/{0} || die 'module {0} does not load'\n", file_name(module));
  }
  script +=
      "$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro root /lower || die 'no files from the host'\n"
      "$b mount -t tmpfs -o mode=755 upper /upper\n"
      "$b mkdir /upper/files /upper/work\n"
      "$b mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work lab /root || die 'no writable layer'\n"
      "cd /root\n"
      // A folder of the host that holds a mount point of the guest may be missing, or be a symbolic link out of the new root.
      "$b mkdir -p proc sys dev run tmp var/lib\n"
      "$b mount -t devtmpfs dev dev\n"
      // Where no udev makes it: opening it loads the module.
      "$b mkdir -p dev/net && { [ -e dev/net/tun ] || $b mknod dev/net/tun c 10 200; }\n"
      "$b mount -t sysfs sys sys\n"
      "$b mkdir -p dev/pts dev/shm\n"
      "$b mount -t devpts -o mode=600,ptmxmode=666 pts dev/pts\n"
      "$b mount -t tmpfs shm dev/shm\n"
      "$b mount -t tmpfs -o mode=755 run run\n"
      "$b ln -sf /proc/self/fd dev/fd\n"
      "$b ip link set lo up\n";
  if (!kernel.root.empty()) {
    script += fmt::format(
        "d=lib/modules; [ -d usr/lib ] && d=usr/lib/modules\n"
        "$b mkdir -p $d/{0} && $b mount --bind /lower{1}/lib/modules/{0} $d/{0} || die 'no modules'\n",
        kernel.release, kernel.root);
  }
  script +=
      "$b umount /proc\n"
      "$b mount -t proc proc proc\n"
      "exec $b switch_root /root " +
      agent + "\n";
  return script;
}

std::vector<std::string> module_paths(std::string_view show_depends) {
  std::vector<std::string> paths;
  for (const std::string_view line : split(show_depends, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 2 || words[0] != "insmod") continue;
    if (std::find(paths.begin(), paths.end(), words[1]) == paths.end()) paths.emplace_back(words[1]);
  }
  return paths;
}

Result<std::string> initramfs_for(const Kernel& kernel, const std::string& agent) {
  const std::vector<std::string> modules = TRY(needed_modules(kernel));
  const std::string script = first_script(modules, kernel, agent);
  std::string inputs = script + file_stamp(kBusybox);
  for (const std::string& module : modules) inputs += module + file_stamp(module);
  return cached_file(fmt::format("initramfs-{}-{}.cpio", kernel.release, sha256_hex(inputs).substr(0, 16)),
                     [&] { return build(modules, script); });
}

}  // namespace drawbridge::lab
