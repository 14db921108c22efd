#include "cli/keep_question.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <string>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

volatile sig_atomic_t interrupted = 0;
void note_interrupt(int) { interrupted = 1; }

/// While it lives, Ctrl-C is an answer instead of the end of the process.
class InterruptIsAnswer {
 public:
  InterruptIsAnswer() {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = note_interrupt;
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptIsAnswer() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptIsAnswer(const InterruptIsAnswer&) = delete;
  InterruptIsAnswer& operator=(const InterruptIsAnswer&) = delete;

 private:
  struct sigaction before_{};
};

}  // namespace

Answer ask_to_keep(Console& console, const std::function<std::optional<std::chrono::seconds>()>& left) {
  const InterruptIsAnswer guard;
  for (auto time = left(); time && time->count() > 0; time = left()) {
    console.ticker("Keep it? [y/N] (undone in " + std::to_string(time->count()) + " s) ");
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&input, 1, 1000);
    if (interrupted != 0) return Answer::undo;
    if (ready <= 0) continue;
    std::string line(256, '\0');
    const auto got = ::read(STDIN_FILENO, line.data(), line.size());
    if (got < 0) continue;
    const std::string word = to_lower(trim(std::string_view(line).substr(0, static_cast<std::size_t>(got))));
    return word.starts_with("y") ? Answer::keep : Answer::undo;
  }
  return Answer::ended_elsewhere;
}

}  // namespace drawbridge::cli
