#include "hypervisor/runner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/text.h"
#include "hypervisor/program.h"
#include "hypervisor/qmp.h"

namespace drawbridge::hypervisor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kGlance{10};
constexpr seconds kGrace{5};  ///< for each of quit, SIGTERM and SIGKILL

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

Result<void> make_link(const std::string& path, const std::string& target) {
  std::error_code error;
  if (std::filesystem::read_symlink(path, error) == target) return {};
  const std::string fresh = path + "." + std::to_string(::getpid());
  std::filesystem::remove(fresh, error);
  std::filesystem::create_symlink(target, fresh, error);
  if (!error) std::filesystem::rename(fresh, path, error);
  if (error) return fail_errno(error.value(), "can't make the link " + path);
  return {};
}

Result<void> prepare_folders(const RunFiles& files, const std::string& program) {
  std::error_code error;
  std::filesystem::create_directories(files.folder, error);
  if (!error) std::filesystem::create_directories(folder_of(files.ifup), error);
  if (error) return fail_errno(error.value(), "can't make the folder " + files.folder);
  // Sockets that control VMs are root's alone.
  if (::chmod(files.folder.c_str(), 0700) != 0) return fail_errno(errno, "can't close the folder " + files.folder);
  TRY_VOID(make_link(files.ifup, program));
  return make_link(files.ifdown, program);
}

std::vector<std::string> in_scope(const StartRequest& request) {
  std::vector<std::string> words;
  // systemd-run becomes the program in the scope, under its own pid.
  if (!request.scope.empty())
    words = {"systemd-run", "--scope", "--quiet", "--collect", "--unit=" + request.scope, "--description=Drawbridge: a virtual machine",
             "--"};
  words.insert(words.end(), request.words.begin(), request.words.end());
  return words;
}

/// In the child. Default signals, no descriptor of ours: locks and terminals must not live on in QEMU.
[[noreturn]] void become(const StartRequest& request, const std::vector<std::string>& words, int log) {
  ::setsid();
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nowhere = ::open("/dev/null", O_RDONLY);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  if (::chdir("/") != 0) ::_exit(126);
  ::umask(0077);
  for (const std::string& entry : request.environment) ::putenv(const_cast<char*>(entry.c_str()));
  ::execvp(words.front().c_str(), pointers_to(words).data());
  const std::string why = words.front() + (errno == ENOENT ? " is not installed\n" : " can't be started\n");
  const auto told = ::write(STDERR_FILENO, why.data(), why.size());
  ::_exit(told < 0 ? 126 : 127);
}

/// A QEMU that is not up yet: ends with the object unless let go.
class Starting {
 public:
  static Result<Starting> begin(const RunFiles& files, const StartRequest& request) {
    const Descriptor log(::open(files.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600));
    if (!log.is_open()) return fail_errno(errno, "can't write " + files.log);
    const auto words = in_scope(request);
    const pid_t pid = ::fork();
    if (pid < 0) return fail_errno(errno, "can't start QEMU");
    if (pid == 0) become(request, words, log.get());
    return Starting(files, pid);
  }
  Starting(Starting&& other) noexcept : files_(other.files_), pid_(std::exchange(other.pid_, 0)) {}
  Starting(const Starting&) = delete;
  Starting& operator=(const Starting&) = delete;
  Starting& operator=(Starting&&) = delete;
  ~Starting() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    reap(0);
    clean_up(files_);
  }

  Result<Qmp> wait_until_it_answers(milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (true) {
      if (reap(WNOHANG)) return died();
      auto qmp = Qmp::connect(files_.qmp, std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(deadline - Clock::now())));
      if (qmp || qmp.error().code == Errc::timed_out || qmp.error().code == Errc::invalid_input) return qmp;
      if (Clock::now() > deadline) return fail(Errc::timed_out, "QEMU has started, but does not answer: " + words());
      std::this_thread::sleep_for(kGlance);
    }
  }
  /// The error with QEMU's words, if it has ended meanwhile; else the one given.
  std::unexpected<Error> explain(Error error) {
    // A socket that is closed is closed a moment before its process is gone.
    for (int i = 0; i < 50 && pid_ != 0 && error.code == Errc::unavailable; ++i) {
      if (reap(WNOHANG)) return died();
      std::this_thread::sleep_for(kGlance);
    }
    return std::unexpected(std::move(error));
  }
  pid_t let_go() { return std::exchange(pid_, 0); }

 private:
  Starting(const RunFiles& files, pid_t pid) : files_(files), pid_(pid) {}

  bool reap(int options) {
    int status = 0;
    pid_t got = 0;
    while ((got = ::waitpid(pid_, &status, options)) < 0 && errno == EINTR) {
    }
    if (got == 0) return false;
    pid_ = 0;
    return true;
  }
  std::string words() const {
    std::ifstream log(files_.log);
    const std::string text{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()};
    return printable(trim(replace_all(text, '\n', ' ')), 2000);
  }
  std::unexpected<Error> died() {
    const std::string said = words();
    clean_up(files_);
    return fail(Errc::unavailable, said.empty() ? "the VM ended at once, and QEMU says nothing" : "the VM ended at once: " + said);
  }

  const RunFiles& files_;
  pid_t pid_;
};

