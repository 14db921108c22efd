#include "lab/command.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>

#include "base/json_text.h"
#include "lab/agent.h"
#include "lab/cache_folder.h"
#include "lab/client.h"
#include "lab/gallery.h"
#include "lab/guest_start.h"
#include "lab/hub.h"
#include "lab/lab_run.h"
#include "lab/options.h"
#include "lab/scenario_run.h"
#include "lab/subprocess.h"
#include "lab/tiny_linux.h"
#include "lab/world.h"

namespace drawbridge::lab {
namespace {

int exit_of(const Error& error) { return error.code == Errc::invalid_input ? 3 : 4; }

int complain(const Error& error) {
  say(error.what);
  if (!error.hint.empty()) say("hint: " + error.hint);
  return exit_of(error);
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

Result<int> list(bool json) {
  boost::json::array all;
  for (const std::string& folder : scenario_folders()) {
    const std::string name = std::filesystem::path(folder).filename();
    const auto scenario = load_scenario(folder);
    const std::string title = scenario ? scenario->title : "can't be used: " + scenario.error().what;
    if (json)
      all.push_back(boost::json::object{{"name", name}, {"folder", folder}, {"title", title}, {"usable", scenario.has_value()}});
    else
      print(fmt::format("{:<28} {}\n", name, title));
  }
  if (json) print(indent_json(boost::json::serialize(all)));
  return 0;
}

Result<int> status(bool json) {
  boost::json::array all;
  for (const std::string& name : names_of_labs()) {
    auto fd = connect_to(name);
    if (!fd) continue;
    Channel channel(std::move(*fd));
    const auto state = await_lab(channel);
    if (!state) continue;
    if (json) {
      auto one = boost::json::parse(format_state(*state)).as_object();
      one["name"] = name;
      all.push_back(std::move(one));
    } else {
      print(fmt::format("{:<16} {}, kernel {} ({}), up after {:.1f} s{}\n", name, state->virtual_machine ? "virtual machine" : "native",
                        state->kernel, state->why, state->boot_seconds, state->scenario.empty() ? "" : ", holds " + state->scenario));
    }
  }
  if (json)
    print(indent_json(boost::json::serialize(all)));
  else if (names_of_labs().empty())
    print("no lab is up\n");
  return 0;
}

Result<int> take_down(const Options& options) {
  OwnedFd fd = TRY(connect_to(options.name.value_or("default")));
  Channel channel(std::move(fd));
  stop_lab(channel);
  return 0;
}

/// Inside a world: applies the node's interfaces with this very program.
Result<void> apply_interfaces() {
  const Ended ended = TRY(run_program({own_path(), "network", "apply", "--yes"}));
  std::fputs(ended.error_output.c_str(), stderr);
  std::fputs(ended.output.c_str(), stderr);
  if (ended.status != 0) return fail(Errc::unavailable, fmt::format("\"network apply --yes\" ended with status {}", ended.status));
  return {};
}

Result<Scenario> own_scenario() {
  std::error_code problem;
  const std::string folder = std::filesystem::read_symlink(kScenarioLink, problem);
  if (problem) return fail(Errc::not_found, "this is not the inside of a lab's world", {}, "\"drawbridge lab run SCENARIO\" makes one");
  return load_scenario(folder);
}

Result<int> attach(const Options& options) {
  const Scenario scenario = TRY(own_scenario());
  if (options.apply) TRY_VOID(apply_interfaces());
  TRY_VOID(start_guests(scenario));
  return 0;
}

Result<int> check_traffic(const Options& options, bool json) {
  const Scenario scenario = TRY(own_scenario());
  if (options.apply) {
    TRY_VOID(apply_interfaces());
    TRY_VOID(start_guests(scenario));
  }
  const auto tell = [&](const StateSeen& seen) {
    if (!json) print(format_state(seen));
  };
  const std::vector<StateSeen> seen = TRY(run_scenario(scenario, tell));
  if (json) print(indent_json(format_states_json(seen)));
  const bool good = std::all_of(seen.begin(), seen.end(), [](const StateSeen& state) { return as_expected(state); });
  if (!json && seen.size() > 1) print(good ? fmt::format("all {} states as expected\n", seen.size()) : "not every state as expected\n");
  return good ? 0 : 1;
}

Result<int> make_image(const Options& options) {
  if (options.scenario.empty()) return fail(Errc::invalid_input, "lab: image: a folder to write into is missing");
  const TinyLinux made = make_tiny_linux(options.scenario);
  if (!made.why_not.empty()) return fail(Errc::unavailable, made.why_not);
  print(made.args() + "\n");
  return 0;
}

Result<int> dispatch(const Options& options, bool json) {
  switch (options.verb) {
    case Verb::help: print(help_text()); return 0;
    case Verb::agent: return run_agent();
    case Verb::list: return list(json);
    case Verb::status: return status(json);
    case Verb::down: return take_down(options);
    case Verb::attach: return attach(options);
    case Verb::traffic: return check_traffic(options, json);
    case Verb::image: return make_image(options);
    case Verb::up: return bring_up(options);
    case Verb::run:
    case Verb::shell: return run_command_in_lab(options, json);
  }
  return fail(Errc::bug, "a command without an action");
}

}  // namespace

int run_command(const std::vector<std::string>& arguments, bool json) {
  const auto options = parse_options(arguments);
  if (!options) {
    complain(options.error());
    return 2;
  }
  const auto ended = dispatch(*options, json);
  return ended ? *ended : complain(ended.error());
}

}  // namespace drawbridge::lab
