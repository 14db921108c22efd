#include "process/client_process.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace drawbridge::process {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// In the environment of clients that we start: the index of the link they were started for.
constexpr std::string_view kIndexVariable = "DRAWBRIDGE_IFINDEX=";
constexpr std::chrono::milliseconds kGrace{2'000};
constexpr useconds_t kGlance = 20'000;    ///< microseconds between two looks at a process
constexpr useconds_t kWaiting = 200'000;  ///< microseconds between two looks at a link that is not ready yet

std::string proc(pid_t pid, std::string_view file) { return "/proc/" + std::to_string(pid) + "/" + std::string(file); }

/// Strings that each end with a NUL, as /proc/PID/cmdline and environ hold them.
std::vector<std::string> nul_separated(const std::string& text) {
  std::vector<std::string> words;
  for (const auto word : split(text, '\0')) words.emplace_back(word);
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one{};
  struct stat other{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// False also where we may not look: then nothing speaks against it.
bool is_in_other_namespace(pid_t pid) {
  struct stat theirs{};
  struct stat ours{};
  return ::stat(proc(pid, "ns/net").c_str(), &theirs) == 0 && ::stat("/proc/self/ns/net", &ours) == 0 &&
         (theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino);
}

bool is_zombie(pid_t pid) {
  const std::string stat = read_small_file(proc(pid, "stat"));
  const auto after_name = stat.rfind(") ");
  return after_name == std::string::npos || stat[after_name + 2] == 'Z' || stat[after_name + 2] == 'X';
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Default signals and no descriptor of ours but `keep`: locks and sockets must not live on in a daemon.
void leave_everything(int keep) {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  const auto from = static_cast<unsigned>(STDERR_FILENO + 1);
  const auto kept = static_cast<unsigned>(keep);
  if (kept > from) ::close_range(from, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
}

/// True if the link has a link-local address that has passed duplicate address detection (/proc/net/if_inet6: address, index,
/// length, scope, flags in hexadecimal, name).
bool has_usable_link_local(const std::string& link) {
  constexpr unsigned kLinkScope = 0x20;
  constexpr unsigned kTentativeOrFailed = 0x40 | 0x08;
  std::ifstream file("/proc/net/if_inet6");
  std::string address;
  std::string index;
  std::string length;
  std::string scope;
  std::string flags;
  std::string name;
  while (file >> address >> index >> length >> scope >> flags >> name) {
    if (name != link || std::stoul(scope, nullptr, 16) != kLinkScope) continue;
    if ((std::stoul(flags, nullptr, 16) & kTentativeOrFailed) == 0) return true;
  }
  return false;
}

/// Waits as "dhclient" under the client's pid file, which the program that follows must not find: it would think itself running.
void wait_for_link_local(const network::DhcpClient& client, unsigned index, const std::string& pid_file) {
  ::prctl(PR_SET_NAME, "dhclient");
  std::ofstream(pid_file) << ::getpid() << '\n';
  while (!has_usable_link_local(client.link)) {
    if (::if_nametoindex(client.link.c_str()) != index) ::_exit(0);
    ::usleep(kWaiting);
  }
  ::unlink(pid_file.c_str());
}

/// The grandchild. `report` gets the errno of a failed exec; it closes when all went well.
[[noreturn]] void become(std::vector<std::string> words, const network::DhcpClient& client, const std::string& pid_file, int report) {
  leave_everything(report);
  const unsigned index = ::if_nametoindex(client.link.c_str());
  std::vector<std::string> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                       std::string(kIndexVariable) + std::to_string(index)};
  if (client.family == Family::ipv6 && !has_usable_link_local(client.link)) {
    const char waits = 0;
    [[maybe_unused]] const auto sent = ::write(report, &waits, 1);
    ::close(report);
    wait_for_link_local(client, index, pid_file);
  }
  ::execve(words.front().c_str(), pointers_to(words).data(), pointers_to(environment).data());
  const char failure = static_cast<char>(errno);
  [[maybe_unused]] const auto sent = ::write(report, &failure, 1);
  ::_exit(127);
}

}  // namespace

std::string read_small_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

pid_t pid_in(const std::string& pid_file) {
  const std::string text = read_small_file(pid_file);
  return parse_number<std::int32_t>(trim(text)).value_or(0);
}

bool is_waiting(pid_t pid) { return is_same_file(proc(pid, "exe"), "/proc/self/exe"); }

bool is_client(pid_t pid, const network::DhcpClient& client) {
  if (pid <= 0 || trim(read_small_file(proc(pid, "comm"))) != "dhclient" || is_zombie(pid)) return false;
  if (is_in_other_namespace(pid)) return false;
  if (is_waiting(pid)) return true;
  const auto words = nul_separated(read_small_file(proc(pid, "cmdline")));
  const bool six = std::ranges::find(words, "-6") != words.end();
  return six == (client.family == Family::ipv6) && std::ranges::find(words, client.link) != words.end();
}

bool is_outdated(pid_t pid, const network::DhcpClient& client) {
  const unsigned index = ::if_nametoindex(client.link.c_str());
  if (index == 0) return true;
  for (const std::string& entry : nul_separated(read_small_file(proc(pid, "environ")))) {
    if (entry.starts_with(kIndexVariable)) return parse_number<unsigned>(entry.substr(kIndexVariable.size())) != index;
  }
  return false;
}

Result<void> start_detached(const std::vector<std::string>& words, const network::DhcpClient& client, const std::string& pid_file) {
  std::array<int, 2> report{-1, -1};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) return fail_errno(errno, "can't start " + words.front());
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    if (::fork() == 0) become(words, client, pid_file, report[1]);
    ::_exit(0);
  }
  const int forked = errno;
  ::close(report[1]);
  char failure = 0;
  if (child > 0) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (::read(report[0], &failure, 1) != 1) failure = 0;
  }
  ::close(report[0]);
  if (child < 0) return fail_errno(forked, "can't start " + words.front());
  if (failure != 0) return fail_errno(failure, "can't start " + words.front());
  return {};
}

bool run_bounded(const std::vector<std::string>& words, std::chrono::milliseconds patience) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  std::vector<std::string> copy = words;
  pid_t pid = 0;
  const int failure = ::posix_spawn(&pid, words.front().c_str(), &actions, nullptr, pointers_to(copy).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return false;
  const auto until = SteadyClock::now() + patience;
  while (::waitpid(pid, nullptr, WNOHANG) == 0) {
    if (SteadyClock::now() > until) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      return false;
    }
    ::usleep(kGlance);
  }
  return true;
}

bool end_process(pid_t pid, const network::DhcpClient& client) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    if (!is_client(pid, client)) return true;
    ::kill(pid, signal);
    const auto until = SteadyClock::now() + kGrace;
    while (is_client(pid, client) && SteadyClock::now() < until) ::usleep(kGlance);
  }
  return !is_client(pid, client);
}

}  // namespace drawbridge::process
