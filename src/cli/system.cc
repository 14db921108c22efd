#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "cli/context.h"
#include "kernel/network_probe.h"
#include "kernel/rtnetlink.h"
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
  std::optional<kernel::Rtnetlink> rtnetlink;
  std::optional<process::DhcpKernel> kernel;  ///< rtnetlink with the DHCP clients
};

namespace {

process::DhcpOptions dhcp_below(const std::string& root) { return {.run = root + "/run", .leases = root + "/var/lib/dhcp"}; }

}  // namespace

System::System(std::string root) : root_(std::move(root)), paths_(transaction::paths_below(root_)), objects_(std::make_unique<Objects>()) {}
System::~System() = default;

doors::Files& System::files() { return objects_->files; }
doors::Clock& System::clock() { return objects_->clock; }

Result<doors::Kernel*> System::kernel() {
  if (!objects_->kernel) {
    objects_->rtnetlink.emplace(TRY(kernel::Rtnetlink::open()));
    objects_->kernel.emplace(*objects_->rtnetlink, dhcp_below(root_));
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

void System::forget_kernel() {
  objects_->kernel.reset();
  objects_->rtnetlink.reset();
}

std::optional<doors::Session> asking_session() {
  const char* text = std::getenv("SSH_CONNECTION");
  return text == nullptr ? std::nullopt : kernel::session_from_environment(text);
}

std::string author() {
  const passwd* entry = getpwuid(geteuid());
  std::string name = entry != nullptr ? entry->pw_name : std::to_string(geteuid());
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && name != sudo) name = printable(sudo, 32) + " (as " + name + ")";
  if (const auto session = asking_session()) name += " from " + format_ip(session->peer);
  return name;
}

}  // namespace drawbridge::cli
