// Starting programs. The lab has one thread, so fork(2) is safe everywhere in it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/owned_fd.h"

namespace drawbridge::lab {

/// What a program said and how it ended: its exit status, or 128 + the signal that killed it.
struct Ended {
  int status = 0;
  std::string output;
  std::string error_output;
};

/// How a program is started. `prepare` runs in the child before exec: entering a namespace, for example; false ends it with 126.
struct StartOptions {
  std::string input;
  std::function<bool()> prepare;
  std::chrono::milliseconds limit = std::chrono::minutes(10);
};

/// Runs a program to its end with its output captured. The child is killed with the caller.
/// Errors: not_found if there is no such program, timed_out after `limit` (the program is killed), those of fork(2).
Result<Ended> run_program(const std::vector<std::string>& words, const StartOptions& options = {});

/// Like run_program, but an exit status other than 0 is an error that carries the program's last words.
Result<std::string> program_output(const std::vector<std::string>& words, const StartOptions& options = {});

/// A status of waitpid(2) as a shell counts it: exit status, or 128 + signal.
int shell_status(int wait_status);

/// Makes the calling process die with `parent`: PR_SET_PDEATHSIG, and _exit at once if the parent is gone already. The signal
/// follows the thread that forked, so fork from the main thread.
void die_with(pid_t parent);

/// execvp with the words given; returns only on failure.
void exec_words(const std::vector<std::string>& words);

/// The path of this program.
std::string own_path();

/// Where commands of a lab find this very program, whatever is installed on the machine, under its own name and under those of
/// the familiar commands it stands in for. Made inside the lab only, and first in the PATH of what runs there.
inline constexpr const char* kOwnPrograms = "/run/drawbridge-lab/bin";
void offer_own_program();
/// Puts that folder first in this process's PATH.
void prefer_own_program();

Result<FdPair> make_pipe();
/// A connected pair of stream sockets.
Result<FdPair> make_socket_pair();
void set_nonblocking(int fd);
/// Reads what there is into `text`; false at the end of the stream. A read that would block gives true.
bool read_some(int fd, std::string& text, std::size_t most = 65536);

}  // namespace drawbridge::lab
