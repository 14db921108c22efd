#include "lab/lab_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/client.h"
#include "lab/features.h"
#include "lab/gallery.h"
#include "lab/hub.h"
#include "lab/subprocess.h"
#include "lab/world.h"

namespace drawbridge::lab {
namespace {

struct Chosen {
  bool native = false;
  std::string why;
};

/// Native if this kernel can do all that the scenario needs.
Result<Chosen> choose_way(const Options& options, const std::string& folder) {
  if (options.way == Way::machine || folder.empty()) {
    if (options.way == Way::native) return fail(Errc::invalid_input, "--native needs a scenario: there is nothing to run otherwise");
    return Chosen{false, options.way == Way::machine ? "as asked" : "no scenario, so a machine of its own"};
  }
  const Scenario scenario = TRY(load_scenario(folder));
  auto missing = missing_features(scenario.needs);
  if (!missing && (options.way == Way::native || missing.error().code == Errc::invalid_input)) return fail(std::move(missing.error()));
  if (!missing) return Chosen{false, missing.error().what};
  if (missing->empty()) return Chosen{true, options.way == Way::native ? "as asked" : "this kernel has everything that the scenario needs"};
  const std::string lack = "this kernel lacks " + join(*missing, ", ");
  if (options.way == Way::native) return fail(Errc::unsupported, "the scenario can't run natively: " + lack, {}, "leave --native away");
  return Chosen{false, lack};
}

std::vector<std::string> own_words(bool json) {
  std::vector<std::string> words{own_path()};
  if (json) words.emplace_back("--json");
  words.emplace_back("lab");
  return words;
}

std::vector<std::string> command_of(const Options& options) {
  if (options.verb != Verb::shell) return options.words;
  const char* shell = std::getenv("SHELL");
  return {shell != nullptr && access(shell, X_OK) == 0 ? shell : "/bin/sh", "-i"};
}

/// What is run in a world: the command, after the node is set up if that is asked for; by default the check of all traffic.
Result<int> run_in(pid_t world, const Options& options, bool json) {
  std::vector<std::string> words = command_of(options);
  if (words.empty()) {
    words = own_words(json);
    words.insert(words.end(), {"traffic", "--apply"});
  } else if (options.apply) {
    std::vector<std::string> setup = own_words(false);
    setup.insert(setup.end(), {"attach", "--apply"});
    const int status = TRY(run_in_world(world, "", setup, std::nullopt));
    if (status != 0) return status;
  }
  return run_in_world(world, options.where, words, options.timeout);
}

Result<int> run_natively(const Options& options, const std::string& folder, bool json) {
  const World world = TRY(start_world(folder));
  auto ended = run_in(world.pid, options, json);
  kill(world.pid, SIGKILL);
  return ended;
}

/// The command as the machine gets it: inside, a world is native. `held`: the machine holds a world already.
std::vector<std::string> words_for_machine(const Options& options, const std::string& folder, bool held, bool json) {
  if (folder.empty() && !held) return command_of(options);
  std::vector<std::string> words = own_words(json);
  words.emplace_back("run");
  if (!options.where.empty()) words.insert(words.end(), {"--in", options.where});
  if (options.apply) words.emplace_back("--apply");
  if (folder.empty())
    words.insert(words.end(), {"--name", "held"});
  else
    words.insert(words.end(), {"--native", folder});
  const std::vector<std::string> command = command_of(options);
  if (!command.empty()) words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

Result<int> run_over(Channel& channel, const LabState& state, const Options& options, const std::string& folder, bool json) {
  Request request;
  request.words = words_for_machine(options, folder, !state.scenario.empty(), json);
  if (request.words.empty()) return fail(Errc::invalid_input, "lab: what is to be run? A scenario, or a command after \"--\"");
  if (folder.empty() && state.scenario.empty() && !options.where.empty()) return fail(Errc::invalid_input, "lab: --in needs a scenario");
  request.environment = own_environment();
  std::error_code problem;
  request.folder = std::filesystem::current_path(problem);
  request.terminal = (options.terminal || options.verb == Verb::shell) && isatty(0) == 1;
  describe_terminal(request);
  return run_remotely(channel, request, options.timeout);
}

Result<int> run_in_joined(OwnedFd fd, const Options& options, const std::string& folder, bool json) {
  Channel channel(std::move(fd));
  const LabState state = TRY(await_lab(channel));
  if (state.virtual_machine) return run_over(channel, state, options, folder, json);
  if (!folder.empty()) return run_natively(options, folder, json);
  return run_in(state.world, options, json);
}

Result<std::optional<Accelerator>> accelerator_of(const Options& options) {
  if (options.accelerator.empty()) return std::optional<Accelerator>();
  if (options.accelerator == "count") return std::optional<Accelerator>(Accelerator::counting);
  return std::optional<Accelerator>(options.accelerator == "kvm" ? Accelerator::kvm : Accelerator::tcg);
}

/// A machine for one command: a child holds it, and dies with this process.
Result<int> run_in_own_machine(const Options& options, const std::string& folder, bool json) {
  FdPair ends = TRY(make_socket_pair());
  HubPlan plan;
  plan.accelerator = TRY(accelerator_of(options));
  plan.ends_with_first = true;
  plan.processors = options.processors.value_or(1);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) {
    die_with(parent);
    // The command's input is the client's to read, and its end the client's to see.
    const OwnedFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    dup2(nothing.get(), 0);
    dup2(nothing.get(), 1);
    ends.first.reset();
    plan.first = std::move(ends.second);
    _exit(run_hub(std::move(plan)));
  }
  ends.second.reset();
  Channel channel(std::move(ends.first));
  const LabState state = TRY(await_lab(channel));
  say(fmt::format("kernel {} up after {:.1f} s ({})", state.kernel, state.boot_seconds, state.why));
  auto ended = run_over(channel, state, options, folder, json);
  stop_lab(channel);
  return ended;
}

void end_with_parent(HubPlan& plan, bool wanted) {
  if (wanted) plan.watched = OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0)));
}

}  // namespace

