#include "cli/trial_keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_trial.h"
#include "kernel/tcp_sessions.h"

namespace drawbridge::cli {
namespace {

using firewall::CutSession;
using firewall::HostDocuments;
using std::chrono::seconds;

constexpr seconds kRetryAfter{5};
constexpr std::chrono::milliseconds kLockPatience{2000};

/// To a terminal, as wall(1) does; who doesn't read is not waited for.
void write_to(const std::string& terminal, std::string_view text) {
  const int descriptor = ::open(terminal.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  std::ignore = ::write(descriptor, text.data(), text.size());
  ::close(descriptor);
}

void shout(std::span<const Seat> all, const std::string& text) {
  std::set<std::string> terminals;
  for (const auto& seat : all) terminals.insert(seat.terminals.begin(), seat.terminals.end());
  for (const auto& terminal : terminals) write_to(terminal, "\r\n\adrawbridge: " + text + "\r\n");
}

Diagnostic finding(const CutSession& cut) {
  return {cut.by,
          Severity::warning,
          "session-cut",
          fmt::format("the firewall's files, as they were saved, keep {} from coming back to port {}, where it is connected",
                      format_ip(cut.session.peer), cut.session.local_port),
          cut.cure,
          {}};
}

transaction::TriedFile tried(const firewall::Document& before, const firewall::Document& after) {
  const auto digest = [](const std::string& bytes) { return bytes.empty() ? std::string() : sha256_hex(bytes); };
  transaction::TriedFile file{*after.path, print(before), digest(print(after))};
  if (file.before->empty()) file.before.reset();
  return file;
}

bool equal(const HostDocuments& a, const HostDocuments& b) {
  return print(a.datacenter) == print(b.datacenter) && print(a.node) == print(b.node);
}

/// What was in force when the trial began.
HostDocuments before_of(const transaction::FileTrial& trial, HostDocuments documents) {
  for (auto* document : {&documents.datacenter, &documents.node})
    for (const auto& file : trial.files)
      if (file.path == *document->path) *document = firewall::parse_document(file.before.value_or(""), file.path, document->level);
  return documents;
}

}  // namespace

std::vector<Seat> seats_now(std::span<const firewall::LocalAddress> own) {
  std::vector<Seat> found;
  auto kernel = kernel::TcpSessions::open();
  const auto sessions = kernel ? kernel->established() : Result<std::vector<doors::Session>>(fail(kernel.error()));
  if (!sessions || sessions->empty()) return found;
  const auto logins = kernel::remote_logins();
  for (const auto& session : *sessions) {
    const auto login = std::ranges::find(logins, session, &kernel::RemoteLogin::session);
    if (login == logins.end() && !firewall::is_management_port(session.local_port)) continue;
    Seat seat{{with_device(session, own), false}, {}};
    if (login != logins.end()) seat = {{seat.login.session, login->is_root}, login->terminals};
    found.push_back(std::move(seat));
  }
  return found;
}

TrialKeeper::TrialKeeper(doors::Files& files, doors::Clock& clock, Console& console, const transaction::Paths& paths,
                         const std::string& root, const std::string& node, seconds undo_after, FindSeats find_seats)
    : clock_(clock),
      console_(console),
      doors_(trial_doors(files, clock, paths, root, node)),
      undo_after_(undo_after),
      find_seats_(std::move(find_seats)) {}

void TrialKeeper::nothing_is_in_force() {
  in_force_.emplace(firewall::parse_document("", "", firewall::Level::datacenter), firewall::parse_document("", "", firewall::Level::node));
}

void TrialKeeper::tell_once(const Error& error, const char* code) {
  if (told_ == error) return;
  told_ = error;
  console_.diagnose({to_diagnostic(error, code)});
}

bool TrialKeeper::look() {
  auto open = transaction::read_trial(doors_.files, doors_.folder);
  // Whoever has saved something else has not confirmed what was held back: that is looked at anew.
  const auto released = held_.empty() ? Result<bool>(false) : transaction::release_overtaken(doors_);
  if (!released) tell_once(released.error(), "held-back-still");
  const auto held = transaction::read_held(doors_.files, doors_.folder);
  if (!open) tell_once(open.error(), "trial-damaged");
  if (!held) tell_once(held.error(), "held-damaged");
  open_ = open ? std::move(*open) : std::nullopt;
  if (open_) last_ = open_;
  store::HeldFiles now;
  if (held)
    for (const auto& file : *held) now[file.path] = {file.after_digest, file.before.value_or("")};
  const bool differs = now != held_;
  is_accepted_ = is_accepted_ || (held && !held_.empty() && now.empty() && !released.value_or(false));
  held_ = std::move(now);
  return differs;
}

std::set<std::string, std::less<>> TrialKeeper::removable() const {
  std::set<std::string, std::less<>> paths;
  if (last_)
    for (const auto& file : last_->files)
      if (!file.before && (open_ || !doors_.files.read(file.path))) paths.insert(file.path);
  return paths;
}

bool TrialKeeper::end_if_over() {
  if (!open_ || !is_over(clock_, *open_) || (retry_at_ && *retry_at_ > clock_.wall_time())) return false;
  retry_at_.reset();
  const auto kind = open_->kind;
  const auto end = transaction::recover_trial(doors_);
  if (!end) {
    tell_once(end.error(), "trial-not-undone");
    retry_at_ = clock_.wall_time() + kRetryAfter;
    return false;
  }
  told_.reset();
  if (end->ending != transaction::Ending::rolled_back) return true;
  console_.note(kind == transaction::TrialKind::command
                    ? "the change of the firewall's files is undone: " + end->reason
                    : "the firewall's files, as they were saved, are held back: " + end->reason + "; what was before is in force");
  for (const auto& path : end->overtaken) console_.note(path + " was edited since, and stays as it is");
  return true;
}

std::optional<std::chrono::system_clock::time_point> TrialKeeper::wakes_at() const {
  if (!open_) return std::nullopt;
  if (retry_at_) return retry_at_;
  const auto left = open_->boot_id == clock_.boot_id() ? open_->deadline - clock_.boot_time() : std::chrono::nanoseconds();
  return clock_.wall_time() + std::chrono::ceil<std::chrono::milliseconds>(left);
}

void TrialKeeper::consider(HostDocuments documents, std::shared_ptr<const firewall::Surroundings> surroundings, firewall::NodeFacts facts,
                           std::span<const firewall::LocalAddress> own, std::vector<rules::LineGivenUp> left_out) {
  const bool is_wanted = std::exchange(is_accepted_, false) || (open_ && open_->kind == transaction::TrialKind::command);
  asked_.reset();
  if (in_force_ && !is_wanted) {
    const bool differs = !equal(*in_force_, documents) || left_out != left_out_;
    auto before = open_ ? before_of(*open_, documents) : std::move(*in_force_);
    asked_.emplace(firewall::LockoutQuestion{.before = std::move(before),
                                             .after = documents,
                                             .surroundings = std::move(surroundings),
                                             .facts = std::move(facts),
                                             .now = unix_time(clock_),
                                             .left_out_before = open_ ? left_out_before_trial_ : left_out_,
                                             .left_out_after = left_out});
    if (differs) judge(*asked_, own);
  }
  in_force_ = std::move(documents);
  left_out_ = std::move(left_out);
}

void TrialKeeper::consider_left_out(std::vector<rules::LineGivenUp> left_out, std::span<const firewall::LocalAddress> own) {
  if (left_out == left_out_) return;
  left_out_ = std::move(left_out);
  if (!asked_) return;
  asked_->left_out_after = left_out_;
  judge(*asked_, own);
}

void TrialKeeper::judge(const firewall::LockoutQuestion& question, std::span<const firewall::LocalAddress> own) {
  const auto all = find_seats_(own);
  std::vector<firewall::Login> logins;
  std::vector<firewall::Session> sessions;
  for (const auto& seat : all) {
    logins.push_back(seat.login);
    sessions.push_back(seat.login.session);
  }
  const auto cuts = sessions.empty() ? std::vector<CutSession>() : find_cuts(question, sessions);
  Diagnostics findings;
  for (const auto& cut : cuts) findings.push_back(finding(cut));
  console_.diagnose(findings);
  if (!is_nobody_left(logins, cuts)) {
    if (open_) resolved();
    return;
  }
  const auto& lost = question.left_out_after;
  const std::string why =
      "the firewall's files, as they were saved, leave no administrator a way in (" +
      (cuts.front().by.file.empty() ? "the policy" : cuts.front().by.file + ":" + std::to_string(cuts.front().by.line)) +
      (lost.empty() ? "" : "; the kernel refuses " + lost.front().file + ":" + std::to_string(lost.front().line)) + ")";
  const bool undone = undo_after_ > seconds() && begin(question);
  const std::string text = why + (undone ? "; what was in force before is so again in " + std::to_string(undo_after_.count()) +
                                               " s unless \"drawbridge firewall confirm\" says to keep it"
                                         : "");
  console_.note(text);
  shout(all, text);
}

bool TrialKeeper::begin(const firewall::LockoutQuestion& question) {
  std::vector<transaction::TriedFile> files;
  if (print(question.before.datacenter) != print(question.after.datacenter))
    files.push_back(tried(question.before.datacenter, question.after.datacenter));
  if (print(question.before.node) != print(question.after.node)) files.push_back(tried(question.before.node, question.after.node));
  if (files.empty()) return false;  // it is the kernel that has changed: there is nothing to go back to
  const std::string author = "whoever saved " + files.front().path;
  auto trial = make_trial(clock_, transaction::TrialKind::saved, author, undo_after_, std::move(files));
  const auto lock = doors_.files.lock(doors_.lock, kLockPatience);
  auto begun = lock ? Result<void>() : Result<void>(fail(lock.error()));
  if (begun && open_) begun = drop_trial(doors_, *open_, "the files were saved again");
  if (begun) begun = begin_trial(doors_, trial);
  if (!begun) console_.diagnose({to_diagnostic(begun.error(), "no-trial")});
  if (begun) open_ = std::move(trial);
  if (begun) left_out_before_trial_ = question.left_out_before;
  return begun.has_value();
}

void TrialKeeper::resolved() {
  const auto lock = doors_.files.lock(doors_.lock, kLockPatience);
  if (!lock) return;  // it can still be confirmed
  if (const auto dropped = drop_trial(doors_, *open_, "the files were saved again, and let administrators in"); !dropped)
    return console_.diagnose({to_diagnostic(dropped.error(), "trial-stays-open")});
  console_.note("the firewall's files let administrators in again: they are in force");
  open_.reset();
}

}  // namespace drawbridge::cli
