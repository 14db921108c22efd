#include "cli/firewall_keeper.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "cli/connection_cutter.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_paths.h"
#include "cli/rule_enforcer.h"
#include "cli/trial_keeper.h"
#include "firewall/emergency.h"
#include "firewall/live_policy.h"
#include "store/firewall_files.h"
#include "store/firewall_loader.h"
#include "store/folder_watch.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

using std::chrono::seconds;

/// Whoever stops or starts the firewall by hand holds the lock no longer than it takes to send rules.
constexpr std::chrono::milliseconds kLockPatience{5000};
constexpr seconds kRetryAfter{5};
constexpr seconds kRepairPause{1};
/// Rules are kept for the next boot when no change has followed for so long.
constexpr seconds kSaveAfter{2};

/// A timer by the wall clock, which also goes off when that is set: a trial's end must not be missed by a clock that jumps.
class WallTimer {
 public:
  static Result<WallTimer> open() {
    const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0) return fail_errno(errno, "can't make a timer");
    return WallTimer(timer);
  }
  int number() const { return timer_.number(); }
  void set(std::optional<std::chrono::system_clock::time_point> when) {
    itimerspec setting{};
    if (when) {
      const auto since = std::max<std::chrono::nanoseconds>(when->time_since_epoch(), std::chrono::nanoseconds(1));
      setting.it_value.tv_sec = std::chrono::duration_cast<seconds>(since).count();
      setting.it_value.tv_nsec = (since % seconds(1)).count();
    }
    ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &setting, nullptr);
  }
  /// True: it has gone off, by its time or by another setting of the clock.
  bool take() {
    std::uint64_t expirations = 0;
    return ::read(timer_.number(), &expirations, sizeof expirations) > 0 || errno == ECANCELED;
  }

 private:
  explicit WallTimer(int timer) : timer_(timer) {}
  store::Descriptor timer_;
};

/// Made where they are not: else there is nothing to watch. What can't be made is passed over.
std::vector<std::string> watched_folders(const transaction::Paths& paths, const std::string& root, const std::string& node) {
  auto folders = store::firewall_folders(root, node);
  folders.push_back(firewall_state(paths));
  std::error_code ignored;
  for (const auto& folder : folders) std::filesystem::create_directories(folder, ignored);
  for (const char* folder : {"/etc", "/etc/pve", "/etc/corosync"}) folders.push_back(root + folder);
  return folders;
}

bool names_the_place(const std::string& path) {
  constexpr std::array<std::string_view, 5> kFiles{"/etc/hosts", "/corosync.conf", "/etc/services", "/etc/protocols", "/etc/ethertypes"};
  return std::ranges::any_of(kFiles, [&](std::string_view file) { return path.ends_with(file); });
}

class Keeper final : public FirewallKeeper {
 public:
  Keeper(doors::Files& files, doors::Clock& clock, Console& console, const transaction::Paths& paths, std::string root, std::string node,
         std::unique_ptr<RuleEnforcer> enforcer, store::FolderWatch watch, WallTimer timer, seconds undo_after)
      : files_(files),
        clock_(clock),
        console_(console),
        paths_(paths),
        root_(std::move(root)),
        node_(std::move(node)),
        enforcer_(std::move(enforcer)),
        watch_(std::move(watch)),
        timer_(std::move(timer)),
        loader_(files, root_, node_, live_),
        trials_(files, clock, console, paths, root_, node_, undo_after) {
    const auto rules = enforcer_->verify({});
    if (rules && rules->count == 0) trials_.nothing_is_in_force();
    if (files_.read(saved_rules(paths_))) loader_.expect_files();
  }

  std::vector<int> descriptors() const override { return {watch_.descriptor(), timer_.number(), enforcer_->descriptor()}; }

  void set_guests(std::span<const guest::Guest> guests) override {
    guests_.assign(guests.begin(), guests.end());
    std::set<guest::Vmid> elsewhere;
    if (const auto all = store::list_guest_files(files_, root_, ""))
      for (const auto& file : *all)
        if (file.node != node_) elsewhere.insert(file.vmid);
    everything_ = everything_ || elsewhere != elsewhere_;
    elsewhere_ = elsewhere;
    loader_.set_elsewhere(std::move(elsewhere));
    facts_changed_ = true;
  }

  void set_bridges(std::set<std::string> bridges) override {
    facts_changed_ = facts_changed_ || bridges != bridges_;
    bridges_ = std::move(bridges);
  }

