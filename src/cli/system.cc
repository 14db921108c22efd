#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "cli/context.h"
#include "cli/warm.h"
#include "kernel/live_kernel.h"
#include "kernel/network_probe.h"
#include "process/dhcp_kernel.h"
#include "process/shell_hooks.h"
#include "process/system_clock.h"
#include "store/directory_files.h"

namespace drawbridge::cli {

struct System::Objects {
  store::DirectoryFiles files;
  process::SystemClock clock;
  process::ShellHooks hooks;
  kernel::NetworkProbe probe;
  std::optional<kernel::LiveKernel> live;     ///< so that the look after a change costs what has changed
  std::optional<process::DhcpKernel> kernel;  ///< the live one, or the service's, with the DHCP clients
};

namespace {

process::DhcpOptions dhcp_below(const std::string& root) { return {.run = root + "/run", .leases = root + "/var/lib/dhcp"}; }

}  // namespace

System::System(std::string root, Warm* warm)
    : root_(std::move(root)), paths_(transaction::paths_below(root_)), objects_(std::make_unique<Objects>()), warm_(warm) {}
System::~System() = default;

doors::Files& System::files() { return objects_->files; }
doors::Clock& System::clock() { return objects_->clock; }

Result<doors::Kernel*> System::kernel() {
  if (lent_) drop_kernel();
  if (!objects_->kernel) {
    if (warm_ != nullptr && !handed_over_) {
      objects_->kernel.emplace(warm_->kernel(), dhcp_below(root_));
    } else {
      objects_->live.emplace(TRY(kernel::LiveKernel::open()));
      objects_->kernel.emplace(*objects_->live, dhcp_below(root_));
    }
  }
  return &*objects_->kernel;
}

Result<network::Snapshot> System::snapshot() { return TRY(kernel())->snapshot(); }

Result<transaction::Doors> System::doors() {
  doors::Kernel* opened = TRY(kernel());
  return transaction::Doors{*opened, objects_->files, objects_->clock, objects_->hooks, objects_->probe};
}

Result<void> System::find_dhcp_client() {
  TRY_VOID(process::DhcpClients(dhcp_below(root_)).program());
  return {};
}

void System::drop_kernel() {
  objects_->kernel.reset();
  objects_->live.reset();
  lent_ = false;
}

void System::hand_kernel_over() {
  handed_over_ = true;
  lent_ = true;
  if (warm_ == nullptr) return;
  warm_->note_change();
  drop_kernel();
}

void System::take_kernel() {
  lent_ = false;
  if (warm_ == nullptr) return;
  drop_kernel();
  // Without sockets of its own the child would share them with the service's: then it begins anew.
  handed_over_ = !warm_->renew();
}

Result<Source> System::running() {
  if (warm_ != nullptr) {
    const auto bytes = files().read(paths_.interfaces);
    auto source = bytes ? warm_->take_running(paths_.interfaces, *bytes) : std::nullopt;
    if (source) return std::move(*source);
  }
  return read_running(files(), root_);
}

Meaning System::meaning(const Source& source, const network::Snapshot& now) {
  auto ready = warm_ == nullptr || handed_over_ ? std::nullopt : warm_->take_meaning(source);
  return ready ? std::move(*ready) : make_meaning(source, &now);
}

void System::note_settled() {
  if (warm_ != nullptr && !handed_over_) warm_->note_settled();
}

bool System::is_settled(const Source& source) { return warm_ != nullptr && !handed_over_ && warm_->is_settled(source); }

std::optional<doors::Session> asking_session() {
  const char* text = std::getenv("SSH_CONNECTION");
  return text == nullptr ? std::nullopt : kernel::session_from_environment(text);
}

std::string asking_task() {
  const char* told = std::getenv("DRAWBRIDGE_TASK");
  return told != nullptr && geteuid() == 0 ? printable(told, 256) : "";
}

std::string author() {
  // What root's own service says of the person that it acts for; whoever can set it for root is root.
  if (const char* told = std::getenv("DRAWBRIDGE_AUTHOR"); told != nullptr && *told != '\0' && geteuid() == 0) return printable(told, 160);
  const passwd* entry = getpwuid(geteuid());
  std::string name = entry != nullptr ? entry->pw_name : std::to_string(geteuid());
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && name != sudo) name = printable(sudo, 32) + " (as " + name + ")";
  if (const auto session = asking_session()) name += " from " + format_ip(session->peer);
  return name;
}

}  // namespace drawbridge::cli
