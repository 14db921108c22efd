// A machine in memory for the tests of this room, with the old configuration of sample_network.h running and the new one pending.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "base/digest.h"
#include "doors/fake_clock.h"
#include "doors/fake_files.h"
#include "doors/fake_hooks.h"
#include "doors/fake_kernel.h"
#include "doors/fake_probe.h"
#include "doors/fault_doors.h"
#include "transaction/journal.h"
#include "transaction/pending.h"
#include "transaction/sample_network.h"
#include "transaction/transaction.h"

namespace drawbridge::transaction::testing {

inline network::Snapshot bare_machine() {
  network::Snapshot snapshot;
  network::Link lo;
  lo.index = 1;
  lo.name = "lo";
  lo.loopback = true;
  lo.ethernet = false;
  lo.up = true;
  lo.mtu = 65536;
  snapshot.links["lo"] = lo;
  network::Link nic;
  nic.index = 2;
  nic.name = "enp5s0";
  nic.mtu = 1500;
  nic.mac = parse_mac("02:00:00:00:00:05").value();
  nic.permanent_mac = nic.mac;
  snapshot.links["enp5s0"] = nic;
  return snapshot;
}

/// A change to be made: the machine, and what the files of before and after ask for.
struct Sample {
  network::Snapshot bare;
  network::Desired before;
  network::Desired after;
};

inline const Sample& small_sample() {
  static const Sample kSample{bare_machine(), old_desired(), new_desired()};
  return kSample;
}

inline const Sample& large_sample() {
  static const Sample kSample = [] {
    Sample sample{bare_machine(), large_old_desired(), large_new_desired()};
    auto second = sample.bare.links.at("enp5s0");
    second.index = 3;
    second.name = "enp6s0";
    second.mac = parse_mac("02:00:00:00:00:06").value();
    second.permanent_mac = second.mac;
    for (auto* nic : {&sample.bare.links.at("enp5s0"), &second}) nic->max_mtu = 9216;
    sample.bare.links["enp6s0"] = second;
    return sample;
  }();
  return kSample;
}

/// All files but those that tell how the last transaction ended.
using FileState = std::map<std::string, std::string>;

class World {
 public:
  World() : World(small_sample()) {}
  explicit World(const Sample& wanted) : sample(wanted) {
    disk.files[paths.interfaces] = {kOldFile, 0644};
    for (const auto& planned : network::make_plan(kernel.state(), sample.before, {}).operations) {
      std::ignore = kernel.execute(std::span(&planned.operation, 1));
    }
    std::ignore = write_pending(files, clock, paths, kNewFile, "", "root@pam");
  }

  Doors doors() { return {faulty_kernel, faulty_files, clock, faulty_hooks, probe}; }
  /// The machine after the fault: the same disk and kernel, nothing of the process that was killed.
  Doors repaired() {
    disk.lock_holders.clear();
    faults = doors::Faults{};
    return doors();
  }
  void reboot() {
    kernel.state() = sample.bare;
    clock.reboot();
  }

  Request request() const {
    Request wanted;
    wanted.bytes = kNewFile;
    wanted.desired = sample.after;
    wanted.previous = sample.before;
    wanted.author = "root on pts/0";
    wanted.gateways = {{parse_ip("100.64.0.1").value(), "vmbr0"}};
    return wanted;
  }

  Result<Outcome> apply_now(const Request& wanted) { return apply(doors(), paths, wanted, note()); }
  Tell note() {
    return [this](const Progress& progress) { told.push_back(progress.stage + ": " + progress.text); };
  }

  FileState file_state() const {
    FileState state;
    for (const auto& [path, file] : disk.files) {
      if (!path.ends_with("/ended.json")) state[path] = file.bytes;
    }
    return state;
  }
  /// What a rollback promises to bring back, for the plan of request().
  network::Snapshot kernel_state() const {
    static const auto kSmall = plan_of(small_sample());
    static const auto kLarge = plan_of(large_sample());
    return network::comparable(kernel.state(), &sample == &large_sample() ? kLarge : kSmall);
  }
  static network::Plan plan_of(const Sample& wanted) {
    return network::make_plan(World(wanted).kernel.state(), wanted.after, wanted.before);
  }
  bool journal_there() const { return disk.files.contains(journal_path(paths)); }
  std::string file(const std::string& path) const {
    const auto at = disk.files.find(path);
    return at == disk.files.end() ? "(none)" : at->second.bytes;
  }

  const Sample& sample;
  Paths paths = paths_below("/root");
  doors::Faults faults;
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
  doors::FakeKernel kernel{sample.bare};
  doors::FakeHooks hooks;
  doors::FakeProbe probe;
  doors::FaultyFiles faulty_files{files, faults};
  doors::FaultyKernel faulty_kernel{kernel, faults};
  doors::FaultyHooks faulty_hooks{hooks, faults};
  std::vector<std::string> told;
};

}  // namespace drawbridge::transaction::testing
