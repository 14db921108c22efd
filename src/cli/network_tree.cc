// `drawbridge network …` as data.
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

ArgumentSpec file_argument() {
  return {.name = "FILE",
          .help = "an interfaces file, read as it stands; without it the pending file if there is one, else the running one",
          .required = false,
          .completes = Completes::file};
}

ArgumentSpec interface_argument() { return {.name = "IFACE", .help = "name of the interface", .completes = Completes::interface}; }

ArgumentSpec assignments(bool required) {
  return {.name = "KEY=VALUE",
          .help = "parameters by the names of the REST interface: cidr, gateway, mtu, bridge_ports, autostart, comments…",
          .required = required,
          .repeated = true,
          .completes = Completes::assignment};
}

OptionSpec digest_option() {
  return {.names = "--digest", .value = "SHA256", .help = "refuse with exit 4 if the file is no longer the one with this digest"};
}

OptionSpec force_option() {
  return {.names = "-f,--force", .value = "", .help = "in spite of conflicts with other interfaces (a second gateway, a port in use)"};
}

std::vector<CommandSpec> reading_verbs() {
  return {
      {.name = "show",
       .summary = "Shows the interfaces of a file as a table, with what the kernel says about them.",
       .details = "With --json: one object keyed by interface name, in the terms of the REST interface. Errors in the file are told on "
                  "standard error, what could be read is shown all the same, and the exit code is 3.",
       .example = "drawbridge network show\ndrawbridge network show --json /root/new-interfaces",
       .arguments = {file_argument()},
       .run = network_show},
      {.name = "format",
       .summary = "Prints an interfaces file, byte for byte, or in the canonical layout.",
       .details = "",
       .example = "drawbridge network format --normalise /etc/network/interfaces",
       .arguments = {file_argument()},
       .options = {{.names = "--normalise,--normalize",
                    .value = "",
                    .help = "print the canonical layout; no option, comment or address is lost"}},
       .run = network_format},
      {.name = "check",
       .summary = "Reads an interfaces file and reports what is wrong with it.",
       .details = "Exit 0 if there are only warnings, 3 if there are errors. With --json: an array of diagnostics.",
       .example = "drawbridge network check\ndrawbridge network check --json /root/new-interfaces",
       .arguments = {file_argument()},
       .options = {{.names = "--pending", .value = "", .help = "check the pending file, and fail if there is none"}},
       .run = network_check},
      {.name = "diff",
       .summary = "Shows what the pending file changes in the running one.",
       .details = "Exit 0 if there is no difference, 1 if there is one. With --json: {\"pending\",\"diff\"}.",
       .example = "drawbridge network diff",
       .run = network_diff},
      {.name = "snapshot",
       .summary = "Prints what the kernel holds, as JSON that \"plan --against\" reads.",
       .details = "",
       .example = "drawbridge network snapshot > before.json",
       .run = network_snapshot},
      {.name = "topology",
       .summary = "Lists every link with what it stands on, its state and its traffic.",
       .details = "With --json: {\"links\":[{\"name\",\"kind\",\"master\",\"parent\",\"up\",\"carrier\",\"mtu\",\"vlans\",\"speed\","
                  "\"rx_bytes\",\"tx_bytes\",\"guest\",…}]}; counters count from when the link was made.",
       .example = "drawbridge network topology",
       .run = network_topology},
      {.name = "plan",
       .summary = "Shows the kernel operations that apply would do, in order, without doing them.",
       .details = "Each operation names the line that asks for it and says whether traffic is interrupted. Nothing to do gives an empty "
                  "plan. With --json: an array of {\"op\",\"object\",\"detail\",\"why\",\"disruptive\"}.",
       .example = "drawbridge network plan\ndrawbridge network plan --against before.json --json",
       .options = {{.names = "--against",
                    .value = "FILE",
                    .help = "a kernel snapshot to plan against instead of this machine's kernel",
                    .completes = Completes::file},
                   {.names = "--full",
                    .value = "",
                    .help = "with --json: an object of \"operations\", \"reach\" (what the node gains and loses), \"warnings\", \"diff\", "
                            "\"pending\", \"base_changed\" and \"digest\""}},
       .run = network_plan,
       .served = true},
  };
}

std::vector<CommandSpec> editing_verbs() {
  return {
      {.name = "rehearse",
       .summary = "Applies the pending file to a virtual copy of this node and tells how it went.",
       .details = "The copy has this machine's files under a private layer, NICs of the same names, and hosts that answer as its gateways. "
                  "Exit codes as of apply; 1 if nothing is pending.",
       .example = "drawbridge network rehearse",
       .run = network_rehearse},
      {.name = "set",
       .summary = "Changes parameters of an interface in the pending file and prints the difference.",
       .details = "Only the lines of the named parameters change. Nothing reaches the kernel before apply.",
       .example = "drawbridge network set vmbr0 cidr=192.0.2.7/24 gateway=192.0.2.1\ndrawbridge network set vmbr0 --delete gateway6,mtu",
       .arguments = {interface_argument(), assignments(false)},
       .options = {{.names = "--delete",
                    .value = "KEY",
                    .help = "parameters to take out",
                    .repeated = true,
                    .greedy = true,
                    .completes = Completes::assignment},
                   digest_option(),
                   force_option()},
       .run = network_set},
      {.name = "create",
       .summary = "Adds an interface to the pending file and prints the difference.",
       .details = "",
       .example = "drawbridge network create bridge vmbr1 bridge_ports=enp6s0 autostart=1",
       .arguments = {{.name = "TYPE",
                      .help = "bridge, bond, eth, alias, vlan, OVSBridge, OVSBond, OVSPort, OVSIntPort",
                      .completes = Completes::choices,
                      .choices = {"bridge", "bond", "eth", "alias", "vlan", "OVSBridge", "OVSBond", "OVSPort", "OVSIntPort", "unknown"}},
                     {.name = "IFACE", .help = "name of the new interface"},
                     assignments(false)},
       .options = {digest_option(), force_option()},
       .run = network_create},
      {.name = "delete",
       .summary = "Takes an interface out of the pending file and prints the difference.",
       .details = "",
       .example = "drawbridge network delete vmbr1",
       .arguments = {interface_argument()},
       .options = {digest_option(), force_option()},
       .run = network_delete},
      {.name = "revert",
       .summary = "Drops the pending file; the running configuration stays.",
       .details = "",
       .example = "drawbridge network revert",
       .options = {digest_option()},
       .run = network_revert},
  };
}