  void look_at(const network::Snapshot& kernel, std::uint64_t generation) override {
    const bool is_first = !std::exchange(has_looked_, true);
    if (!is_first && generation == generation_ && !place_changed_) return;
    generation_ = generation;
    auto place = look_at_node(files_, root_, node_, &kernel);
    if (!is_first && place == place_ && !place_changed_) return;
    place_ = std::move(place);
    place_changed_ = false;
    facts_changed_ = true;
    surroundings_ = firewall_surroundings(files_, root_, place_);
    own_ = own_addresses(kernel);
    live_.set_surroundings(surroundings_);
    stale_ = true;
  }

  void run() override {
    if (timer_.take()) timer_set_.reset();
    // What could not be read may be there now, in a folder that was mounted meanwhile.
    if (loader_.has_gap() && retry_at_ && *retry_at_ <= clock_.wall_time()) everything_ = true;
    if (trials_.end_if_over()) everything_ = true;
    if (!is_adopted_ && (!adopt_at_ || *adopt_at_ <= clock_.wall_time())) adopt_new_file();
    read_files();
    hear_others();
    if (!has_looked_) return;  // without the node's addresses nobody knows who its administrators are
    if (std::exchange(facts_changed_, false)) {
      cards_ = facts_of_node(node_, place_, guests_, bridges_);
      live_.set_facts(cards_);
      stale_ = true;
    }
    const auto now = clock_.wall_time();
    const bool is_due = retry_at_ && *retry_at_ <= now;
    const bool ends = trial_ends_ && *trial_ends_ <= now;
    if (stale_ || is_due || ends) enforce();
    if (save_at_ && *save_at_ <= clock_.wall_time()) save();
    set_timer();
  }

  bool is_safe() const override { return in_force_ || stopped_ || !wants_rules_; }

  void finish() override { save(); }

 private:
  void read_files() {
    const auto changes = watch_.take();
    if (!changes.any() && !everything_) return;
    look_at_trials();
    const bool whole = std::exchange(everything_, false) || changes.everything;
    if (whole)
      if (const auto again = watch_.add(watched_folders(paths_, root_, node_)); !again)
        console_.diagnose({to_diagnostic(again.error(), "files-unwatched")});
    const bool changed = whole ? loader_.read_everything() : loader_.read(changes.paths);
    place_changed_ = place_changed_ || std::ranges::any_of(changes.paths, names_the_place);
    place_changed_ = place_changed_ || (changes.everything && has_looked_);
    tell_unreadable();
    const bool stopped = files_.read(stop_mark(paths_)).has_value();
    const bool counts = files_.read(counters_mark(paths_)).has_value();
    stale_ = stale_ || changed || stopped != stopped_ || counts != counts_;
    stopped_ = stopped;
    counts_ = counts;
  }

  /// Once a boot, as soon as there are files and they can be written.
  void adopt_new_file() {
    adopt_at_.reset();
    is_adopted_ = files_.read(adoption_mark(paths_)).has_value();
    if (is_adopted_ || store::are_firewall_files_missing(files_, root_, node_)) return;
    const auto adopted = store::adopt_new_node_firewall(files_, root_, node_);
    if (!adopted) {
      adopt_at_ = clock_.wall_time() + kRetryAfter;
      return console_.diagnose(news_of({to_diagnostic(adopted.error(), "host.fw.new-waits")}));
    }
    if (*adopted) console_.note("host.fw.new has become host.fw");
    is_adopted_ = true;
    if (const auto noted = files_.write(adoption_mark(paths_), ""); !noted)
      console_.diagnose({to_diagnostic(noted.error(), "boot-not-marked")});
  }

  void look_at_trials() {
    const bool was_open = trials_.is_open();
    if (trials_.look()) {
      loader_.set_held(trials_.held());
      everything_ = true;
    }
    if (trials_.is_open() || was_open) loader_.accept_absence(trials_.removable());
    if (was_open && !trials_.is_open()) save_at_ = clock_.wall_time() + kSaveAfter;
  }

  /// Rules that somebody else has changed are put right. Who does so again and again gets a pause, so that it does not go on for ever at
  /// full speed.
  void hear_others() {
    const auto who = enforcer_->take_disturber();
    if (!who || stopped_ || !in_force_) return;
    if (disturber_.empty() || *who != kSomebody) disturber_ = *who;
    const auto now = clock_.wall_time();
    if (now - repaired_at_ < kRepairPause) {
      retry_at_ = now + kRepairPause;
    } else {
      repaired_at_ = now;
      stale_ = true;
    }
  }

