// `drawbridge daemon`: the service that keeps the kernel's state and the files' meaning at hand.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>

#include "cli/context.h"
#include "cli/run.h"
#include "cli/service.h"
#include "cli/verbs.h"
#include "cli/warm.h"
#include "daemon/service.h"
#include "store/folder_watch.h"

namespace drawbridge::cli {
namespace {

/// Tells the system's manager that we are ready; sd_notify(3) without its library, whose own libraries would slow down every start.
void notify_ready() {
  const char* target = std::getenv("NOTIFY_SOCKET");
  if (target == nullptr || *target == '\0') return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path(target);
  if (path.size() >= sizeof address.sun_path) return;
  path.copy(address.sun_path, path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  constexpr std::string_view kReady = "READY=1";
  std::ignore = ::sendto(fd, kReady.data(), kReady.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  ::close(fd);
}

Result<void> serve(Context& context) {
  auto& system = context.system;
  auto warm = TRY(Warm::open(system.files(), system.root()));
  auto watch = TRY(store::FolderWatch::open({system.root() + "/etc/network", system.root() + "/etc/network/interfaces.d"}));
  warm.settle(false);
  const daemon::Work work{.version = service_version(),
                          .prepare = [&] { return warm.prepare(); },
                          .release = [&] { warm.release(); },
                          .run =
                              [&](const daemon::Handoff& handoff) {
                                warm.step_into_child();
                                const int status = run("drawbridge", handoff.words, &warm);
                                return daemon::CommandEnd{status, warm.has_changed()};
                              },
                          .settle = [&](bool changed) { warm.settle(changed); },
                          .ready =
                              [&] {
                                notify_ready();
                                context.console.detail("listening at " + service_socket(system.root()));
                              }};
  const std::vector<daemon::Wakeup> wakeups{{warm.descriptor(), [&] { warm.hear(); }}, {watch.descriptor(), [&] {
                                                                                          if (watch.drain()) warm.settle(false);
                                                                                        }}};
  std::error_code missing;
  std::filesystem::create_directories(system.paths().run, missing);  // where it can't be made, listening says so
  return daemon::serve(service_socket(system.root()), work, wakeups);
}

}  // namespace

Exit run_daemon(Context& context) {
  if (auto served = serve(context); !served) return context.console.fail(served.error());
  return Exit::done;
}

}  // namespace drawbridge::cli
