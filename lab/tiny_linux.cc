#include "lab/tiny_linux.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "lab/cache_folder.h"
#include "lab/cpio.h"
#include "lab/initramfs.h"
#include "lab/kernel_image.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

constexpr const char* kLoop = R"init(
# struct input_event has 24 bytes; nobody presses anything but the power button.
b sleep 1
for input in /dev/input/event*; do
  ( b dd if=$input of=/dev/null bs=24 count=1 2>/dev/null && b poweroff -f ) &
done
# cloud-init in two lines: the first address of its network data.
b mount -t iso9660 /dev/sr0 /seed 2>/dev/null && address=$(b sed -n 's/^ *addresses: \["\([^"]*\)".*/\1/p' /seed/network-config | b head -n 1)
: ${address:=192.0.2.7/24}
targets=192.0.2.1
for word in $(b cat /proc/cmdline); do
  case $word in ping=*) targets=${word#ping=}; named=1 ;; esac
done
# One that answers is told as "pong", or by its address if the command line named it.
ask() {
  b ping -c 1 -W 1 $1 >/dev/null 2>&1 && answers=yes || answers=no
  if [ -n "$named" ]; then line="$line $1:$answers"; elif [ $answers = yes ]; then line="$line pong"; fi
}
while :; do
  line="cards: $address"
  for folder in /sys/class/net/*; do
    name=${folder##*/}
    [ $name = lo ] && continue
    b ip link set $name up
    read mac < $folder/address
    read mtu < $folder/mtu
    carrier=0
    read carrier < $folder/carrier
    state=down; [ "$carrier" = 1 ] && state=up
    set -- $folder/queues/rx-*
    line="$line $name $mac $state $mtu $#"
  done
  b ip addr add $address dev eth0 2>/dev/null
  [ -n "$named" ] && b ip route add default dev eth0 2>/dev/null
  for target in $(echo $targets | b tr , ' '); do ask $target; done
  echo "$line" > /dev/ttyS0
  b usleep 500000
done
)init";

constexpr const char* kAgent = "/usr/sbin/qemu-ga";

// Its port appears once the driver has spoken with QEMU.
constexpr const char* kAgentLoop = R"init(
( while [ ! -e /dev/vport0p1 ] && [ ! -e /dev/vport1p1 ] && [ ! -e /dev/vport2p1 ]; do b usleep 200000; done
  for port in /dev/vport*p1; do /usr/sbin/qemu-ga -m virtio-serial -p $port -t /run -f /run/qga.pid 2>/dev/ttyS0; done ) &
)init";

std::string init_script(const std::vector<std::string>& modules, const TinyLinuxOptions& options) {
  std::string text =
      "#!/bin/busybox sh\nb() { /bin/busybox \"$@\"; }\n"
      "b mount -t proc proc /proc; b mount -t sysfs sys /sys; b mount -t devtmpfs dev /dev\n" +
      (options.script.empty() ? "" : "b " + options.script + "\n");
  for (const auto& module : modules) text += "b insmod /modules/" + std::string(std::filesystem::path(module).filename()) + "\n";
  return text + (options.agent ? kAgentLoop : "") + kLoop;
}

void add_parents(CpioWriter& writer, const std::filesystem::path& path, std::set<std::string>& there) {
  const auto folder = path.parent_path();
  if (folder.empty() || there.contains(folder)) return;
  add_parents(writer, folder, there);
  writer.add_folder(std::string(folder));
  there.insert(folder);
}

/// The guest agent and all that its dynamic linker would load here; ldd(1) tells.
Result<void> add_agent(CpioWriter& writer, std::set<std::string> there) {
  std::istringstream words(TRY(program_output({"ldd", kAgent})));
  std::set<std::string> files{kAgent};
  for (std::string word; words >> word;)
    if (word.starts_with('/')) files.insert(word);
  for (const auto& file : files) {
    add_parents(writer, file.substr(1), there);
    writer.add_file(file.substr(1), TRY(read_whole_file(file)), true);
  }
  return {};
}

}  // namespace

TinyLinux make_tiny_linux(const std::string& folder, const TinyLinuxOptions& options) {
  const auto kernel = choose_kernel();
  if (!kernel) return {{}, {}, kernel.error().what};
  std::vector<std::string> asks{"modprobe",
                                "-S",
                                kernel->release,
                                "-d",
                                kernel->root.empty() ? "/" : kernel->root,
                                "-a",
                                "--show-depends",
                                "virtio_pci",
                                "virtio_net",
                                "e1000",
                                "button",
                                "evdev",
                                "ata_piix",
                                "sr_mod",
                                "isofs"};
  if (options.agent) asks.emplace_back("virtio_console");
  const auto listing = program_output(asks);
  const auto busybox = read_whole_file("/bin/busybox");
  if (!listing || !busybox) return {{}, {}, listing ? busybox.error().what : listing.error().what};
  const auto modules = module_paths(*listing);
  CpioWriter writer;
  const std::set<std::string> folders{"bin", "dev", "modules", "proc", "run", "seed", "sys"};
  for (const auto& name : folders) writer.add_folder(name);
  writer.add_device("dev/console", 5, 1);
  writer.add_device("dev/null", 1, 3);
  writer.add_file("bin/busybox", *busybox, true);
  for (const auto& module : modules)
    writer.add_file("modules/" + std::string(std::filesystem::path(module).filename()), read_whole_file(module).value_or(""), false);
  writer.add_file("init", init_script(modules, options), true);
  if (options.agent)
    if (auto added = add_agent(writer, folders); !added) return {{}, {}, added.error().what};
  const std::string path = folder + "/initrd" + std::to_string(options.script.size()) + (options.agent ? "-agent" : "");
  std::ofstream(path, std::ios::binary) << std::move(writer).finish();
  return {kernel->image, path, {}};
}

}  // namespace drawbridge::lab
