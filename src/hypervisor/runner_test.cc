// Starting and ending against programs that behave badly; QEMU itself is tests/cli/guest_run_lab_test.cc's.
#include "hypervisor/runner.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "hypervisor/hypervisor_testing.h"

namespace drawbridge::hypervisor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

class Runner : public testing::Test {
 protected:
  Runner() {
    std::string pattern = testing::TempDir() + "runXXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    files_ = run_files(root_, 100);
  }
  ~Runner() override { std::filesystem::remove_all(root_); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  StartRequest request(const std::string& script) const {
    StartRequest request;
    request.words = {"/bin/sh", "-c", script, "sh", "-pidfile", files_.pid};
    request.program = "/nonexistent";
    request.patience = 400ms;
    return request;
  }
  std::vector<std::string> leftovers() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(files_.folder)) names.push_back(entry.path().filename());
    return names;
  }
  /// Starts a script as if it were a VM that runs, past start_guest.
  GuestProcess run_as_guest(const std::string& script) const {
    std::filesystem::create_directories(files_.folder);
    const std::string path = root_ + "/guest.sh";
    std::ofstream(path) << "echo $$ > \"$2\"; " << script << "\n";
    EXPECT_EQ(std::system(("setsid sh " + path + " -pidfile " + files_.pid + " >/dev/null 2>&1 &").c_str()), 0);
    for (int i = 0; i < 500; ++i) {
      if (auto process = GuestProcess::find(files_)) return std::move(*process);
      std::this_thread::sleep_for(10ms);
    }
    ADD_FAILURE() << "the script does not run";
    std::abort();
  }

  std::string root_;
  RunFiles files_;
};

TEST_F(Runner, TellsTheLastWords) {
  const auto started = start_guest(files_, request("echo 'qemu: no such machine' >&2; exit 1"));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::unavailable);
  EXPECT_THAT(started.error().what, HasSubstr("the VM ended at once: qemu: no such machine"));
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(Runner, EndsWhatDoesNotAnswer) {
  const auto before = std::chrono::steady_clock::now();
  const auto started = start_guest(files_, request("echo $$ > '" + files_.pid + "'; while :; do sleep 1; done"));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::timed_out) << started.error().what;
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
  EXPECT_FALSE(GuestProcess::find(files_));
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(Runner, NamesTheProgramThatIsMissing) {
  auto missing = request("");
  missing.words = {"/nonexistent/qemu"};
  EXPECT_THAT(start_guest(files_, missing).error().what, HasSubstr("/nonexistent/qemu is not installed"));
}

TEST_F(Runner, FailsWhereItsFilesDo) {
  auto failing = request("echo ran > " + root_ + "/ran");
  failing.prepare = []() -> Result<void> { return fail(Errc::unavailable, "no room"); };
  EXPECT_EQ(start_guest(files_, failing).error().what, "no room");
  EXPECT_FALSE(std::filesystem::exists(root_ + "/ran"));
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(Runner, RefusesPathsThatNoSocketCanHave) {
  const auto deep = run_files(root_ + "/" + std::string(100, 'x'), 100);
  EXPECT_EQ(start_guest(deep, request("")).error().code, Errc::invalid_input);
}

TEST_F(Runner, AsksSystemdForAScope) {
  const std::string path = root_ + "/systemd-run";
  std::ofstream(path) << "#!/bin/sh\necho \"$@\"; echo \"root=$DRAWBRIDGE_ROOT\"; exit 1\n";
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  const std::string old = std::getenv("PATH");
  ::setenv("PATH", (root_ + ":" + old).c_str(), 1);
  auto scoped = request("true");
  scoped.scope = "drawbridge-guest-100";
  scoped.environment = {"DRAWBRIDGE_ROOT=/r"};
  const auto started = start_guest(files_, scoped);
  ::setenv("PATH", old.c_str(), 1);
  EXPECT_THAT(started.error().what, HasSubstr("--scope --quiet --collect --unit=drawbridge-guest-100"));
  EXPECT_THAT(started.error().what, HasSubstr("-- /bin/sh -c true"));
  EXPECT_THAT(started.error().what, HasSubstr("root=/r"));
}

TEST_F(Runner, OffersItselfAsQemusScripts) {
  static_cast<void>(start_guest(files_, request("exit 1")));
  EXPECT_EQ(std::filesystem::read_symlink(files_.ifup), "/nonexistent");
  EXPECT_EQ(std::filesystem::read_symlink(files_.ifdown), "/nonexistent");
}

TEST_F(Runner, EndsWhatHasNoControlSocketBySignals) {
  const auto gentle = run_as_guest("while :; do sleep 1; done");
  EXPECT_EQ(*stop_guest(files_, gentle, {.force = true}), StopStage::terminate);
  const auto stubborn = run_as_guest("trap '' TERM; while :; do sleep 1; done");
  std::vector<StopStage> told;
  StopRequest request;
  request.tell = [&](StopStage stage, std::chrono::seconds) { told.push_back(stage); };
  EXPECT_EQ(*stop_guest(files_, stubborn, request), StopStage::kill);
  EXPECT_THAT(told, testing::Contains(StopStage::terminate));
  EXPECT_FALSE(GuestProcess::find(files_));
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(Runner, DoesNotTakeAnotherProcessForTheGuest) {
  EXPECT_FALSE(GuestProcess::find(files_));
  std::filesystem::create_directories(files_.folder);
  for (const std::string& pid : {std::to_string(::getpid()), std::string("1"), std::string("-1"), std::string("x"), std::string()}) {
    std::ofstream(files_.pid) << pid << "\n";
    EXPECT_FALSE(GuestProcess::find(files_)) << pid;
  }
}

}  // namespace
}  // namespace drawbridge::hypervisor
