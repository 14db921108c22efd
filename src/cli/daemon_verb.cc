// `drawbridge daemon`: the service that keeps the kernel's state and the files' meaning at hand.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>

#include "cli/context.h"
#include "cli/guest_desk.h"
#include "cli/log_keeper.h"
#include "cli/port_keeper.h"
#include "cli/run.h"
#include "cli/service.h"
#include "cli/verbs.h"
#include "cli/warm.h"
#include "daemon/service.h"
#include "store/folder_watch.h"
#include "store/guest_files.h"

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
  std::error_code missing;
  auto warm = TRY(Warm::open(system.files(), system.root()));
  auto watch = TRY(store::FolderWatch::open({system.root() + "/etc/network", system.root() + "/etc/network/interfaces.d"}));
  warm.settle(false);
  const auto node = TRY(node_name(context));
  const auto guest_folders = store::guest_folders(system.root(), node);
  for (const auto& folder : guest_folders) std::filesystem::create_directories(folder, missing);  // else there is nothing to watch
  auto guests = TRY(store::FolderWatch::open(guest_folders));
  const auto ports = TRY(PortKeeper::open(warm.followed(), system.files(), system.clock(), context.console, system.root(), node));
  ports->read_guests();
  ports->read_network();
  // Files first, whatever woke us: who changes a card writes its file before its port, and the port must not be put back.
  const auto keep_ports = [&] {
    if (guests.drain()) ports->read_guests();
    if (watch.drain()) {
      warm.settle(false);
      ports->read_network();
    }
    ports->run();
  };
  const daemon::Work work{.version = service_version(),
                          .prepare = [&] { return warm.prepare(); },
                          .release =
                              [&] {
                                warm.release();
                                keep_ports();  // what the look for the command heard
                              },
                          .run =
                              [&](const daemon::Handoff& handoff) {
                                warm.step_into_child();
                                const int status = run("drawbridge", handoff.words, &warm);
                                return daemon::CommandEnd{status, warm.has_changed()};
                              },
                          .settle =
                              [&](bool changed) {
                                warm.settle(changed);
                                keep_ports();
                              },
                          .ready =
                              [&] {
                                notify_ready();
                                keep_ports();
                                context.console.detail("listening at " + service_socket(system.root()));
                              }};
  const auto kernel_changed = [&] {
    warm.hear();
    keep_ports();
  };
  std::vector<daemon::Wakeup> wakeups{{warm.descriptor(), kernel_changed},
                                      {watch.descriptor(), keep_ports},
                                      {guests.descriptor(), keep_ports},
                                      {ports->timer(), keep_ports},
                                      {ports->ended(), keep_ports}};
  // Where another program writes the firewall's log it goes on doing so.
  auto log = LogKeeper::open(system.root(), context.console);
  if (log) {
    wakeups.push_back({(*log)->descriptor(), [&] { (*log)->run(); }});
  } else {
    context.console.note("the firewall's log is not written: " + log.error().what);
  }
  std::filesystem::create_directories(system.paths().run, missing);  // where it can't be made, listening says so
  return daemon::serve(service_socket(system.root()), work, wakeups);
}

}  // namespace

Exit run_daemon(Context& context) {
  if (auto served = serve(context); !served) return context.console.fail(served.error());
  return Exit::done;
}

}  // namespace drawbridge::cli
