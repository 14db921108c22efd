#include "cli/web_keeper.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "http/certificate.h"
#include "http/site.h"

namespace drawbridge::cli {
namespace {

/// Time goes by without anybody telling: certificates end.
constexpr int kLookAgainMs = 3'600'000;

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::vector<std::string> folders_of(const http::KeyFiles& files) {
  std::vector<std::string> out{std::filesystem::path(files.certificate).parent_path()};
  if (const auto other = std::filesystem::path(files.key).parent_path().string(); other != out.front()) out.push_back(other);
  return out;
}

}  // namespace

Result<WebKeeper> WebKeeper::open(std::optional<http::KeyFiles> files, Console& console) {
  WebKeeper keeper(std::move(files), console);
  if (!keeper.files_) return keeper;
  keeper.keys_ = TRY(http::read_keys(*keeper.files_, http::own_names(), seconds_now()));
  keeper.watch_ = TRY(store::FolderWatch::open(folders_of(*keeper.files_)));
  return keeper;
}

std::string WebKeeper::about() const {
  const auto fingerprint = files_ ? http::certificate_fingerprint(keys_.certificate) : Result<std::string>(std::string());
  return fingerprint && !fingerprint->empty() ? ", certificate SHA-256 " + *fingerprint : "";
}

void WebKeeper::leave() {
  watch_.reset();
  keys_ = {};
}

void WebKeeper::look(int channel) {
  if (!files_) return;
  auto now = http::read_keys(*files_, http::own_names(), seconds_now());
  if (!now) {
    // Certificate and key are seldom replaced in the same moment: until they fit together the old pair serves.
    if (std::exchange(told_, now.error().what) != now.error().what) console_->note("the certificate stays as it is: " + now.error().what);
    return;
  }
  told_.clear();
  if (*now == keys_) return;
  if (auto sent = http::send_keys(channel, *now); !sent) return console_->note(sent.error().what);
  keys_ = std::move(*now);
  console_->note("new connections get the new certificate" + about());
}

std::optional<int> WebKeeper::take_signals(pid_t child, int channel, int signals) {
  signalfd_siginfo info{};
  while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    int status = 0;
    if (info.ssi_signo == SIGHUP) look(channel);
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) ::kill(child, SIGTERM);
    if (info.ssi_signo != SIGCHLD || ::waitpid(child, &status, WNOHANG) != child) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(Exit::refused);
  }
  return std::nullopt;
}

int WebKeeper::supervise(pid_t child, int channel, int signals, const std::function<void()>& ready) {
  bool told = false;
  for (;;) {
    std::array<pollfd, 3> wait{{{signals, POLLIN, 0}, {watch_ ? watch_->descriptor() : -1, POLLIN, 0}, {told ? -1 : channel, POLLIN, 0}}};
    const int woken = ::poll(wait.data(), wait.size(), kLookAgainMs);
    if (woken < 0) continue;
    if (wait[0].revents != 0) {
      if (const auto status = take_signals(child, channel, signals)) return *status;
    }
    if (wait[2].revents != 0) {
      char byte = 0;
      told = true;
      if (::recv(channel, &byte, 1, MSG_DONTWAIT) == 1) ready();
    }
    const bool changed = wait[1].revents != 0 && watch_->drain();
    if (changed || woken == 0) look(channel);
  }
}

}  // namespace drawbridge::cli
