// One command to be run by the lab's agent, and what a lab tells about itself; both as JSON on the channel.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::lab {

struct Request {
  std::vector<std::string> words;
  std::map<std::string, std::string> environment;
  std::string folder = "/";
  bool terminal = false;
  int rows = 24;
  int columns = 80;
  bool operator==(const Request&) const = default;
};

/// What a lab that is up says to everyone who connects.
struct LabState {
  bool virtual_machine = false;
  std::string kernel;    ///< release, such as 6.1.0-56-amd64
  std::string why;       ///< accelerator, or why native
  std::string scenario;  ///< folder of the scenario that it holds; empty: none
  int world = 0;         ///< native: process id of the world's first process; 0: none
  double boot_seconds = 0;
  bool operator==(const LabState&) const = default;
};

std::string format_request(const Request& request);
Result<Request> parse_request(std::string_view text);
std::string format_state(const LabState& state);
Result<LabState> parse_state(std::string_view text);

/// This process's environment.
std::map<std::string, std::string> own_environment();

}  // namespace drawbridge::lab
