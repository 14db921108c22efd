// ifup, ifdown, ifreload and ifquery as data: the options that administrators and scripts know.
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

ArgumentSpec interfaces_argument() {
  return {.name = "IFACE", .help = "interfaces to act on", .required = false, .repeated = true, .completes = Completes::interface};
}

OptionSpec dependency() {
  return {.names = "-p,--print-dependency",
          .value = "FORMAT",
          .help = "what stands on what (list or dot), and nothing else",
          .completes = Completes::choices,
          .choices = {"list", "dot"}};
}

/// What all four take.
std::vector<OptionSpec> shared_options() {
  return {{.names = "-a,--all", .value = "", .help = "all interfaces marked auto"},
          {.names = "-X,--exclude", .value = "PATTERN", .help = "leave out interfaces that match the shell pattern", .repeated = true},
          {.names = "--allow", .value = "CLASS", .help = "only interfaces of this class (auto, hotplug…)", .repeated = true},
          {.names = "-w,--with-depends", .value = "", .help = "also the interfaces they stand on (ifup and ifreload always do)"},
          {.names = "-d,--debug", .value = "", .help = "say more"},
          {.names = "--nldebug", .value = "", .help = "the same"},
          {.names = "--perfmode", .value = "", .help = "no effect: it is always quick"},
          {.names = "--nocache", .value = "", .help = "no effect: the kernel is always read anew"}};
}

/// What all but ifreload take: where the file is.
std::vector<OptionSpec> file_options() {
  return {
      {.names = "-i,--interfaces", .value = "FILE", .help = "this file instead of /etc/network/interfaces", .completes = Completes::file},
      {.names = "-t,--interfaces-format",
       .value = "FORMAT",
       .help = "the file's format: native or json",
       .completes = Completes::choices,
       .choices = {"native", "json"}},
      {.names = "-T,--type",
       .value = "TYPE",
       .help = "only \"iface\": the only type of entry there is",
       .completes = Completes::choices,
       .choices = {"iface"}},
      {.names = "--read-environment", .value = "", .help = "leave out what EXCLUDE_INTERFACES names; VERBOSE=yes says more"}};
}

std::vector<OptionSpec> joined(std::vector<std::vector<OptionSpec>> parts) {
  std::vector<OptionSpec> options;
  for (auto& part : parts) options.insert(options.end(), part.begin(), part.end());
  return options;
}

/// What ifup, ifdown and ifreload take.
std::vector<OptionSpec> acting_options() {
  return {{.names = "-n,--no-act", .value = "", .help = "print the plan, change nothing"},
          {.names = "-l,--syslog", .value = "", .help = "also tell the system log"}};
}

OptionSpec admin_state() {
  return {.names = "--admin-state,--no-scripts", .value = "", .help = "only set the links up or down, nothing else"};
}
OptionSpec force(std::string_view help) { return {.names = "-f,--force", .value = "", .help = help}; }
OptionSpec syntax_check() { return {.names = "-s,--syntax-check", .value = "", .help = "only check the file"}; }
OptionSpec current_config(std::string_view help) { return {.names = "-u,--use-current-config", .value = "", .help = help}; }

CommandSpec ifup_tree() {
  return {.name = "ifup",
          .summary = "Brings interfaces up as the running file says, with what they stand on.",
          .details =
              "A port joins its bridge or bond if that is there. Verified by reading the kernel back, and undone if the kernel refuses a "
              "step. Exit 0 or 1.",
          .example = "drawbridge ifup -a\nifup vmbr0",
          .arguments = {interfaces_argument()},
          .options = joined({shared_options(),
                             file_options(),
                             acting_options(),
                             {dependency(),
                              force("go on in spite of a missing NIC"),
                              admin_state(),
                              syntax_check(),
                              {.names = "-k,--skip-upperifaces", .value = "", .help = "don't join bridges and bonds that are not named"}}}),
          .run = ifup,
          .served = true};
}

CommandSpec ifdown_tree() {
  return {.name = "ifdown",
          .summary = "Takes interfaces down: bridges and other virtual links are deleted, NICs lose their addresses.",
          .details =
              "A bridge that guests use stays. What something else stands on (a VLAN, a bridge) stays, unless -f or -a is given. An "
              "interface that is no longer in the file is found in the last applied one. Exit 0 or 1.",
          .example = "drawbridge ifdown vmbr1",
          .arguments = {interfaces_argument()},
          .options = joined({shared_options(),
                             file_options(),
                             acting_options(),
                             {dependency(), force("also if other interfaces stand on it"), admin_state(),
                              current_config("don't look for interfaces in the last applied file")}}),
          .run = ifdown,
          .served = true};
}

CommandSpec ifreload_tree() {
  return {.name = "ifreload",
          .summary = "Makes the kernel match the running file: only what differs is touched.",
          .details = "Verified by reading the kernel back, and undone if the kernel refuses a step. Exit 0 or 1.",
          .example = "drawbridge ifreload -a",
          .arguments = {},
          .options = joined({shared_options(),
                             acting_options(),
                             {{.names = "-c,--currently-up", .value = "", .help = "only interfaces that are up now"},
                              force("go on in spite of a missing NIC"),
                              syntax_check(),
                              current_config("take nothing away that only the last applied file asked for")}}),
          .run = ifreload,
          .served = true};
}

CommandSpec ifquery_tree() {
  return {
      .name = "ifquery",
      .summary = "Shows interfaces as the file or the kernel has them, or compares the two.",
      .details = "Exit 0; with -c 1 if the kernel differs from the file, with --state 1 if a named interface is not up.",
      .example = "drawbridge ifquery -a\ndrawbridge ifquery -a -c -o json",
      .arguments = {interfaces_argument()},
      .options = joined({shared_options(),
                         file_options(),
                         {{.names = "-c,--check", .value = "", .help = "compare the kernel with the file"},
                          {.names = "-r,--running", .value = "", .help = "as the kernel has them"},
                          {.names = "-x,--raw", .value = "", .help = "as the file has them, without reading others' meaning into it"},
                          {.names = "--print-savedstate", .value = "", .help = "as the last applied file has them"},
                          {.names = "-l,--list", .value = "", .help = "names only"},
                          {.names = "-o,--format",
                           .value = "FORMAT",
                           .help = "native or json",
                           .completes = Completes::choices,
                           .choices = {"native", "json"}},
                          dependency(),
                          {.names = "--with-defaults", .value = "", .help = "with -c: also compare what the file leaves at its default"},
                          {.names = "--state", .value = "", .help = "which of them are up"},
                          {.names = "-s,--syntax-help", .value = "", .help = "the options that the file may hold"}}}),
      .run = ifquery,
      .served = true};
}

}  // namespace

std::vector<CommandSpec> ifupdown_trees() { return {ifup_tree(), ifdown_tree(), ifreload_tree(), ifquery_tree()}; }

}  // namespace drawbridge::cli
