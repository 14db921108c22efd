// The process of a task: run_task of tasks.h.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>

#include "api/upid.h"
#include "base/text.h"
#include "server/spawn.h"
#include "server/tasks.h"

extern char** environ;

namespace drawbridge::server {
namespace {

constexpr int kFailed = 1;
constexpr int kRolledBack = 5;

/// What the command's output says of its end: the first error, and how many warnings there were.
struct Findings {
  std::string error;
  std::size_t warnings = 0;
};

/// The message of a finding: "…: error: TEXT [code]".
std::optional<std::string> message_behind(std::string_view line, std::string_view word) {
  const auto at = line.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view text = line.substr(at + word.size());
  if (const auto code = text.rfind(" ["); code != std::string_view::npos && text.ends_with(']')) text = text.substr(0, code);
  return printable(text, 500);
}

Findings read_findings(const std::string& log) {
  Findings found;
  std::ifstream file(log);
  for (std::string line; std::getline(file, line);) {
    if (message_behind(line, ": warning: ")) found.warnings += 1;
    if (auto error = message_behind(line, "error: "); error && found.error.empty()) found.error = std::move(*error);
  }
  return found;
}

std::string status_of(int exit, const std::string& log) {
  const Findings found = read_findings(log);
  if (exit == 0) return found.warnings == 0 ? "OK" : "WARNINGS: " + std::to_string(found.warnings);
  if (!found.error.empty()) return found.error;
  if (exit == kRolledBack) return "the change was undone";
  return "the command ended with status " + std::to_string(exit);
}

void append(const std::string& path, const std::string& line) {
  std::ofstream file(path, std::ios::app);
  file << line << "\n";
}

/// By rename, so that whoever looks sees all or nothing.
void leave_end(const std::string& path, const std::string& status) {
  const boost::json::object end{{"endtime", static_cast<std::int64_t>(std::time(nullptr))}, {"status", status}};
  std::ofstream(path + ".tmp") << boost::json::serialize(end) << "\n";
  std::rename((path + ".tmp").c_str(), (path + ".end").c_str());
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::vector<std::string> pack_commands(const std::vector<std::vector<std::string>>& commands) {
  std::vector<std::string> packed;
  for (const auto& words : commands) {
    packed.push_back(std::to_string(words.size()));
    packed.insert(packed.end(), words.begin(), words.end());
  }
  return packed;
}

std::optional<std::vector<std::vector<std::string>>> unpack_commands(const std::vector<std::string>& words) {
  std::vector<std::vector<std::string>> commands;
  for (std::size_t at = 0; at < words.size();) {
    const auto count = parse_number<std::size_t>(words[at++]);
    if (!count || *count == 0 || *count > words.size() - at) return std::nullopt;
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(at);
    commands.emplace_back(first, first + static_cast<std::ptrdiff_t>(*count));
    at += *count;
  }
  return commands.empty() ? std::nullopt : std::optional(std::move(commands));
}

int run_task(const std::string& folder, const std::string& program, const std::vector<std::vector<std::string>>& commands) {
  std::string name;
  if (!std::getline(std::cin, name) || !api::parse_upid(name)) return kFailed;
  // A task that is stopped is to say so: the signal ends the command, not its witness.
  std::signal(SIGINT, SIG_IGN);
  const std::string path = folder + "/" + name;
  const int log = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (log < 0 || nothing < 0) return kFailed;
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  environment.push_back("DRAWBRIDGE_TASK=" + name);
  std::string status;
  bool good = true;
  for (const auto& words : commands) {
    const auto child = spawn(program, words, environment, {nothing, log, log}, false);
    status = child ? status_of(wait_for(child->pid), path) : child.error().what;
    good = status == "OK" || status.starts_with("WARNINGS: ");
    if (!good) break;
  }
  append(path, (good ? "TASK " : "TASK ERROR: ") + status);
  leave_end(path, status);
  return good ? 0 : kFailed;
}

}  // namespace drawbridge::server
