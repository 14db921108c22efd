// The process: its name and words in, its exit status out. Everything else is in cli/run.cc.
#include <malloc.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/run.h"

int main(int count, char** words) {
  // A reader that goes away (`| head`) must not end a transaction half-way; write errors are seen at the end.
  std::signal(SIGPIPE, SIG_IGN);
  const std::string program = count > 0 ? words[0] : "drawbridge";
  // Snapshots are many small pieces beside a few large ones (files, messages). With fast bins the C library sweeps all the small ones
  // together whenever a large one comes or goes: a third of the time of a reload of 5,000 interfaces.
  ::mallopt(M_MXFAST, 0);
  return drawbridge::cli::run(program, std::vector<std::string>(words + (count > 0 ? 1 : 0), words + count));
}