  void tell_unreadable() {
    Diagnostics problems;
    for (const auto& [path, error] : loader_.unreadable()) {
      if (told_unreadable_.contains(path)) continue;
      auto problem = to_diagnostic(error, "file-unreadable");
      problem.where.file = path;
      problem.message += loader_.has_gap() ? "; the rules in force stay as they are" : "; its last good version stays in force";
      problems.push_back(std::move(problem));
    }
    told_unreadable_.clear();
    for (const auto& [path, error] : loader_.unreadable()) told_unreadable_.insert(path);
    console_.diagnose(problems);
  }

  void enforce() {
    stale_ = false;
    retry_at_.reset();
    trial_ends_.reset();
    auto lock = files_.lock(rules_lock(paths_), kLockPatience);
    if (!lock) {
      retry_at_ = clock_.wall_time() + kRetryAfter;
      return console_.diagnose(news_of({to_diagnostic(lock.error(), "rules-not-looked-at")}));
    }
    // Looked at again under the lock: who stops the firewall writes this first.
    stopped_ = files_.read(stop_mark(paths_)).has_value();
    if (stopped_) return stop();
    if (loader_.has_gap()) return fall_back("some of the firewall's files can't be read");
    console_.diagnose(live_.take_news());
    const auto& policy = live_.policy();
    const bool on = is_on(policy.datacenter.options, unix_time(clock_));
    if (on && policy.datacenter.options.enable_until)
      trial_ends_ = std::chrono::system_clock::time_point(seconds(*policy.datacenter.options.enable_until));
    wants_rules_ = on;
    static const rules::Program kNone;
    const rules::Program& program = on ? live_.program() : kNone;
    trials_.consider({live_.documents().datacenter, live_.documents().node}, surroundings_, facts_of_node(node_, place_, {}, {}), own_,
                     enforcer_->will_leave_out(program));
    const auto done = enforcer_->enforce(program);
    if (!done) return fail_later(done.error());
    trials_.consider_left_out(enforcer_->left_out(), own_);
    in_force_ = true;
    tell_enforced(on ? &policy.node.options : nullptr, *done);
    // Of a hundred thousand connections somebody else need not wait for the last.
    lock->reset();
    if (*done) cut_connections(program);
  }

  /// `options`: the node's; nullptr: the firewall is off.
  void tell_enforced(const firewall::NodeOptions* options, bool changed) {
    if (changed && !disturber_.empty()) console_.note("the firewall's rules were changed by " + disturber_ + ", and have been put right");
    disturber_.clear();
    tell_state(options != nullptr ? "the firewall's rules are in force" : "the firewall is off");
    auto problems = enforcer_->refused();
    if (!enforcer_->is_proven()) {
      retry_at_ = clock_.wall_time() + kRetryAfter;
      problems.push_back({{},
                          Severity::warning,
                          "rules-not-proven",
                          "the kernel has taken the rules, and could not be read since: somebody changes rulesets all the time",
                          "\"nft monitor\" shows who does",
                          {}});
    }
    std::ranges::move(enforcer_->set_parameters(options), std::back_inserter(problems));
    console_.diagnose(news_of(std::move(problems)));
    save_at_ = clock_.wall_time() + kSaveAfter;
  }

  /// Rules first: what is cut must not come back.
  void cut_connections(const rules::Program& program) {
    const auto told = cut_forbidden_connections(files_, paths_, before_ ? &*before_ : nullptr, program, cards_);
    if (!told) console_.diagnose({to_diagnostic(told.error(), "connections-not-cut")});
    if (told && !told->empty()) console_.note(*told);
    before_ = program;
  }

  void stop() {
    in_force_ = false;
    before_ = rules::Program();
    tell_state("the firewall is stopped: no rules are in force until \"drawbridge firewall start\"");
    if (const auto lifted = enforcer_->lift(); !lifted) {
      retry_at_ = clock_.wall_time() + kRetryAfter;
      return console_.diagnose(news_of({to_diagnostic(lifted.error(), "rules-stay")}));
    }
    console_.diagnose(news_of(enforcer_->set_parameters(nullptr)));
  }

