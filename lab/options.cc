#include "lab/options.h"

#include <array>
#include <functional>

#include "base/text.h"

namespace drawbridge::lab {
namespace {

struct VerbName {
  const char* name;
  Verb verb;
};
constexpr std::array kVerbs = {VerbName{"run", Verb::run},       VerbName{"up", Verb::up},           VerbName{"down", Verb::down},
                               VerbName{"shell", Verb::shell},   VerbName{"list", Verb::list},       VerbName{"status", Verb::status},
                               VerbName{"attach", Verb::attach}, VerbName{"traffic", Verb::traffic}, VerbName{"image", Verb::image},
                               VerbName{"agent", Verb::agent}};

struct Setting {
  const char* name;
  bool has_value;
  std::function<bool(Options&, const std::string&)> take;  ///< false: the value is no good
};

bool take_seconds(std::optional<std::chrono::seconds>& target, const std::string& text) {
  const auto number = parse_number<unsigned>(text);
  if (number && *number > 0) target = std::chrono::seconds(*number);
  return target.has_value() && number.value_or(0) > 0;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"--native", false, [](Options& options, const std::string&) { return options.way = Way::native, true; }},
      {"--vm", false, [](Options& options, const std::string&) { return options.way = Way::machine, true; }},
      {"--accel", true,
       [](Options& options, const std::string& value) {
         return options.accelerator = value, value == "kvm" || value == "tcg" || value == "count";
       }},
      {"--processors", true,
       [](Options& options, const std::string& value) {
         options.processors = parse_number<unsigned>(value);
         return options.processors.value_or(0) >= 1 && *options.processors <= 64;
       }},
      {"--timeout", true, [](Options& options, const std::string& value) { return take_seconds(options.timeout, value); }},
      {"--for", true, [](Options& options, const std::string& value) { return take_seconds(options.lifetime, value); }},
      {"--name", true, [](Options& options, const std::string& value) { return options.name = value, !value.empty(); }},
      {"--in", true, [](Options& options, const std::string& value) { return options.where = value, !value.empty(); }},
      {"--apply", false, [](Options& options, const std::string&) { return options.apply = true; }},
      {"--terminal", false, [](Options& options, const std::string&) { return options.terminal = true; }},
      {"-t", false, [](Options& options, const std::string&) { return options.terminal = true; }},
      {"--detach", false, [](Options& options, const std::string&) { return options.detach = true; }},
      {"--with-parent", false, [](Options& options, const std::string&) { return options.with_parent = true; }},
      {"--announce", false, [](Options& options, const std::string&) { return options.announce = true; }},
      {"--help", false, [](Options& options, const std::string&) { return options.verb = Verb::help, true; }},
      {"-h", false, [](Options& options, const std::string&) { return options.verb = Verb::help, true; }},
  };
  return all;
}

Result<Verb> parse_verb(const std::string& word) {
  std::vector<std::string> names;
  for (const VerbName& one : kVerbs) {
    if (word == one.name) return one.verb;
    names.emplace_back(one.name);
  }
  const auto meant = nearest(word, names);
  return fail(Errc::invalid_input, "lab: no such command: " + printable(word), {},
              meant ? "did you mean \"" + *meant + "\"?" : "\"drawbridge lab --help\" lists them");
}

/// Takes the setting at `at`, and its value; advances `at` past them.
Result<void> take_setting(Options& options, const std::vector<std::string>& arguments, std::size_t& at) {
  const std::string& word = arguments[at++];
  const auto equals = word.starts_with("--") ? word.find('=') : std::string::npos;
  const std::string name = word.substr(0, equals);
  std::vector<std::string> names;
  for (const Setting& setting : settings()) {
    names.emplace_back(setting.name);
    if (name != setting.name) continue;
    std::string value;
    if (setting.has_value) {
      if (equals == std::string::npos && at >= arguments.size()) return fail(Errc::invalid_input, "lab: " + name + " needs a value");
      value = equals == std::string::npos ? arguments[at++] : word.substr(equals + 1);
    }
    if (!setting.take(options, value)) return fail(Errc::invalid_input, "lab: " + name + " does not take \"" + printable(value) + "\"");
    return {};
  }
  const auto meant = nearest(name, names);
  return fail(Errc::invalid_input, "lab: no such option: " + printable(name), {},
              meant ? "did you mean " + *meant + "?" : "\"drawbridge lab --help\" lists them");
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") return options;
  options.verb = TRY(parse_verb(arguments[0]));
  const bool takes_scenario =
      options.verb == Verb::run || options.verb == Verb::up || options.verb == Verb::shell || options.verb == Verb::image;
  for (std::size_t at = 1; at < arguments.size();) {
    if (arguments[at] == "--") {
      options.words.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1, arguments.end());
      if (options.words.empty()) return fail(Errc::invalid_input, "lab: a command must follow \"--\"");
      break;
    }
    if (arguments[at].starts_with("-")) {
      TRY_VOID(take_setting(options, arguments, at));
    } else if (takes_scenario && options.scenario.empty()) {
      options.scenario = arguments[at++];
    } else {
      return fail(Errc::invalid_input, "lab: one word too many: " + printable(arguments[at]), {},
                  takes_scenario ? "put \"--\" before the command" : "");
    }
  }
  if (!options.words.empty() && options.verb != Verb::run) return fail(Errc::invalid_input, "lab: only \"run\" takes a command");
  return options;
}

std::string help_text() {
  return R"(usage: drawbridge lab COMMAND

A stock Debian kernel in a virtual machine, or namespaces of this host, with a world of switches, hosts and guests around a node.
This machine's files are seen read-only, under a private writable layer; nothing is left behind.

  run [SCENARIO] [-- COMMAND...]   run a command in the scenario's node and give its exit status. Without a command: apply
                                   the scenario's interfaces, start the guests, check all traffic in both directions.
                                   Without a scenario: in the lab that is up, or in a machine without a world.
  up [SCENARIO]                    keep a lab up until Ctrl-C, "lab down" or the end of --for; "run" and "shell" join it
  down                             take it down
  shell [SCENARIO]                 an interactive shell in the node
  status                           which labs of yours are up
  list                             the scenarios
  image FOLDER                     make a small Linux for a VM, and print what to give "guest create" as args=
  attach, traffic                  inside a world: start the guests; check the traffic

  --native, --vm        in namespaces of this kernel, or in a virtual machine (default: native where this kernel can do all that
                        the scenario needs)
  --accel kvm|tcg|count the machine's accelerator (default: KVM where a probe shows that it works, else emulation). "count" is
                        emulation whose clock counts instructions, as nanoseconds: for benchmarks on a busy host
  --processors N        the machine's (default: 1 for run, which boots faster; 2 for up)
  --name NAME           which lab (default: "default")
  --in HOST             run: in this switch, host or guest instead of the node
  --apply               run: apply the interfaces and start the guests before the command
  --timeout S           run: end the command after so many seconds, with status 124
  -t, --terminal        run: give the command a terminal
  --detach              up: come back when the lab is up
  --with-parent         up: end with the process that called
  --for S               up: end after so many seconds

Exit status: the command's own; 1 if traffic is not as expected; 2, 3, 4 for the lab's own failures (usage, input, system).
)";
}

}  // namespace drawbridge::lab
