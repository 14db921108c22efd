// Abstract Unix sockets, one per user and name.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/hub.h"

namespace drawbridge::lab {
namespace {

std::string prefix() { return fmt::format("drawbridge-lab-{}-", getuid()); }

struct Address {
  sockaddr_un where{};
  socklen_t length = 0;
};

Result<Address> address_of(const std::string& name) {
  const std::string text = prefix() + name;
  const bool fits = text.size() < sizeof(sockaddr_un::sun_path) - 1;
  if (name.empty() || !fits || has_control_character(name)) return fail(Errc::invalid_input, "not a name for a lab: " + printable(name));
  Address address;
  address.where.sun_family = AF_UNIX;
  std::copy(text.begin(), text.end(), address.where.sun_path + 1);
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  return address;
}

}  // namespace

Result<OwnedFd> listen_as(const std::string& name) {
  const Address address = TRY(address_of(name));
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return fail_errno(errno, "socket");
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.where), address.length) != 0) {
    if (errno == EADDRINUSE) {
      return fail(Errc::conflict, "a lab named " + name + " is up already", {},
                  "use it with \"lab run --name " + name + "\", or end it with \"lab down --name " + name + "\"");
    }
    return fail_errno(errno, "bind");
  }
  if (listen(fd.get(), 64) != 0) return fail_errno(errno, "listen");
  return fd;
}

Result<OwnedFd> connect_to(const std::string& name) {
  const Address address = TRY(address_of(name));
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fail_errno(errno, "socket");
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.where), address.length) != 0) {
    return fail(Errc::not_found, "no lab named " + name + " is up", {}, "start one with \"drawbridge lab up --name " + name + "\"");
  }
  return fd;
}

std::vector<std::string> names_of_labs() {
  std::vector<std::string> names;
  const std::string mark = "@" + prefix();
  const std::string table = read_whole_file("/proc/net/unix").value_or("");
  for (const std::string_view line : split(table, '\n')) {
    const auto at = line.find(mark);
    if (at != std::string_view::npos) names.emplace_back(line.substr(at + mark.size()));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace drawbridge::lab