  void fail_later(const Error& error) {
    auto problem = to_diagnostic(error, "rules-not-in-force");
    if (in_force_ && disturber_.empty()) problem.message += "; the rules that were in force stay";
    console_.diagnose(news_of({problem}));  // once, though it is tried again and again
    // Also if somebody has just taken away what was in force; but nothing older in the place of what is there and may be newer.
    if (wants_rules_ && (error.code != Errc::conflict || !enforcer_->has_rules().value_or(true))) fall_back("");
    retry_at_ = clock_.wall_time() + kRetryAfter;
  }

  /// Nothing of this service is in force yet, and the files can't be: the rules of last time, or those without which nobody gets in.
  void fall_back(const std::string& why) {
    retry_at_ = clock_.wall_time() + kRetryAfter;
    if (in_force_ && disturber_.empty()) return;
    disturber_.clear();
    if (!why.empty()) console_.note(why);
    if (const auto restored = enforcer_->restore(); restored) {
      in_force_ = true;
      return tell_state("the rules that were last in force are so again");
    }
    const auto done = enforcer_->enforce(
        firewall::emergency_program(facts_of_node(node_, place_, guests_, bridges_), firewall::detect_local_networks(place_.facts)));
    if (!done) return tell_state("no rules are in force: " + done.error().what);
    in_force_ = true;
    tell_state("emergency rules are in force: administrators and the cluster reach the node, and guests with a firewall are closed");
  }

  void tell_state(const std::string& state) {
    if (state != told_state_) console_.note(state);
    told_state_ = state;
  }

  /// What was not told last time.
  Diagnostics news_of(Diagnostics problems) {
    if (problems == told_problems_) return {};
    told_problems_ = problems;
    return problems;
  }

  void save() {
    save_at_.reset();
    if (trials_.is_open()) return;  // what is only on trial is not for the next boot
    if (const auto saved = enforcer_->save(); !saved) console_.diagnose({to_diagnostic(saved.error(), "rules-not-saved")});
  }

  void set_timer() {
    std::optional<std::chrono::system_clock::time_point> next;
    for (const auto& when : {retry_at_, trial_ends_, save_at_, adopt_at_, trials_.wakes_at()})
      if (when) next = next ? std::min(*next, *when) : when;
    if (next != timer_set_) timer_.set(next);
    timer_set_ = next;
  }

  doors::Files& files_;
  doors::Clock& clock_;
  Console& console_;
  transaction::Paths paths_;
  std::string root_;
  std::string node_;
  std::unique_ptr<RuleEnforcer> enforcer_;
  store::FolderWatch watch_;
  WallTimer timer_;
  firewall::LivePolicy live_;
  store::FirewallLoader loader_;
  TrialKeeper trials_;
  std::vector<guest::Guest> guests_;
  std::set<guest::Vmid> elsewhere_;  ///< guests of other nodes
  std::set<std::string> bridges_;
  NodeSurroundings place_;
  firewall::NodeFacts cards_;
  std::optional<rules::Program> before_;  ///< what connections were last looked at for
  std::shared_ptr<const firewall::Surroundings> surroundings_;
  std::vector<firewall::LocalAddress> own_;
  std::uint64_t generation_ = 0;
  bool has_looked_ = false;
  bool place_changed_ = false;
  bool facts_changed_ = false;
  bool everything_ = true;  ///< all files are to be looked at
  bool stale_ = true;       ///< what is in force may not be what the files say
  bool stopped_ = false;
  bool counts_ = false;      ///< rules count what they match
  bool is_adopted_ = false;  ///< host.fw.new has been looked for in this boot
  bool in_force_ = false;
  bool wants_rules_ = true;  ///< as far as is known
  std::optional<std::chrono::system_clock::time_point> retry_at_, trial_ends_, save_at_, adopt_at_, timer_set_;
  std::set<std::string> told_unreadable_;
  std::chrono::system_clock::time_point repaired_at_;
  std::string disturber_;  ///< who has changed our rules
  std::string told_state_;
  Diagnostics told_problems_;
};

}  // namespace

Result<std::unique_ptr<FirewallKeeper>> FirewallKeeper::open(doors::Files& files, doors::Clock& clock, Console& console,
                                                             const transaction::Paths& paths, std::string root, std::string node,
                                                             seconds undo_after) {
  auto enforcer = TRY(RuleEnforcer::open(files, clock, paths));
  auto watch = TRY(store::FolderWatch::open(watched_folders(paths, root, node)));
  auto timer = TRY(WallTimer::open());
  return std::make_unique<Keeper>(files, clock, console, paths, std::move(root), std::move(node), std::move(enforcer), std::move(watch),
                                  std::move(timer), undo_after);
}

}  // namespace drawbridge::cli
