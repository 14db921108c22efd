#include "cli/container_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>

#include "base/text.h"
#include "hypervisor/lxc_config.h"
#include "hypervisor/program.h"
#include "hypervisor/run_files.h"

namespace drawbridge::cli {
namespace {

constexpr std::chrono::seconds kStartLimit{60};
constexpr std::chrono::seconds kAskLimit{5};
constexpr std::chrono::seconds kKillLimit{30};

/// Where LXC looks for containers, while they run.
std::string lxc_folder(Context& context) { return hypervisor::run_files(context.system.root(), guest::kFirstVmid).folder + "/lxc"; }
std::string folder_of(Context& context, guest::Vmid vmid) { return lxc_folder(context) + "/" + std::to_string(vmid); }

Result<hypervisor::ProgramEnd> run_lxc(Context& context, const std::string& tool, guest::Vmid vmid, std::vector<std::string> options,
                                       std::chrono::milliseconds limit) {
  options.insert(options.begin(), {tool, "-P", lxc_folder(context), "-n", std::to_string(vmid)});
  auto end = hypervisor::run_program(options, limit);
  if (!end && end.error().code == Errc::not_found)
    return fail(Errc::not_found, "containers are started by LXC, which is not here", {}, "apt install lxc");
  return end;
}

/// For a shell.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// What LXC said itself: its file's lines that are errors, without what it puts before them.
std::string words_of_log(Context& context, const std::string& path) {
  std::string words;
  std::istringstream text(context.system.files().read(path).value_or(""));
  for (std::string line; std::getline(text, line);) {
    if (line.find(" ERROR ") == std::string::npos) continue;
    const auto dash = line.find(" - ", line.find(".c:"));
    if (!words.empty()) words += "; ";
    words += printable(dash == std::string::npos ? line : line.substr(dash + 3), 200);
    if (words.size() > 600) break;
  }
  return words;
}

hypervisor::LxcHost lxc_host(Context& context, const guest::Guest& guest, const std::string& program) {
  constexpr const char* kCommon = "/usr/share/lxc/config/common.conf";
  const std::string& root = context.system.root();
  hypervisor::LxcHost host;
  host.hook = quoted(program) + (root.empty() ? "" : " --root " + quoted(root)) + " --node " + quoted(guest.node) + " guest hook --";
  host.unified = ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
  if (::access(kCommon, R_OK) == 0) host.common = kCommon;
  return host;
}

}  // namespace

std::optional<pid_t> find_container(Context& context, guest::Vmid vmid) {
  if (!context.system.files().read(folder_of(context, vmid) + "/config")) return std::nullopt;
  const auto end = run_lxc(context, "lxc-info", vmid, {"-p", "-H"}, kAskLimit);
  return end && end->status == 0 ? parse_number<pid_t>(trim(end->output)) : std::nullopt;
}

Result<pid_t> start_container(Context& context, const guest::Guest& guest, const std::string& program, const std::string& record) {
  const auto config = hypervisor::lxc_config(guest, lxc_host(context, guest, program));
  for (const auto& finding : config.diagnostics)
    if (finding.severity == Severity::error) return fail(Errc::invalid_input, finding.message, finding.where, finding.hint);
  context.console.diagnose(config.diagnostics);
  const auto folder = folder_of(context, guest.vmid);
  auto& files = context.system.files();
  const auto clean_up = [&] {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  };
  clean_up();
  TRY_VOID(files.write(folder + "/config", config.text, 0600));
  TRY_VOID(files.write(hypervisor::run_files(context.system.root(), guest.vmid).record, record, 0600));
  const auto log = folder + "/log";
  const auto end = run_lxc(context, "lxc-start", guest.vmid, {"-d", "-o", log, "-l", "ERROR"}, kStartLimit);
  const auto pid = end && end->status == 0 ? find_container(context, guest.vmid) : std::nullopt;
  if (pid) return *pid;
  auto error =
      end ? Error{Errc::unavailable, "LXC could not start it: " + words_of_log(context, log), {guest.path, 0, 0}, {}, 0} : end.error();
  std::ignore = stop_container(context, guest.vmid, 0);
  return fail(std::move(error));
}

Result<void> stop_container(Context& context, guest::Vmid vmid, std::uint64_t seconds, bool may_cut) {
  if (find_container(context, vmid)) {
    std::vector<std::string> options{"-k"};
    if (seconds > 0) options = {"-t", std::to_string(seconds)};
    if (!may_cut) options = {"-t", std::to_string(std::max<std::uint64_t>(seconds, 1)), "--nokill"};
    const auto end = TRY(run_lxc(context, "lxc-stop", vmid, std::move(options), std::chrono::seconds(seconds) + kKillLimit));
    const bool runs = find_container(context, vmid).has_value();
    if (runs && !may_cut) return fail(Errc::timed_out, "the container did not shut down in " + std::to_string(seconds) + " s, and runs on");
    if (runs) return fail(Errc::unavailable, "LXC could not stop it: " + printable(trim(end.output), 300));
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_of(context, vmid), ignored);
  std::filesystem::remove(hypervisor::run_files(context.system.root(), vmid).record, ignored);
  return {};
}

}  // namespace drawbridge::cli
