#include "lab/tiny_linux.h"

#include <filesystem>
#include <fstream>

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

std::string init_script(const std::vector<std::string>& modules, const std::string& script) {
  std::string text =
      "#!/bin/busybox sh\nb() { /bin/busybox \"$@\"; }\n"
      "b mount -t proc proc /proc; b mount -t sysfs sys /sys; b mount -t devtmpfs dev /dev\n" +
      (script.empty() ? "" : "b " + script + "\n");
  for (const auto& module : modules) text += "b insmod /modules/" + std::string(std::filesystem::path(module).filename()) + "\n";
  return text + kLoop;
}

}  // namespace

TinyLinux make_tiny_linux(const std::string& folder, const std::string& script) {
  const auto kernel = choose_kernel();
  if (!kernel) return {{}, {}, kernel.error().what};
  const auto listing =
      program_output({"modprobe", "-S", kernel->release, "-d", kernel->root.empty() ? "/" : kernel->root, "-a", "--show-depends",
                      "virtio_pci", "virtio_net", "e1000", "button", "evdev", "ata_piix", "sr_mod", "isofs"});
  const auto busybox = read_whole_file("/bin/busybox");
  if (!listing || !busybox) return {{}, {}, listing ? busybox.error().what : listing.error().what};
  const auto modules = module_paths(*listing);
  CpioWriter writer;
  for (const char* name : {"bin", "dev", "proc", "sys", "seed", "modules"}) writer.add_folder(name);
  writer.add_device("dev/console", 5, 1);
  writer.add_device("dev/null", 1, 3);
  writer.add_file("bin/busybox", *busybox, true);
  for (const auto& module : modules)
    writer.add_file("modules/" + std::string(std::filesystem::path(module).filename()), read_whole_file(module).value_or(""), false);
  writer.add_file("init", init_script(modules, script), true);
  const std::string path = folder + "/initrd" + std::to_string(script.size());
  std::ofstream(path, std::ios::binary) << std::move(writer).finish();
  return {kernel->image, path, {}};
}

}  // namespace drawbridge::lab