Result<int> run_command_in_lab(const Options& options, bool json) {
  const std::string folder = options.scenario.empty() ? "" : TRY(find_scenario(options.scenario));
  if (options.name || options.way == Way::automatic) {
    auto fd = connect_to(options.name.value_or("default"));
    if (fd) return run_in_joined(std::move(*fd), options, folder, json);
    if (options.name) return fail(std::move(fd.error()));
  }
  const Chosen chosen = TRY(choose_way(options, folder));
  if (folder.empty() && command_of(options).empty()) {
    return fail(Errc::invalid_input, "lab: what is to be run? A scenario, or a command after \"--\"", {},
                "\"drawbridge lab list\" lists the scenarios");
  }
  if (options.way == Way::automatic) say(fmt::format("{}: {}", chosen.native ? "natively" : "in a virtual machine", chosen.why));
  return chosen.native ? run_natively(options, folder, json) : run_in_own_machine(options, folder, json);
}

Result<int> bring_up(const Options& options) {
  HubPlan plan;
  if (!options.scenario.empty()) plan.scenario = TRY(find_scenario(options.scenario));
  const Chosen chosen = TRY(choose_way(options, plan.scenario));
  const std::string name = options.name.value_or("default");
  plan.virtual_machine = !chosen.native;
  plan.why = chosen.why;
  plan.accelerator = TRY(accelerator_of(options));
  plan.lifetime = options.lifetime;
  plan.processors = options.processors.value_or(2);
  plan.announce = options.announce;
  plan.listener = TRY(listen_as(name));
  end_with_parent(plan, options.with_parent);
  if (!options.detach) {
    if (!options.announce) say(fmt::format("{}: {}; Ctrl-C ends it", chosen.native ? "natively" : "in a virtual machine", chosen.why));
    return run_hub(std::move(plan));
  }
  FdPair ends = TRY(make_socket_pair());
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) {
    setsid();
    ends.first.reset();
    plan.first = std::move(ends.second);
    plan.quiet_when_up = true;
    _exit(run_hub(std::move(plan)));
  }
  ends.second.reset();
  Channel channel(std::move(ends.first));
  const LabState state = TRY(await_lab(channel));
  say(fmt::format("lab {} is up after {:.1f} s: kernel {} ({})", name, state.boot_seconds, state.kernel, state.why));
  return 0;
}

}  // namespace drawbridge::lab
