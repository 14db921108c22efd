#include "cli/service.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "daemon/client.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {
namespace {

std::string link_target(const std::string& path) {
  std::array<char, 256> target{};
  const auto size = ::readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

std::string working_directory() {
  std::string folder(4096, '\0');
  return ::getcwd(folder.data(), folder.size()) == nullptr ? "/" : std::string(folder.c_str());
}

}  // namespace

std::string service_socket(const std::string& root) { return transaction::paths_below(root).run + "/service.sock"; }

std::string service_version() {
  std::string version = DRAWBRIDGE_VERSION " " + link_target("/proc/self/exe");
  for (const auto* name : {"net", "mnt", "pid"}) version += " " + link_target(std::string("/proc/self/ns/") + name);
  return version;
}

std::optional<Exit> run_in_service(const Invocation& invocation, const std::vector<std::string>& words, Console& console) {
  const char* wish = std::getenv("DRAWBRIDGE_SERVICE");
  if (!invocation.command().served || ::geteuid() != 0 || (wish != nullptr && std::string_view(wish) == "off")) return std::nullopt;
  const auto path = service_socket(invocation.globals.root);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  daemon::Handoff handoff{service_version(), words, {}, working_directory()};
  for (char** entry = environ; *entry != nullptr; ++entry) handoff.environment.emplace_back(*entry);
  const auto status = daemon::offer(path, handoff);
  if (!status) return console.fail(status.error());
  return *status ? std::optional(static_cast<Exit>(**status)) : std::nullopt;
}

}  // namespace drawbridge::cli
