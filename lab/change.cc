#include "lab/change.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/subprocess.h"
#include "lab/world.h"

namespace drawbridge::lab {
namespace {

/// All of a state's commands together must fit into a pipe that nobody reads yet.
constexpr std::size_t kMostOutput = 1500;

std::string end_of(std::string text) {
  if (text.size() > kMostOutput) text.erase(0, text.size() - kMostOutput);
  return text;
}

std::string as_text(const std::vector<CommandSeen>& seen) {
  boost::json::array rows;
  for (const CommandSeen& one : seen) rows.push_back(boost::json::array{one.exit, printable(one.output)});
  return boost::json::serialize(rows);
}

Result<std::vector<CommandSeen>> from_text(const std::string& text, const std::vector<Command>& commands) {
  boost::json::error_code problem;
  const auto value = boost::json::parse(text, problem);
  if (problem || !value.is_array() || value.get_array().size() != commands.size())
    return fail(Errc::unavailable, "the state could not be entered");
  std::vector<CommandSeen> seen;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& row = value.get_array()[i].as_array();
    seen.push_back({commands[i], static_cast<int>(row[0].as_int64()), std::string(row[1].as_string())});
  }
  return seen;
}

}  // namespace

bool as_expected(const CommandSeen& seen) { return seen.exit == seen.command.exit && seen.output.contains(seen.command.says); }

Result<std::vector<CommandSeen>> run_commands(const std::vector<Command>& commands) {
  std::vector<CommandSeen> seen;
  for (const Command& command : commands) {
    const Ended ended = TRY(run_program(command.words, {.input = {}, .prepare = [&] { return enter_network(command.in); }}));
    seen.push_back({command, ended.status, end_of(ended.output + ended.error_output)});
  }
  return seen;
}

Result<std::vector<CommandSeen>> Change::run() const {
  TRY_VOID(cables_());
  return run_commands(commands_);
}

Result<void> Change::start() {
  FdPair pipe = TRY(make_pipe());
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) return fail_errno(errno, "fork");
  if (pid_ > 0) {
    told_ = std::move(pipe.first);
    return {};
  }
  die_with(parent);
  const auto done = run();
  if (!done) say(done.error().what);
  const std::string text = done ? as_text(*done) : "";
  const bool told = write(pipe.second.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  _exit(done && told ? 0 : 1);
}

Result<std::vector<CommandSeen>> Change::finish() {
  std::string text;
  while (read_some(told_.get(), text)) {
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  if (shell_status(status) != 0) return fail(Errc::unavailable, "the state could not be entered");
  return from_text(text, commands_);
}

}  // namespace drawbridge::lab