Result<void> set_going(Qmp& qmp, const StartRequest& request) {
  for (const std::string& card : request.links_down) TRY_VOID(qmp.execute("set_link", {{"name", card}, {"up", false}}, request.patience));
  TRY_VOID(qmp.execute("cont", {}, request.patience));
  TRY_VOID(qmp.execute("query-status", {}, request.patience));
  return {};
}

/// Waits and tells each second; true once it has ended.
bool await_end(const GuestProcess& process, const StopRequest& request, StopStage stage, milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left.count() > 0) request.tell(stage, std::chrono::ceil<seconds>(left));
    if (process.wait(std::clamp(left, milliseconds(0), milliseconds(1000)))) return true;
    if (left.count() <= 0) return false;
  }
}

/// True if QEMU has taken the command.
bool tell_qemu(const RunFiles& files, std::string_view command) {
  auto qmp = Qmp::connect(files.qmp);
  if (!qmp) return false;
  const auto answer = qmp->execute(command);
  // quit closes the socket, perhaps before it answers.
  return answer || answer.error().code == Errc::unavailable;
}

}  // namespace

Result<pid_t> start_guest(const RunFiles& files, const StartRequest& request) {
  if (GuestProcess::find(files)) return fail(Errc::conflict, "the VM runs already");
  if (files.serial(0).size() >= sizeof(sockaddr_un::sun_path))
    return fail(Errc::invalid_input, "the path of the VM's sockets would be too long: " + files.stem, {}, "use a shorter --root");
  TRY_VOID(prepare_folders(files, request.program));
  clean_up(files);
  if (request.prepare)
    if (const auto prepared = request.prepare(); !prepared) {
      clean_up(files);
      return fail(prepared.error());
    }
  Starting starting = TRY(Starting::begin(files, request));
  auto qmp = starting.wait_until_it_answers(request.patience);
  if (!qmp) return starting.explain(std::move(qmp.error()));
  if (auto going = set_going(*qmp, request); !going) return starting.explain(std::move(going.error()));
  return starting.let_go();
}

Result<StopStage> stop_guest(const RunFiles& files, const GuestProcess& process, const StopRequest& request) {
  bool answers = true;
  const auto ended = [&](StopStage stage, milliseconds patience) {
    const bool gone = await_end(process, request, stage, patience);
    if (gone) clean_up(files);
    return gone;
  };
  if (!request.force) {
    request.tell(StopStage::powerdown, std::chrono::ceil<seconds>(request.patience));
    answers = tell_qemu(files, "system_powerdown");
    if (answers && ended(StopStage::powerdown, request.patience)) return StopStage::powerdown;
    if (!request.may_cut) return fail(Errc::timed_out, "the guest did not shut down, and runs on", {}, "without --no-cut its power is cut");
  }
  if (answers && tell_qemu(files, "quit") && ended(StopStage::quit, kGrace)) return StopStage::quit;
  for (const auto& [stage, number] : {std::pair(StopStage::terminate, SIGTERM), std::pair(StopStage::kill, SIGKILL)}) {
    process.signal(number);
    if (ended(stage, kGrace)) return stage;
  }
  return fail(Errc::unavailable, "process " + std::to_string(process.pid()) + " does not end", {},
              "the kernel holds it; look at /proc/" + std::to_string(process.pid()) + "/stack");
}

void clean_up(const RunFiles& files) {
  std::error_code ignored;
  for (const std::string& path : {files.pid, files.qmp, files.log, files.vnc, files.agent, files.seed, files.record, files.serial(0),
                                  files.serial(1), files.serial(2), files.serial(3)})
    std::filesystem::remove(path, ignored);
}

bool has_systemd() { return ::access("/run/systemd/system", F_OK) == 0; }

}  // namespace drawbridge::hypervisor
