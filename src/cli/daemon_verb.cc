// `drawbridge daemon`: the service that keeps the kernel's state and the files' meaning at hand.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "cli/context.h"
#include "cli/firewall_keeper.h"
#include "cli/guest_desk.h"
#include "cli/keep_question.h"
#include "cli/log_keeper.h"
#include "cli/port_keeper.h"
#include "cli/ready.h"
#include "cli/run.h"
#include "cli/service.h"
#include "cli/until_quiet.h"
#include "cli/verbs.h"
#include "cli/warm.h"
#include "daemon/service.h"
#include "store/folder_watch.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

using std::chrono::seconds;

std::vector<std::string> made_folders(std::vector<std::string> folders) {
  std::error_code missing;
  for (const auto& folder : folders) std::filesystem::create_directories(folder, missing);  // else there is nothing to watch
  return folders;
}

/// What the service looks after by itself: the firewall's rules and the guests' ports.
class Keepers {
 public:
  static Result<Keepers> open(Context& context, Warm& warm) {
    auto& system = context.system;
    auto node = TRY(node_name(context));
    auto network = TRY(store::FolderWatch::open({system.root() + "/etc/network", system.root() + "/etc/network/interfaces.d"}));
    auto guests = TRY(store::FolderWatch::open(made_folders(store::guest_folders(system.root(), node))));
    auto ports = TRY(PortKeeper::open(warm.followed(), system.files(), system.clock(), context.console, system.root()));
    auto firewall =
        TRY(FirewallKeeper::open(system.files(), system.clock(), context.console, system.paths(), system.root(), node,
                                 seconds(static_cast<std::int64_t>(
                                     context.arguments().number("undo-after").value_or(static_cast<std::uint64_t>(kWindow.count()))))));
    return Keepers(context, warm, std::move(node), std::move(network), std::move(guests), std::move(ports), std::move(firewall));
  }

  void run() {
    // The firewall's look may hear of a port before the ports do.
    until_quiet(
        kMostRounds, [this] { work(); },
        [this] {
          look();
          firewall_->run();
        },
        [this] { return warm_.followed().generation(); });
  }
  void finish() { firewall_->finish(); }

  std::vector<int> descriptors() const {
    std::vector<int> all{network_.descriptor(), guests_.descriptor(), ports_->timer(), ports_->ended()};
    for (const int descriptor : firewall_->descriptors()) all.push_back(descriptor);
    return all;
  }

 private:
  Keepers(Context& context, Warm& warm, std::string node, store::FolderWatch network, store::FolderWatch guests,
          std::unique_ptr<PortKeeper> ports, std::unique_ptr<FirewallKeeper> firewall)
      : context_(context),
        warm_(warm),
        node_(std::move(node)),
        network_(std::move(network)),
        guests_(std::move(guests)),
        ports_(std::move(ports)),
        firewall_(std::move(firewall)) {}

  static constexpr int kMostRounds = 64;

  /// Files first, whatever woke us: who changes a card writes its file before its port, and the port must not be put back. Then rules,
  /// so that no port is without.
  void work() {
    read_files();
    if (!std::exchange(has_run_, true)) look();
    firewall_->run();
    read_files();  // what was written while rules were put into force; its rules come first, too
    firewall_->run();
    if (firewall_->is_safe())
      ports_->run();
    else
      tell_waiting();
  }

  void read_files() {
    if (guests_.drain() || !has_run_) read_guests();
    if (network_.drain() || !has_run_) read_network();
  }

  void look() {
    if (const auto now = warm_.followed().glance()) firewall_->look_at(**now, warm_.followed().generation());
  }

  /// Ports are wired when there are rules: the firewall tries again by itself.
  void tell_waiting() {
    if (!std::exchange(told_waiting_, true))
      context_.console.note("guests' ports are not wired while the firewall's rules can't be put into force");
  }

  void read_guests() {
    auto inventory = store::read_inventory(context_.system.files(), context_.system.root(), node_);
    if (!inventory) return context_.console.diagnose({to_diagnostic(inventory.error(), "guests-unreadable")});
    firewall_->set_guests(inventory->guests);
    ports_->set_guests(std::move(inventory->guests));
  }

  void read_network() {
    warm_.settle(false);
    const auto source = read_running(context_.system.files(), context_.system.root());
    if (!source) return context_.console.diagnose({to_diagnostic(source.error(), "interfaces-unreadable")});
    const auto model = network::make_model(source->configuration, nullptr);
    auto policies = guest::bridge_policies(model, network::resolve(model, nullptr).desired);
    std::set<std::string> bridges;
    for (const auto& [name, policy] : policies.bridges) bridges.insert(name);
    firewall_->set_bridges(std::move(bridges));
    ports_->set_policies(std::move(policies));
  }

  Context& context_;
  Warm& warm_;
  std::string node_;
  store::FolderWatch network_;
  store::FolderWatch guests_;
  std::unique_ptr<PortKeeper> ports_;
  std::unique_ptr<FirewallKeeper> firewall_;
  bool has_run_ = false;
  bool told_waiting_ = false;
};

daemon::Work work_of(Context& context, Warm& warm, Keepers& keepers) {
  return {.version = service_version(),
          .prepare = [&] { return warm.prepare(); },
          .release =
              [&] {
                warm.release();
                keepers.run();  // what the look for the command heard
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
                keepers.run();
              },
          .ready =
              [&] {
                keepers.run();
                notify_ready();
                context.console.detail("listening at " + service_socket(context.system.root()));
              }};
}

Result<void> serve(Context& context) {
  auto& system = context.system;
  auto warm = TRY(Warm::open(system.files(), system.root()));
  warm.settle(false);
  auto keepers = TRY(Keepers::open(context, warm));
  std::vector<daemon::Wakeup> wakeups{{warm.descriptor(), [&] {
                                         warm.hear();
                                         keepers.run();
                                       }}};
  for (const int descriptor : keepers.descriptors()) wakeups.push_back({descriptor, [&] { keepers.run(); }});
  // Where another program writes the firewall's log it goes on doing so.
  auto log = LogKeeper::open(system.root(), context.console);
  if (log) {
    wakeups.push_back({(*log)->descriptor(), [&] { (*log)->run(); }});
  } else {
    context.console.note("the firewall's log is not written: " + log.error().what);
  }
  std::ignore = made_folders({system.paths().run});  // where it can't be made, listening says so
  auto served = daemon::serve(service_socket(system.root()), work_of(context, warm, keepers), wakeups);
  keepers.finish();
  return served;
}

}  // namespace

Exit run_daemon(Context& context) {
  if (auto served = serve(context); !served) return context.console.fail(served.error());
  return Exit::done;
}

}  // namespace drawbridge::cli
