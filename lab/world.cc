#include "lab/world.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/guest_cards.h"
#include "lab/mlag.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

namespace files = std::filesystem;

constexpr const char* kNamespaces = "/run/netns";

Result<void> mount_at(const char* type, const std::string& where, const std::string& data = "") {
  std::error_code problem;
  files::create_directories(where, problem);
  if (mount(type, where.c_str(), type, 0, data.empty() ? nullptr : data.c_str()) == 0) return {};
  return fail_errno(errno, fmt::format("mount {} at {}", type, where));
}

/// A private writable copy of a folder, so that what is made in it is seen in the world only.
Result<void> make_private(const std::string& folder, const std::string& store) {
  const std::string upper = store + "/files", work = store + "/work";
  std::error_code problem;
  files::create_directories(upper, problem);
  files::create_directories(work, problem);
  return mount_at("overlay", folder, fmt::format("lowerdir={},upperdir={},workdir={}", folder, upper, work));
}

Result<void> lay_out_files(const Scenario& scenario) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return fail_errno(errno, "make mounts private");
  TRY_VOID(mount_at("proc", "/proc"));
  TRY_VOID(mount_at("sysfs", "/sys"));
  TRY_VOID(mount_at("tmpfs", "/run", "mode=755"));
  TRY_VOID(make_private("/etc", "/run/drawbridge-lab/etc"));
  TRY_VOID(make_private("/var/lib", "/run/drawbridge-lab/var-lib"));
  for (const char* folder : {"/etc/network", "/etc/pve", "/var/lib/drawbridge"}) TRY_VOID(mount_at("tmpfs", folder, "mode=755"));
  std::error_code problem;
  for (const char* folder : {kNamespaces, "/run/network", "/run/lock"}) files::create_directories(folder, problem);
  offer_own_program();
  files::create_directory_symlink(scenario.folder, kScenarioLink, problem);
  const std::string interfaces = TRY(read_whole_file(scenario.folder + "/interfaces"));
  TRY_VOID(install_guest_texts(read_guest_texts(scenario)));
  TRY_VOID(install_firewall_files(scenario));
  return replace_file("/etc/network/interfaces", interfaces);
}

/// Gives the network namespace the caller is in a name that `ip -n` knows.
Result<void> name_network(const std::string& name) {
  const std::string path = fmt::format("{}/{}", kNamespaces, name);
  const OwnedFd file(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0444));
  if (!file.is_open()) return fail_errno(errno, path);
  if (mount("/proc/thread-self/ns/net", path.c_str(), nullptr, MS_BIND, nullptr) != 0) return fail_errno(errno, "name namespace " + name);
  return {};
}

Result<void> make_networks(const std::vector<std::string>& names) {
  TRY_VOID(name_network(std::string(kNode)));
  for (const std::string& name : names) {
    if (unshare(CLONE_NEWNET) != 0) return fail_errno(errno, "new network namespace");
    TRY_VOID(name_network(name));
  }
  if (!enter_network(std::string(kNode))) return fail_errno(errno, "enter the node");
  return {};
}

Result<void> let_forward(const std::string& name) {
  if (!enter_network(name)) return fail_errno(errno, "enter " + name);
  for (const char* setting : {"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"}) {
    const OwnedFd file(open(setting, O_WRONLY | O_CLOEXEC));
    // A kernel without IPv6 has no such setting.
    if (file.is_open() && write(file.get(), "1", 1) != 1) return fail_errno(errno, setting);
  }
  if (!enter_network(std::string(kNode))) return fail_errno(errno, "enter the node");
  return {};
}

Result<void> build(const Scenario& scenario) {
  static_cast<void>(sethostname(kNode.data(), kNode.size()));
  TRY_VOID(lay_out_files(scenario));
  const WorldPlan plan = make_world_plan(scenario);
  TRY_VOID(make_networks(plan.namespaces));
  TRY_VOID(run_batch("ip", "", "link set lo up\n"));
  return follow(plan);
}

/// The life of the world's first process: build, tell, then wait for children that nobody else waits for.
[[noreturn]] void live(const Scenario& scenario, OwnedFd tell, pid_t parent) {
  die_with(parent);
  std::signal(SIGPIPE, SIG_DFL);
  const auto built = build(scenario);
  const auto control = built ? start_mlag_control(scenario) : Result<std::optional<pid_t>>(std::optional<pid_t>());
  const std::string text = !built ? built.error().what : !control ? control.error().what : "ready";
  if (write(tell.get(), text.data(), text.size()) < 0) _exit(1);
  tell.reset();
  const OwnedFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {0, 1, 2}) dup2(nothing.get(), stream);
  if (!built || !control) _exit(1);
  while (true) {
    const pid_t ended = waitpid(-1, nullptr, 0);
    if (ended < 0) pause();
    // Without it the switches of an MLAG would loop frames: better no world than that one.
    if (ended == control->value_or(-2)) _exit(1);
  }
}

/// A command's way into a world. Runs in a child that has entered the PID namespace: never returns.
[[noreturn]] void become_command(const std::string& where, const std::vector<std::string>& words, const std::string& folder) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!where.empty() && where != kNode) {
    if (!enter_network(where)) {
      say("there is no host or guest named " + printable(where));
      _exit(3);
    }
    // /sys shows the network of whoever mounted it.
    if (unshare(CLONE_NEWNS) == 0) mount("sysfs", "/sys", "sysfs", 0, nullptr);
  }
  if (chdir(folder.c_str()) != 0 && chdir("/") != 0) _exit(126);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE}) std::signal(signal, SIG_DFL);
  prefer_own_program();
  exec_words(words);
  const int why = errno;
  say(words[0] + ": " + fail_errno(why, "can't be run").error().what);
  _exit(why == ENOENT ? 127 : 126);
}

