#include "auth/system_password.h"

#include <fcntl.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace drawbridge::auth {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* kService = "drawbridge";

/// Answers the question for the password, and no other: one that asks for more than that is not for us.
int converse(int count, const pam_message** messages, pam_response** responses, void* password) {
  if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
  auto* answers = static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (answers == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    const int style = messages[i]->msg_style;
    if (style == PAM_PROMPT_ECHO_OFF) answers[i].resp = strdup(static_cast<const char*>(password));
    if (style == PAM_PROMPT_ECHO_ON) {
      // PAM frees nothing of an answer that failed.
      for (int j = 0; j < i; ++j) std::free(answers[j].resp);
      std::free(answers);
      return PAM_CONV_ERR;
    }
  }
  *responses = answers;
  return PAM_SUCCESS;
}

/// Those who fail wait elsewhere: the limit of logins, and the delay of the answer.
void never_wait(int, unsigned, void*) {}

/// "" or PAM's words.
std::string ask_pam(const std::string& name, const std::string& password, const std::string& address) {
  std::string secret = password;
  const pam_conv conversation{converse, secret.data()};
  pam_handle_t* handle = nullptr;
  int result = pam_start(kService, name.c_str(), &conversation, &handle);
  if (result != PAM_SUCCESS) return "PAM can't be started";
  const auto delay = never_wait;
  pam_set_item(handle, PAM_FAIL_DELAY, reinterpret_cast<const void*>(+delay));
  if (!address.empty()) pam_set_item(handle, PAM_RHOST, address.c_str());
  result = pam_authenticate(handle, PAM_DISALLOW_NULL_AUTHTOK | PAM_SILENT);
  if (result == PAM_SUCCESS) result = pam_acct_mgmt(handle, PAM_DISALLOW_NULL_AUTHTOK | PAM_SILENT);
  const std::string words = result == PAM_SUCCESS ? "" : pam_strerror(handle, result);
  pam_end(handle, result);
  return words;
}

constexpr char kGood = '+';
constexpr char kBad = '-';

[[noreturn]] void run_child(int answer, const std::string& name, const std::string& password, const std::string& address) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {0, 1, 2}) dup2(null, stream);
  const std::string words = ask_pam(name, password, address);
  const std::string text = words.empty() ? std::string(1, kGood) : kBad + words.substr(0, 200);
  // The parent may be gone: then nobody wants to know.
  [[maybe_unused]] const auto written = write(answer, text.data(), text.size());
  _exit(0);
}

/// What the child says until it ends; nullopt: it took too long.
std::optional<std::string> listen(int pipe, SteadyClock::time_point until) {
  std::string text;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    pollfd waited{pipe, POLLIN, 0};
    const int ready = left <= 0 ? 0 : poll(&waited, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    std::array<char, 256> buffer{};
    const auto got = read(pipe, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<void> check_system_password(const std::string& name, const std::string& password, const std::string& address,
                                   std::chrono::milliseconds patience) {
  if (password.contains('\0') || name.contains('\0')) return fail(Errc::denied, "no password has such bytes");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "no pipe");
  const pid_t child = fork();
  if (child < 0) {
    const int why = errno;
    close(ends[0]);
    close(ends[1]);
    return fail_errno(why, "no process to ask PAM in");
  }
  if (child == 0) run_child(ends[1], name, password, address);
  close(ends[1]);
  const auto answer = listen(ends[0], SteadyClock::now() + patience);
  close(ends[0]);
  if (!answer) kill(child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!answer) return fail(Errc::timed_out, "PAM gives no answer", {}, "look at /etc/pam.d/drawbridge and the system's log");
  if (answer->starts_with(kGood)) return {};
  if (answer->empty()) return fail(Errc::unavailable, "PAM ended without an answer", {}, "look at the system's log");
  return fail(Errc::denied, printable(answer->substr(1), 200));
}

}  // namespace drawbridge::auth
