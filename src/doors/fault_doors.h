// Doors that break: each call through them is counted, and at a chosen count the power is cut, the disk is full or the kernel
// refuses. They stand before fakes in unit tests (the cut is an exception) and before the real doors in the lab (the cut is
// SIGKILL), so both walk through the same moments.
#pragma once

#include <cerrno>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "doors/clock.h"
#include "doors/files.h"
#include "doors/hooks.h"
#include "doors/kernel.h"
#include "doors/probe.h"

namespace drawbridge::doors {

/// Thrown where the power is cut in a unit test; no code under test catches it.
struct PowerLoss {};

/// One plan of misfortune, shared by the doors of one "process". Indexes count from 0.
struct Faults {
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  std::size_t cut_at = kNever;               ///< moment: before or after an effect on the world
  std::size_t fail_write_at = kNever;        ///< Files::write that gives ENOSPC
  bool disk_stays_full = false;              ///< … and all that follow
  std::size_t refuse_operation_at = kNever;  ///< kernel operation that gives EPERM, counted over all batches
  bool go_on_after_refusal = false;          ///< the rest of a refused batch runs: the kernel door promises neither
  std::function<void()> cut = [] { throw PowerLoss{}; };

  std::size_t moments = 0;
  std::size_t writes = 0;
  std::size_t operations = 0;

  void moment() {
    if (moments++ == cut_at) cut();
  }
};

class FaultyFiles final : public Files {
 public:
  FaultyFiles(Files& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<std::string> read(const std::string& path) override { return inner_.read(path); }
  Result<void> write(const std::string& path, std::string_view bytes, unsigned mode = 0644) override {
    faults_.moment();
    const auto number = faults_.writes++;
    if (number == faults_.fail_write_at || (faults_.disk_stays_full && number >= faults_.fail_write_at)) {
      return fail_errno(ENOSPC, "can't write " + path);
    }
    auto result = inner_.write(path, bytes, mode);
    faults_.moment();
    return result;
  }
  Result<void> remove(const std::string& path) override {
    faults_.moment();
    auto result = inner_.remove(path);
    faults_.moment();
    return result;
  }
  Result<std::vector<std::string>> list(const std::string& folder) override { return inner_.list(folder); }
  bool is_executable(const std::string& path) override { return inner_.is_executable(path); }
  std::vector<std::string> glob(const std::string& pattern) override { return inner_.glob(pattern); }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) override {
    return inner_.lock(path, patience);
  }
  Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) override {
    faults_.moment();
    return inner_.wait_for_change(folder, deadline);
  }

 private:
  Files& inner_;
  Faults& faults_;
};

/// Hands operations on one by one while a fault is armed, so that a batch can break anywhere inside.
class FaultyKernel final : public Kernel {
 public:
  FaultyKernel(Kernel& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<network::Snapshot> snapshot() override { return inner_.snapshot(); }
  Execution execute(std::span<const network::Operation> operations) override {
    Execution whole;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      faults_.moment();
      const bool refuse = faults_.operations++ == faults_.refuse_operation_at;
      const auto one = refuse ? refused() : inner_.execute(operations.subspan(i, 1));
      ++whole.attempted;
      if (one.error && !whole.error) {
        whole.error = one.error;
        whole.failed = i;
        if (!faults_.go_on_after_refusal) break;
      }
    }
    faults_.moment();
    return whole;
  }

 private:
  static Execution refused() { return Execution{1, 0, fail_errno(EPERM, "refused by the test").error()}; }

  Kernel& inner_;
  Faults& faults_;
};

class FaultyHooks final : public Hooks {
 public:
  FaultyHooks(Hooks& inner, Faults& faults) : inner_(inner), faults_(faults) {}
  Result<HookOutcome> run(const network::RunHook& hook, std::chrono::milliseconds patience) override {
    faults_.moment();
    auto result = inner_.run(hook, patience);
    faults_.moment();
    return result;
  }

 private:
  Hooks& inner_;
  Faults& faults_;
};

}  // namespace drawbridge::doors
