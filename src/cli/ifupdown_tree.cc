// ifup, ifdown, ifreload and ifquery as data: the options that administrators and scripts know.
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

ArgumentSpec interfaces_argument() {
  return {.name = "IFACE", .help = "interfaces to act on", .required = false, .repeated = true, .completes = Completes::interface};
}

/// What all four take.
std::vector<OptionSpec> shared_options() {
  return {
      {.names = "-a,--all", .value = "", .help = "all interfaces marked auto"},
      {.names = "-X,--exclude", .value = "PATTERN", .help = "leave out interfaces that match the shell pattern", .repeated = true},
      {.names = "--allow", .value = "CLASS", .help = "only interfaces of this class (auto, hotplug…)", .repeated = true},
      {.names = "-i,--interfaces", .value = "FILE", .help = "this file instead of /etc/network/interfaces", .completes = Completes::file},
      {.names = "-w,--with-depends", .value = "", .help = "also the interfaces they stand on"},
      {.names = "-d,--debug", .value = "", .help = "say more"}};
}

std::vector<OptionSpec> with(std::vector<OptionSpec> more) {
  auto options = shared_options();
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

OptionSpec no_act() { return {.names = "-n,--no-act", .value = "", .help = "print the plan, change nothing"}; }
OptionSpec force() { return {.names = "-f,--force", .value = "", .help = "go on in spite of a missing NIC"}; }
OptionSpec syntax_check() { return {.names = "-s,--syntax-check", .value = "", .help = "only check the file"}; }

}  // namespace

std::vector<CommandSpec> ifupdown_trees() {
  return {
      {.name = "ifup",
       .summary = "Brings interfaces up as the running file says, with what they stand on.",
       .details = "Verified by reading the kernel back, and undone if the kernel refuses a step. Exit 0 or 1.",
       .example = "drawbridge ifup -a\nifup vmbr0",
       .arguments = {interfaces_argument()},
       .options = with({no_act(), force(), syntax_check()}),
       .run = ifup,
       .served = true},
      {.name = "ifdown",
       .summary = "Takes interfaces down: bridges and other virtual links are deleted, NICs lose their addresses.",
       .details = "A bridge that guests use stays. Exit 0 or 1.",
       .example = "drawbridge ifdown vmbr1",
       .arguments = {interfaces_argument()},
       .options = with({no_act(), force()}),
       .run = ifdown,
       .served = true},
      {.name = "ifreload",
       .summary = "Makes the kernel match the running file: only what differs is touched.",
       .details = "Verified by reading the kernel back, and undone if the kernel refuses a step. Exit 0 or 1.",
       .example = "drawbridge ifreload -a",
       .arguments = {},
       .options = with(
           {{.names = "-c,--currently-up", .value = "", .help = "only interfaces that are up now"}, no_act(), force(), syntax_check()}),
       .run = ifreload,
       .served = true},
      {.name = "ifquery",
       .summary = "Shows interfaces as the file or the kernel has them, or compares the two.",
       .details = "Exit 0; with -c 1 if the kernel differs from the file.",
       .example = "drawbridge ifquery -a\ndrawbridge ifquery -a -c -o json",
       .arguments = {interfaces_argument()},
       .options = with({{.names = "-c,--check", .value = "", .help = "compare the kernel with the file"},
                        {.names = "-r,--running", .value = "", .help = "as the kernel has them"},
                        {.names = "-x,--raw", .value = "", .help = "as the file has them, without reading others' meaning into it"},
                        {.names = "-l,--list", .value = "", .help = "names only"},
                        {.names = "-o,--format",
                         .value = "FORMAT",
                         .help = "native or json",
                         .completes = Completes::choices,
                         .choices = {"native", "json"}},
                        {.names = "-p,--print-dependency",
                         .value = "FORMAT",
                         .help = "what stands on what: list or dot",
                         .completes = Completes::choices,
                         .choices = {"list", "dot"}},
                        {.names = "--with-defaults", .value = "", .help = "with -c: also compare what the file leaves at its default"},
                        {.names = "-s,--state", .value = "", .help = "which of them are up"}}),
       .run = ifquery,
       .served = true},
  };
}

}  // namespace drawbridge::cli
