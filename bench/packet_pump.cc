#include "packet_pump.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace drawbridge::bench {
namespace {

constexpr const char* kFolder = "/proc/net/pktgen/";

/// The generator takes one line a write.
Result<void> tell(const std::string& file, const std::string& line) {
  const std::string path = kFolder + file;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return fail_errno(errno, path);
  const std::string whole = line + "\n";
  const auto written = ::write(descriptor, whole.data(), whole.size());
  const int number = errno;
  ::close(descriptor);
  if (written < 0) return fail_errno(number, fmt::format("{}: {}", path, line));
  return {};
}

std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Its thread does what it is told when it wakes up, which may be after the write has come back; and now and then it forgets.
Result<std::string> tell_until(const std::string& file, const std::string& line, const std::string& answering, std::string_view answer) {
  for (int tries = 0; tries < 3000; ++tries) {
    // Not while it runs: a second start would follow the first.
    if (tries % 50 == 0 && contents(std::string(kFolder) + "kpktgend_0").find("Running: \n") != std::string::npos)
      TRY_VOID(tell(file, line));
    std::string found = contents(kFolder + answering);
    if (found.find(answer) != std::string::npos) return found;
    ::poll(nullptr, 0, 10);
  }
  return fail(Errc::timed_out, fmt::format("the generator does not do \"{}\"", line));
}

Result<void> set_up(const Frames& frames) {
  TRY_VOID(tell_until("kpktgend_0", "rem_device_all", "kpktgend_0", "Stopped: \n"));
  TRY_VOID(tell("kpktgend_0", "add_device " + frames.device));
  const std::string lines[] = {
      "xmit_mode netif_receive",
      fmt::format("count {}", frames.count),
      fmt::format("burst {}", frames.alike),
      "pkt_size 64",
      "delay 0",
      "src_mac " + frames.source_mac,
      "dst_mac " + frames.destination_mac,
      "src_min " + frames.source,
      "src_max " + frames.source,
      "dst_min " + frames.destination,
      "dst_max " + frames.destination,
      fmt::format("udp_src_min {}", frames.first_source_port),
      fmt::format("udp_src_max {}", frames.first_source_port + frames.source_ports),
      fmt::format("udp_dst_min {}", frames.first_destination_port),
      fmt::format("udp_dst_max {}", frames.first_destination_port + frames.destination_ports),
  };
  for (const std::string& line : lines) TRY_VOID(tell(frames.device, line));
  return {};
}

}  // namespace

std::string why_no_pump() {
  return std::filesystem::exists(std::string(kFolder) + "pgctrl") ? "" : "this kernel has no pktgen (modprobe pktgen)";
}

Result<double> pump(const Frames& frames) {
  TRY_VOID(set_up(frames));
  // "Result: OK: 12345(c12000+d345) usec, 20000 (64byte,0frags)"
  const std::string told = TRY(tell_until("pgctrl", "start", frames.device, " usec, "));
  const auto at = told.find("Result: OK: ");
  if (at == std::string::npos) return fail(Errc::unavailable, "the generator failed: " + told);
  const double microseconds = std::strtod(told.c_str() + at + 12, nullptr);
  return microseconds * 1000 / frames.count;
}

Result<std::uint64_t> sent_by(const std::string& device) {
  std::istringstream text(contents("/proc/net/dev"));
  for (std::string line; std::getline(text, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.substr(line.find_first_not_of(' '), colon - line.find_first_not_of(' ')) != device) continue;
    std::istringstream numbers(line.substr(colon + 1));
    std::uint64_t number = 0;
    for (int column = 0; column < 10; ++column) numbers >> number;
    return number;
  }
  return fail(Errc::not_found, "there is no device " + device);
}

}  // namespace drawbridge::bench
