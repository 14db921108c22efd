// The service's part in trials of the firewall's files: it ends those whose time is over, and begins one itself when what somebody saved
// by hand would leave no administrator a way in.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/console.h"
#include "firewall/lockout.h"
#include "kernel/remote_logins.h"
#include "store/firewall_files.h"
#include "transaction/file_trial.h"

namespace drawbridge::cli {

/// A session, and the terminals at which somebody sits behind it.
struct Seat {
  firewall::Login login;
  std::vector<std::string> terminals;
};
/// All connections by which the node is administered: those to its management ports, and those through which somebody has logged in. `own`:
/// the node's addresses.
std::vector<Seat> seats_now(std::span<const firewall::LocalAddress> own);
using FindSeats = std::function<std::vector<Seat>(std::span<const firewall::LocalAddress> own)>;

class TrialKeeper {
 public:
  /// Everything must outlive it. `undo_after`: how long a trial that it begins lasts; zero: it begins none.
  TrialKeeper(doors::Files& files, doors::Clock& clock, Console& console, const transaction::Paths& paths, const std::string& root,
              const std::string& node, std::chrono::seconds undo_after, FindSeats find_seats = seats_now);

  /// No rules are in the kernel: what files say is compared with files that say nothing. Else the first files are taken as in force.
  void nothing_is_in_force();
  /// Looks at the marks. True: other files are held back than before.
  bool look();
  /// The way back of a trial whose time is over. True: something has gone back.
  bool end_if_over();
  bool is_open() const { return open_.has_value(); }
  /// Files that go when the open trial, or the one that was so at the last look, goes back; those that are still there only while it is
  /// open.
  std::set<std::string, std::less<>> removable() const;
  const store::HeldFiles& held() const { return held_; }
  /// When end_if_over has something to do.
  std::optional<std::chrono::system_clock::time_point> wakes_at() const;

  /// To be called before documents come into force. Tells everybody whom they cut off; if that leaves nobody who could undo it, what was in
  /// force before comes back unless it is confirmed. `own`: the node's addresses; `left_out`: lines that will not be in force, as far as is
  /// known.
  void consider(firewall::HostDocuments documents, std::shared_ptr<const firewall::Surroundings> surroundings, firewall::NodeFacts facts,
                std::span<const firewall::LocalAddress> own, std::vector<rules::LineGivenUp> left_out);
  /// To be called when they are: the same for lines that the kernel has refused since.
  void consider_left_out(std::vector<rules::LineGivenUp> left_out, std::span<const firewall::LocalAddress> own);

 private:
  void judge(const firewall::LockoutQuestion& question, std::span<const firewall::LocalAddress> own);
  bool begin(const firewall::LockoutQuestion& question);
  void resolved();
  void tell_once(const Error& error, const char* code);

  doors::Clock& clock_;
  Console& console_;
  transaction::TrialDoors doors_;
  std::chrono::seconds undo_after_;
  FindSeats find_seats_;
  std::optional<transaction::FileTrial> open_;
  std::optional<transaction::FileTrial> last_;  ///< that was open
  store::HeldFiles held_;
  std::optional<firewall::HostDocuments> in_force_;
  std::vector<rules::LineGivenUp> left_out_;               ///< of what is in force
  std::vector<rules::LineGivenUp> left_out_before_trial_;  ///< of what the open trial goes back to
  std::optional<firewall::LockoutQuestion> asked_;         ///< what was considered last; nothing, if nobody need be asked
  bool is_accepted_ = false;                               ///< somebody has confirmed what was held back, and knows what it does
  std::optional<std::chrono::system_clock::time_point> retry_at_;
  std::optional<Error> told_;
};

}  // namespace drawbridge::cli