std::vector<CommandSpec> transaction_verbs() {
  return {
      {.name = "apply",
       .summary = "Changes the kernel to match the file, proves it by reading the kernel back, and undoes it unless it is confirmed.",
       .details =
           "On a terminal it shows the difference and the plan and asks; afterwards it asks whether to keep the change, and undoes it if "
           "no "
           "answer comes in time. Elsewhere it waits for \"drawbridge network confirm\" from another session. With --yes alone it asks "
           "nothing and confirms by itself if the gateway and the session that asks still answer; --yes with --confirm-within asks nothing "
           "before, but wants a confirmation.\nExit 0: applied and confirmed, or nothing to do. 3: the file is wrong. 4: the system "
           "refused. "
           "5: applied and rolled back, the state is as before.",
       .example = "drawbridge network apply\ndrawbridge network apply --yes\ndrawbridge network apply --yes --confirm-within 120",
       .options =
           {{.names = "--confirm-within", .value = "SECONDS", .help = "how long to wait for the confirmation (default 60)", .number = true},
            {.names = "-y,--yes", .value = "", .help = "don't ask before the change"},
            {.names = "-f,--force", .value = "", .help = "go on in spite of a missing NIC"},
            digest_option(),
            {.names = "-n,--no-act", .value = "", .help = "tell what would be done, or why it would be refused, and do nothing"},
            {.names = "--no-wait", .value = "", .help = "return once verified; the confirmation is watched in the background"}},
       .run = network_apply,
       .served = true},
      {.name = "confirm",
       .summary = "Keeps the change that waits for its confirmation.",
       .details = "Exit 0: kept. 1: nothing waits. 5: too late, it has been undone.",
       .example = "drawbridge network confirm",
       .options = {{.names = "--id", .value = "ID", .help = "only the change that \"network status --json\" shows with this id"}},
       .run = network_confirm},
      {.name = "rollback",
       .summary = "Undoes the change that waits for its confirmation, or goes back to an earlier generation.",
       .details = "With a number the interfaces file of that generation becomes the pending one and is applied like any other change.",
       .example = "drawbridge network rollback\ndrawbridge network rollback 7 --yes",
       .arguments = {{.name = "GENERATION",
                      .help = "number from \"drawbridge network history\"",
                      .required = false,
                      .completes = Completes::generation}},
       .options = {{.names = "--confirm-within", .value = "SECONDS", .help = "as of apply", .number = true},
                   {.names = "-y,--yes", .value = "", .help = "as of apply"},
                   {.names = "-f,--force", .value = "", .help = "as of apply; also replaces pending changes"},
                   {.names = "-n,--no-act", .value = "", .help = "as of apply"},
                   {.names = "--no-wait", .value = "", .help = "as of apply"}},
       .run = network_rollback},
      {.name = "status",
       .summary = "Tells whether a change waits for confirmation, whether changes are pending, and where the kernel differs from the file.",
       .details = "Exit 0; with --check 1 if a change is open or the kernel differs from the running file.",
       .example = "drawbridge network status\ndrawbridge network status --check --json",
       .options = {{.names = "--check", .value = "", .help = "exit 1 if the kernel differs from the running file or a change is open"}},
       .run = network_status,
       .served = true},
      {.name = "history",
       .summary = "Lists the generations of the interfaces file that were applied and confirmed.",
       .details = "",
       .example = "drawbridge network history",
       .options = {{.names = "--diff", .value = "", .help = "with --json: each with what it changed in the one before it"}},
       .run = network_history},
      {.name = "recover",
       .summary = "Finishes what a crash or a reboot interrupted: undoes what was not confirmed, completes what was.",
       .details = "Run at boot before the network is brought up; harmless at any time.",
       .example = "drawbridge network recover",
       .options = {{.names = "--wait", .value = "", .help = "wait while another process works on it, or its deadline has not passed"}},
       .run = network_recover},
  };
}

}  // namespace

CommandSpec network_tree() {
  CommandSpec network{.name = "network",
                      .summary = "The host's interfaces: show, edit, plan, apply, undo.",
                      .details = "Edits go to /etc/network/interfaces.new; apply makes them real and puts them in force.",
                      .example = "drawbridge network show"};
  for (auto verbs : {reading_verbs(), editing_verbs(), transaction_verbs()}) {
    for (auto& verb : verbs) network.commands.push_back(std::move(verb));
  }
  return network;
}

}  // namespace drawbridge::cli
