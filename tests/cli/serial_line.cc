#include "tests/cli/serial_line.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "lab/owned_fd.h"

namespace drawbridge::e2e {

std::string line_of_serial(const std::string& path, const std::vector<std::string>& words, std::chrono::seconds patience) {
  const lab::OwnedFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "no serial port";
  const timeval pause{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause);
  std::string text;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    std::array<char, 4096> bytes{};
    const auto got = ::read(socket.get(), bytes.data(), bytes.size());
    if (got == 0) break;
    if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string line = text.substr(begin, end - begin);
      if (std::ranges::all_of(words, [&](const std::string& word) { return line.find(word) != std::string::npos; })) return "";
    }
  }
  return "never seen; last: " + text.substr(text.size() - std::min<std::size_t>(text.size(), 600));
}

}  // namespace drawbridge::e2e
