#include "hypervisor/guest_process.h"

#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace drawbridge::hypervisor {
namespace {

std::string read_small(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Its command line names the VM's pid file, as qemu_command wrote it.
bool is_the_guest(pid_t pid, const RunFiles& files) {
  const std::string words = read_small("/proc/" + std::to_string(pid) + "/cmdline");
  const auto parts = split(words, '\0');
  const auto option = std::ranges::find(parts, std::string_view("-pidfile"));
  return option != parts.end() && std::next(option) != parts.end() && *std::next(option) == files.pid;
}

}  // namespace

std::optional<GuestProcess> GuestProcess::find(const RunFiles& files) {
  const auto pid = parse_number<std::int32_t>(trim(replace_all(read_small(files.pid), '\n', ' ')));
  if (!pid || *pid <= 0) return std::nullopt;
  // First the handle, then the look at who it is: so it can't become somebody else in between.
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (!handle.is_open() || !is_the_guest(*pid, files)) return std::nullopt;
  GuestProcess process(*pid, std::move(handle));
  if (process.wait(std::chrono::milliseconds(0))) return std::nullopt;
  return process;
}

bool GuestProcess::wait(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    pollfd polled{handle_.get(), POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (::poll(&polled, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000))) > 0) return true;
    if (left <= 0) return false;
  }
}

void GuestProcess::signal(int number) const { static_cast<void>(::syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0)); }

}  // namespace drawbridge::hypervisor