/// The child that enters the world: a process enters a PID namespace with its children, so it forks once more.
[[noreturn]] void enter_and_run(int world_fd, const std::string& where, const std::vector<std::string>& words, const std::string& folder) {
  if (setns(world_fd, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC) != 0) {
    say("can't enter the world: " + fail_errno(errno, "setns").error().what);
    _exit(4);
  }
  const pid_t child = fork();
  if (child == 0) become_command(where, words, folder);
  if (child < 0) _exit(4);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(shell_status(status));
}

bool ends_within(pid_t child, std::chrono::seconds limit) {
  const OwnedFd fd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  pollfd polled{fd.get(), POLLIN, 0};
  return poll(&polled, 1, static_cast<int>(std::chrono::milliseconds(limit).count())) != 0;
}

}  // namespace

Result<Scenario> load_scenario(const std::string& folder) {
  const std::string file = folder + "/scenario.json";
  const std::string text = TRY(read_whole_file(file));
  ParsedScenario parsed = parse_scenario(text, file);
  std::string findings;
  for (const Diagnostic& diagnostic : parsed.diagnostics) findings += format_diagnostic(diagnostic);
  if (has_errors(parsed.diagnostics)) return fail(Errc::invalid_input, "the scenario can't be used:\n" + findings);
  parsed.scenario.folder = folder;
  TRY_VOID(place_cards(read_guest_texts(parsed.scenario), parsed.scenario));
  return std::move(parsed.scenario);
}

Result<World> start_world(const std::string& folder) {
  const Scenario scenario = TRY(load_scenario(folder));
  FdPair told = TRY(make_pipe());
  const pid_t parent = getpid();
  const unsigned long flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD;
  const auto pid = static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
  if (pid < 0) {
    auto failed = fail_errno(errno, "make namespaces");
    failed.error().hint = "run as root, or in the virtual machine with --vm";
    return failed;
  }
  if (pid == 0) {
    told.first.reset();
    live(scenario, std::move(told.second), parent);
  }
  told.second.reset();
  World world{pid, OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)))};
  std::string text;
  while (read_some(told.first.get(), text)) {
  }
  if (text == "ready") return world;
  waitpid(pid, nullptr, 0);
  return fail(Errc::unavailable, "the world could not be built: " + (text.empty() ? "its first process died" : text));
}

Result<int> run_in_world(pid_t world, const std::string& where, const std::vector<std::string>& words,
                         std::optional<std::chrono::seconds> limit) {
  const OwnedFd fd(static_cast<int>(syscall(SYS_pidfd_open, world, 0)));
  if (!fd.is_open()) return fail(Errc::not_found, "the world is gone");
  std::error_code problem;
  const std::string folder = files::current_path(problem);
  // What the terminal's user types to interrupt is meant for the command; its end is ours to report.
  const auto before_interrupt = std::signal(SIGINT, SIG_IGN);
  const auto before_quit = std::signal(SIGQUIT, SIG_IGN);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return fail_errno(errno, "fork");
  if (child == 0) {
    die_with(parent);
    enter_and_run(fd.get(), where, words, folder);
  }
  const bool in_time = !limit || ends_within(child, *limit);
  if (!in_time) {
    say("the command has not ended in time; ending it");
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGINT, before_interrupt);
  std::signal(SIGQUIT, before_quit);
  return in_time ? shell_status(status) : 124;
}

Result<void> follow(const WorldPlan& plan) {
  TRY_VOID(run_batch("ip", "", plan.cables));
  for (const Inside& inside : plan.inside) {
    TRY_VOID(run_batch("ip", inside.name, inside.ip));
    TRY_VOID(run_batch("bridge", inside.name, inside.bridge));
    TRY_VOID(run_batch("tc", inside.name, inside.tc));
    if (inside.forwards) TRY_VOID(let_forward(inside.name));
  }
  return {};
}

Result<void> run_batch(const std::string& program, const std::string& space, const std::string& lines) {
  if (lines.empty()) return {};
  const auto enter = [&] { return space.empty() || enter_network(space); };
  const Ended ended = TRY(run_program({program, "-batch", "-"}, {.input = lines, .prepare = enter}));
  if (ended.status == 0) return {};
  // "Error: …\nCommand failed -:3"
  const auto colon = ended.error_output.rfind("Command failed -:");
  std::string line;
  if (colon != std::string::npos) {
    const auto number = parse_number<std::size_t>(trim(split(ended.error_output.substr(colon + 17), '\n')[0])).value_or(0);
    const auto all = split(lines, '\n');
    if (number >= 1 && number <= all.size()) line = std::string(all[number - 1]);
  }
  return fail(Errc::unavailable,
              fmt::format("{} {}{}: {}", program, line, space.empty() ? "" : " in " + space, split(ended.error_output, '\n')[0]));
}

bool enter_network(const std::string& name) {
  const OwnedFd fd(open(fmt::format("{}/{}", kNamespaces, name).c_str(), O_RDONLY | O_CLOEXEC));
  return fd.is_open() && setns(fd.get(), CLONE_NEWNET) == 0;
}

}  // namespace drawbridge::lab
