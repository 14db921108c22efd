#include "kernel/remote_logins.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "kernel/network_probe.h"

namespace drawbridge::kernel {
namespace {

constexpr std::string_view kVariable = "SSH_CONNECTION=";

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string session_in(const std::string& environment) {
  for (const auto variable : split(environment, '\0'))
    if (variable.starts_with(kVariable)) return std::string(variable.substr(kVariable.size()));
  return {};
}

/// The number behind "Uid:" or "PPid:" in /proc/PID/status.
unsigned number_behind(const std::string& status, std::string_view word) {
  for (const auto line : split(status, '\n')) {
    const auto words = split_words(line);
    if (words.size() > 1 && words[0] == word) return parse_number<unsigned>(words[1]).value_or(0);
  }
  return 0;
}

std::string terminal_of(const std::string& folder) {
  std::array<char, 64> target{};
  const auto size = ::readlink((folder + "/fd/0").c_str(), target.data(), target.size());
  const std::string_view path(target.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
  return std::string(path.starts_with("/dev/pts/") ? path : std::string_view());
}

/// The session of the nearest ancestor that has one; each process is asked once.
class SessionSearch {
 public:
  explicit SessionSearch(const std::map<int, ProcessFacts>& processes) : processes_(processes) {}
  std::string of(int id) const {
    for (int steps = 0; steps < kDeepest; ++steps) {
      const auto process = processes_.find(id);
      if (process == processes_.end()) return {};
      if (!process->second.session.empty()) return process->second.session;
      id = process->second.parent;
    }
    return {};
  }

 private:
  static constexpr int kDeepest = 1000;  // parents change while they are read: there may be a circle
  const std::map<int, ProcessFacts>& processes_;
};

}  // namespace

std::vector<RemoteLogin> logins_of(const std::map<int, ProcessFacts>& processes) {
  struct Found {
    bool is_root = false;
    std::set<std::string> terminals;
  };
  std::map<std::string, Found> found;
  const SessionSearch search(processes);
  for (const auto& [id, process] : processes) {
    const std::string session = search.of(id);
    if (session.empty()) continue;
    auto& login = found[session];
    login.is_root = login.is_root || process.user == 0;
    if (!process.terminal.empty()) login.terminals.insert(process.terminal);
  }
  std::vector<RemoteLogin> logins;
  for (const auto& [text, login] : found)
    if (const auto session = session_from_environment(text))
      logins.push_back({*session, login.is_root, {login.terminals.begin(), login.terminals.end()}});
  return logins;
}

std::vector<RemoteLogin> remote_logins() {
  std::map<int, ProcessFacts> processes;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto id = parse_number<int>(entry->path().filename().string());
    if (!id) continue;
    const std::string folder = entry->path().string();
    const std::string status = read_text(folder + "/status");
    processes[*id] = {static_cast<int>(number_behind(status, "PPid:")), number_behind(status, "Uid:"),
                      session_in(read_text(folder + "/environ")), terminal_of(folder)};
    if (status.empty()) processes.erase(*id);  // it has ended meanwhile
  }
  return logins_of(processes);
}

}  // namespace drawbridge::kernel
