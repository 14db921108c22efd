#include "cli/port_keeper.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <set>

#include "cli/unplugged_ports.h"
#include "engine/reconciler.h"
#include "guest/device_name.h"
#include "hypervisor/runner.h"
#include "store/descriptor.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// Somebody else wires a port by hand just now.
constexpr milliseconds kLockedPause{20};

class ServiceKernel final : public engine::FollowedKernel {
 public:
  explicit ServiceKernel(kernel::LiveKernel& live) : live_(live) {}
  Result<network::Snapshot> snapshot() override { return live_.snapshot(); }
  doors::Execution execute(std::span<const network::Operation> operations) override { return live_.execute(operations); }
  Result<const network::Snapshot*> glance() override {
    auto now = live_.glance();
    now_ = now ? *now : nullptr;
    return now;
  }
  engine::Names take_changes() override {
    auto changes = live_.take_changes();
    for (const auto& name : changes) {
      const auto owner = now_ != nullptr && !now_->links.contains(name) ? guest::parse_device_name(name) : std::nullopt;
      if (owner && owner->kind == guest::Kind::qemu) gone_.insert(owner->vmid);
    }
    return changes;
  }
  /// VMs of which a device has gone since the last call.
  std::set<guest::Vmid> take_gone() { return std::exchange(gone_, {}); }

 private:
  kernel::LiveKernel& live_;
  const network::Snapshot* now_ = nullptr;
  std::set<guest::Vmid> gone_;
};

class Keeper final : public PortKeeper {
 public:
  Keeper(kernel::LiveKernel& kernel, doors::Files& files, doors::Clock& clock, Console& console, std::string root, int timer, int ends)
      : kernel_(kernel),
        files_(files),
        clock_(clock),
        console_(console),
        root_(std::move(root)),
        timer_(timer),
        ends_(ends),
        reconciler_(kernel_, clock, [this](const Diagnostic& line) { tell(line); }) {}

  int timer() const override { return timer_.number(); }
  int ended() const override { return ends_.number(); }

  void set_guests(std::vector<guest::Guest> guests) override { reconciler_.set_guests(std::move(guests)); }
  void set_policies(guest::BridgePolicies policies) override { reconciler_.set_policies(std::move(policies)); }

  void run() override {
    std::uint64_t expirations = 0;
    std::ignore = ::read(timer_.number(), &expirations, sizeof expirations);
    collect();  // ends are heard whoever wires ports: unheard they would wake us without pause
    const auto lock = files_.lock(ports_lock(root_), milliseconds(0));
    if (!lock) return wake_at(clock_.boot_time() + kLockedPause);
    if (const auto now = kernel_.glance()) reconciler_.set_unplugged(unplugged_ports(files_, root_, **now));
    const auto next = reconciler_.run();
    const bool waits = collect();
    const auto soon = clock_.boot_time() + kLockedPause;
    wake_at(waits ? std::min(next.value_or(soon), soon) : next);
  }

 private:
  void tell(const Diagnostic& line) {
    if (line.code == "port-wired") {
      console_.note(line.message);
    } else {
      console_.diagnose({line});
    }
  }

  /// What VMs that shut down by themselves have left. True: somebody holds one's lock just now.
  bool collect() {
    left_.merge(kernel_.take_gone());
    for (auto watched = ending_.begin(); watched != ending_.end();) {
      if (!watched->second.wait(milliseconds(0))) {
        ++watched;
        continue;
      }
      // Children may hold the descriptor too: closing ours would not take it out.
      ::epoll_ctl(ends_.number(), EPOLL_CTL_DEL, watched->second.descriptor(), nullptr);
      left_.insert(watched->first);
      watched = ending_.erase(watched);
    }
    std::erase_if(left_, [this](guest::Vmid vmid) { return is_settled(vmid); });
    return !left_.empty();
  }

  /// Nothing is left of the VM, or it runs still and its end will be heard: its device goes before it does.
  bool is_settled(guest::Vmid vmid) {
    const auto left = hypervisor::run_files(root_, vmid);
    if (!files_.read(left.record) || await_end(vmid, left)) return true;
    // Whoever starts or stops it holds the lock, and cleans up himself.
    const auto lock = files_.lock(left.lock, milliseconds(0));
    if (!lock) return false;
    if (!files_.read(left.record) || await_end(vmid, left)) return true;
    hypervisor::clean_up(left);
    console_.note("VM " + std::to_string(vmid) + " has shut down by itself");
    return true;
  }

  /// False: it has ended.
  bool await_end(guest::Vmid vmid, const hypervisor::RunFiles& files) {
    if (ending_.contains(vmid)) return true;
    auto process = hypervisor::GuestProcess::find(files);
    if (!process) return false;
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(ends_.number(), EPOLL_CTL_ADD, process->descriptor(), &event) == 0) ending_.emplace(vmid, *std::move(process));
    return true;
  }

  void wake_at(std::optional<nanoseconds> when) {
    itimerspec setting{};
    if (when) {
      const auto time = std::max(*when, nanoseconds(1));
      setting.it_value.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(time).count();
      setting.it_value.tv_nsec = (time % std::chrono::seconds(1)).count();
    }
    ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &setting, nullptr);
  }

  ServiceKernel kernel_;
  doors::Files& files_;
  doors::Clock& clock_;
  Console& console_;
  std::string root_;
  store::Descriptor timer_;
  store::Descriptor ends_;                                  ///< readable when one of `ending_` has ended
  std::map<guest::Vmid, hypervisor::GuestProcess> ending_;  ///< VMs that have lost a device
  std::set<guest::Vmid> left_;                              ///< ended, or so it seems: to be cleaned up behind
  engine::Reconciler reconciler_;
};

}  // namespace

std::string ports_lock(const std::string& root) { return transaction::paths_below(root).run + "/ports.lock"; }

Result<std::unique_ptr<PortKeeper>> PortKeeper::open(kernel::LiveKernel& kernel, doors::Files& files, doors::Clock& clock, Console& console,
                                                     std::string root) {
  const int timer = ::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return fail_errno(errno, "can't make a timer");
  const int ends = ::epoll_create1(EPOLL_CLOEXEC);
  if (ends < 0) return fail_errno(errno, "can't wait for VMs to end");
  return std::make_unique<Keeper>(kernel, files, clock, console, std::move(root), timer, ends);
}

}  // namespace drawbridge::cli
