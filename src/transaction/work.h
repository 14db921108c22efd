// What every step of a transaction has at hand, and the limits of their patience.
#pragma once

#include <chrono>
#include <string>

#include "transaction/transaction.h"

namespace drawbridge::transaction {

inline constexpr std::chrono::seconds kLockPatience{5};
inline constexpr std::chrono::seconds kHookPatience{60};
inline constexpr std::chrono::seconds kProbePatience{5};  ///< after the change: neighbours need a moment
inline constexpr std::chrono::seconds kProbePatienceBefore{1};
inline constexpr std::chrono::seconds kSettlePatience{2};  ///< until the re-read kernel equals the files
inline constexpr std::chrono::seconds kAwaitSlice{1};      ///< longest wait between two looks at the journal
inline constexpr int kWayBackAttempts = 3;

struct Work {
  Doors doors;
  const Paths& paths;
  const Tell& tell;

  void say(const std::string& stage, std::string text, std::size_t done = 0, std::size_t total = 0) const {
    if (tell) tell(Progress{stage, std::move(text), done, total});
  }
};

inline std::string transaction_lock(const Paths& paths) { return paths.run + "/network.lock"; }
/// Held from apply's begin to its end, also while it awaits and lets others in: tells that somebody keeps the deadline.
inline std::string waiter_lock(const Paths& paths) { return paths.run + "/waiter.lock"; }

}  // namespace drawbridge::transaction
