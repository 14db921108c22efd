// `drawbridge firewall …` as data.
#include "cli/firewall_refs.h"
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

std::vector<CommandSpec> control_verbs() {
  return {
      {.name = "start",
       .summary = "Puts the rules that the files ask for into force, and ends a stop.",
       .details =
           "The service does so by itself, whenever a file changes. With --boot: the rules that were last in force, for the time until "
           "the service runs; a stop holds.",
       .example = "drawbridge firewall start",
       .options = {{.names = "--boot", .value = "", .help = "before the network is up: what was in force last"}},
       .run = firewall_start},
      {.name = "stop",
       .summary = "Takes all rules out, and keeps them out, over restarts and reboots, until \"firewall start\".",
       .details = "The way back in for who has locked himself out and sits at the console.",
       .example = "drawbridge firewall stop",
       .run = firewall_stop},
      {.name = "restart",
       .summary = "Puts the rules into force anew, as a whole; ends a stop.",
       .details = "Connections that the rules allow live on; counters begin at zero.",
       .example = "drawbridge firewall restart",
       .run = firewall_restart},
      {.name = "status",
       .summary = "Tells whether the firewall is enabled, and running or stopped.",
       .details = "And whether a change waits for its confirmation, or is held back. With --json: "
                  "{\"status\",\"enabled\",\"service\",\"stopped\",\"trial\",\"held\",\"errors\"}.",
       .example = "drawbridge firewall status",
       .run = firewall_status},
      {.name = "confirm",
       .summary = "Keeps the change that waits for its confirmation, or puts into force what was held back.",
       .details = "Exit 0: kept. 1: nothing waits. 5: too late, it has been undone.",
       .example = "drawbridge firewall confirm",
       .options = {{.names = "--id", .value = "ID", .help = "only the change that \"firewall status --json\" shows with this id"}},
       .run = firewall_confirm},
      {.name = "rollback",
       .summary = "Undoes the change that waits for its confirmation.",
       .details = "Files that somebody has edited since stay as they are now. Exit 1: nothing waits.",
       .example = "drawbridge firewall rollback",
       .run = firewall_rollback},
      {.name = "verify",
       .summary = "Reads the kernel's rules back and proves that they are what the files ask for.",
       .details = "Exit 1 if they are not: what is missing, changed or somebody else's is named, with the file and line of the rule. The "
                  "service does the same after each change. With --json: {\"equal\",\"count\",\"differences\"}.",
       .example = "drawbridge firewall verify",
       .run = firewall_verify},
      {.name = "counters",
       .summary = "Tells how many packets and bytes each rule has matched, by file and line.",
       .details =
           "Rules count from \"on\" until \"off\", over restarts; off costs nothing. A rule keeps its count when others change. Packets of "
           "known connections are counted by the rule for those. With --json: {\"counting\",\"rules\":[{\"file\",\"line\","
           "\"text\",\"packets\",\"bytes\"}],\"built_in\":[{\"text\",\"packets\",\"bytes\"}]}.",
       .example = "drawbridge firewall counters on\ndrawbridge firewall counters",
       .arguments = {{.name = "WHAT",
                      .help = "on or off; nothing: tell",
                      .required = false,
                      .completes = Completes::choices,
                      .choices = {"on", "off"}}},
       .run = firewall_counters},
      {.name = "connections",
       .summary = "Tells or sets what becomes of established connections that changed rules no longer allow.",
       .details = "They are cut, and only they, unless \"keep\" is set, which holds on this node until \"cut\". How many were cut, and by "
                  "which rule, is in the service's log. With --json: {\"keep\"}.",
       .example = "drawbridge firewall connections\ndrawbridge firewall connections keep",
       .arguments = {{.name = "WHAT",
                      .help = "keep or cut; nothing: tell",
                      .required = false,
                      .completes = Completes::choices,
                      .choices = {"keep", "cut"}}},
       .run = firewall_connections},
  };
}

std::vector<CommandSpec> reading_verbs() {
  return {
      {.name = "check",
       .summary = "Reads all firewall files of the node and tells what is wrong in them.",
       .details =
           "A line that is not understood is not in force; all others are. What should block and is not in force is told twice. Exit "
           "3 if there are errors. With --json: the array of findings.",
       .example = "drawbridge firewall check\ndrawbridge --root /mnt firewall check --json",
       .run = firewall_check},
      {.name = "compile",
       .summary = "Prints the rules as the kernel would be given them: a script that \"nft -f\" loads.",
       .details = "Both tables are replaced as a whole, and nobody else's is touched. Each rule of a file is told in a comment with file "
                  "and line. "
                  "What is wrong in the files is told on standard error and is in no rule. With --json: {\"enabled\",\"nftables\"}.",
       .example = "drawbridge firewall compile\ndrawbridge firewall compile | nft -c -f -",
       .options = {{.names = "--counters", .value = "", .help = "let each rule count what it matches"}},
       .run = firewall_compile},
      {.name = "localnet",
       .summary = "Shows which networks count as the administrators', and which nodes of the cluster are let in.",
       .details = "",
       .example = "drawbridge firewall localnet",
       .run = firewall_localnet},
      {.name = "simulate",
       .summary = "Sends one packet through every stage of the rules and tells what becomes of it.",
       .details =
           "ZONE is host, outside (port eth0 of vmbr0), nfvm (a guest without firewall), vmID, ctID, vmIDiN, or BRIDGE/PORT; between "
           "bridges the host routes. Without a network or kernel: what the files say. The trace names file and line of each rule that "
           "matched; the last line is ACTION: ACCEPT, DROP or REJECT. Exit 1 if --expect says another. With --json: "
           "{\"action\",\"rule\":{\"file\",\"line\",\"text\"} or null,\"trace\"}.",
       .example = "drawbridge firewall simulate --from outside --to vm100 --dport 80\n"
                  "drawbridge firewall simulate --from vm100 --to host --protocol udp --dport domain --expect DROP",
       .options = {{.names = "--from", .value = "ZONE", .help = "where it comes from (default: outside)"},
                   {.names = "--to", .value = "ZONE", .help = "where it goes to (default: host)"},
                   {.names = "--protocol,--proto",
                    .value = "PROTOCOL",
                    .help = "tcp, udp, icmp, icmpv6, arp, nd or a number (default: tcp)"},
                   {.names = "--source", .value = "ADDRESS", .help = "the sender's address"},
                   {.names = "--dest", .value = "ADDRESS", .help = "the receiver's address"},
                   {.names = "--sport", .value = "PORT", .help = "the sender's port"},
                   {.names = "--dport", .value = "PORT", .help = "the receiver's port, number or name"},
                   {.names = "--icmp-type", .value = "TYPE", .help = "a name as in rules, TYPE or TYPE/CODE"},
                   {.names = "--mac", .value = "MAC", .help = "the sender's MAC address (default: the card's)"},
                   {.names = "--vlan", .value = "ID", .help = "a VLAN tag", .number = true},
                   {.names = "--state",
                    .value = "STATE",
                    .help = "of the connection (default: new)",
                    .completes = Completes::choices,
                    .choices = {"new", "established", "related", "invalid"}},
                   {.names = "--expect",
                    .value = "ACTION",
                    .help = "exit 1 if it is another",
                    .completes = Completes::choices,
                    .choices = {"ACCEPT", "DROP", "REJECT"}}},
       .run = firewall_simulate},
      {.name = "macros",
       .summary = "Lists the macros that rules may use, with what they match.",
       .details = "With --json: [{\"macro\",\"descr\",\"matches\"}].",
       .example = "drawbridge firewall macros",
       .run = firewall_macros},
      {.name = "refs",
       .summary = "Lists the aliases and sets that rules of a level may refer to.",
       .details = "LEVEL is datacenter, guest VMID, qemu VMID or lxc VMID; a guest's own come with the datacenter's. What is there by "
                  "itself, as the set management, is listed too. With --json: [{\"type\",\"name\",\"ref\",\"scope\",\"comment\"}].",
       .example = "drawbridge firewall refs datacenter\ndrawbridge firewall refs guest 100 --type ipset",
       .arguments =
           {{.name = "LEVEL", .help = "whose rules", .completes = Completes::choices, .choices = {"datacenter", "guest", "qemu", "lxc"}},
            {.name = "WORD", .help = "VMID", .required = false, .repeated = true}},
       .options =
           {{.names = "--type", .value = "TYPE", .help = "only these", .completes = Completes::choices, .choices = {"alias", "ipset"}}},
       .run = firewall_refs},
  };
}

ArgumentSpec level_argument(std::string_view help, std::vector<std::string_view> choices) {
  return {.name = "LEVEL", .help = help, .completes = Completes::choices, .choices = std::move(choices)};
}

ArgumentSpec words(std::string_view help) { return {.name = "WORD", .help = help, .required = false, .repeated = true}; }

OptionSpec digest_option() {
  return {.names = "--digest", .value = "SHA256", .help = "refuse with exit 4 if the file is no longer the one with this digest"};
}

/// Edits are refused that would keep the session that asks from coming back.
OptionSpec force_option() {
  return {.names = "-f,--force", .value = "", .help = "write it although it cuts off the session that asks, or a change waits"};
}

/// How an edit is kept, in the words of "network apply".
void add_trial_options(std::vector<OptionSpec>& options) {
  options.push_back({.names = "--confirm-within",
                     .value = "SECONDS",
                     .help = "undo it unless \"firewall confirm\" comes in time; 60 where the firewall is turned on",
                     .number = true});
  options.push_back({.names = "-y,--yes", .value = "", .help = "turn the firewall on without a confirmation"});
  options.push_back({.names = "-n,--dry-run", .value = "", .help = "write nothing: tell what would change, and whom it would cut off"});
  options.push_back({.names = "--no-wait", .value = "", .help = "return at once; the confirmation is watched in the background"});
}

CommandSpec with_trial_options(CommandSpec spec) {
  add_trial_options(spec.options);
  return spec;
}

OptionSpec comment_option() { return {.names = "--comment", .value = "TEXT", .help = "the comment, one line"}; }

std::vector<OptionSpec> rule_options() {
  return {{.names = "--pos", .value = "POS", .help = "where the new rule goes, counted from 0 (default: behind the last)", .number = true},
          {.names = "-i,--iface", .value = "NAME", .help = "the interface; of a guest net0 to net31"},
          {.names = "--source", .value = "ADDRESSES", .help = "address, network, range, list, alias or +set"},
          {.names = "--dest", .value = "ADDRESSES", .help = "the same of the destination"},
          {.names = "-p,--proto", .value = "PROTOCOL", .help = "name or number"},
          {.names = "--dport", .value = "PORTS", .help = "numbers, ranges as 80:90 and names, with commas between"},
          {.names = "--sport", .value = "PORTS", .help = "the same of the source"},
          {.names = "--icmp-type", .value = "TYPE", .help = "name, type or type/code"},
          {.names = "--log",
           .value = "LEVEL",
           .help = "log what the rule matches",
           .completes = Completes::choices,
           .choices = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog", "-"}},
          comment_option(),
          {.names = "--type", .value = "TYPE", .help = "in, out, forward or group"},
          {.names = "--action", .value = "ACTION", .help = "ACCEPT, DROP or REJECT; of type group the group's name"},
          {.names = "--macro", .value = "NAME", .help = "one of \"firewall macros\""},
          {.names = "--enable", .value = "", .help = "switch the rule on"},
          {.names = "--disable", .value = "", .help = "switch the rule off; it keeps its place"},
          {.names = "--delete", .value = "FIELD", .help = "fields to take out of the rule", .repeated = true},
          force_option(),
          digest_option()};
}

CommandSpec rules_tree() {
  return {.name = "rules",
          .summary = "Lists, adds, changes, moves and deletes rules.",
          .details =
              "LEVEL is datacenter, node, guest VMID, group NAME or vnet NAME; qemu VMID and lxc VMID are a guest that the node must have. "
              "Behind it: list; add RULE, in quotes, or add TYPE "
              "ACTION with options; set POS with what changes (\"-\" takes a field out); move POS BEFORE, which counts as the list "
              "is now; delete POS. A rule that would not be understood is refused with exit 3. With --json, list gives the items "
              "of the REST interface, {\"pos\",\"type\",\"action\",\"enable\",\"digest\",\"line\"} and the fields that are "
              "set, \"ipversion\" and \"errors\" among them; edits give {\"changed\",\"diff\",\"files\",\"warnings\"}, and with "
              "--dry-run {\"turns_on\",\"refusal\"} as well: exit 1, if it would be refused.",
          .example =
              "drawbridge firewall rules guest 100\n"
              "drawbridge firewall rules guest 100 add IN 'SSH(ACCEPT)' --source +management --comment admins\n"
              "drawbridge firewall rules node add 'IN DROP -source 192.0.2.0/24 -log info' --pos 0\n"
              "drawbridge firewall rules group web set 2 --dport 80,443 --enable\n"
              "drawbridge firewall rules datacenter move 3 0",
          .arguments = {level_argument("whose rules", {"datacenter", "node", "guest", "qemu", "lxc", "group", "vnet"}),
                        words("VMID or NAME, then list, add, set, move or delete")},
          .options = rule_options(),
          .run = firewall_rules};
}

CommandSpec options_tree() {
  return {
      .name = "options",
      .summary = "Lists and sets options.",
      .details =
          "LEVEL is datacenter, node, guest VMID (qemu, lxc VMID: one that the node has) or vnet NAME. The datacenter's enable=2, or more, "
          "is "
          "on for 60 s from now. With --json, list gives what the file sets, and its digest.",
      .example =
          "drawbridge firewall options guest 100\n"
          "drawbridge firewall options guest 100 enable=1 policy_in=DROP\n"
          "drawbridge firewall options node --delete log_level_in",
      .arguments = {level_argument("whose options", {"datacenter", "node", "guest", "qemu", "lxc", "vnet"}),
                    words("VMID or NAME, then list, or KEY=VALUE")},
      .options = {{.names = "--delete", .value = "KEY", .help = "options to take out", .repeated = true}, force_option(), digest_option()},
      .run = firewall_options};
}

std::vector<CommandSpec> name_verbs() {
  const OptionSpec force{
      .names = "-f,--force", .value = "", .help = "delete it although it is used, or holds something; cut off the session that asks"};
  return {{.name = "alias",
           .summary = "Names for addresses and networks.",
           .details =
               "LEVEL is datacenter or guest VMID. Behind it: list; add NAME CIDR; set NAME CIDR; rename NAME NEWNAME [CIDR], which "
               "takes all users along, in all files; delete NAME, which is refused with exit 4 and the list of users while there are any.",
           .example = "drawbridge firewall alias datacenter add office 192.0.2.0/24 --comment 'the house'\n"
                      "drawbridge firewall alias guest 100 rename home house",
           .arguments = {level_argument("whose aliases", {"datacenter", "guest", "qemu", "lxc"}),
                         words("VMID, then list, add, set, rename or delete")},
           .options = {comment_option(), digest_option(), force},
           .run = firewall_alias},
          {.name = "ipset",
           .summary = "Sets of addresses and networks, with exceptions.",
           .details = "LEVEL is datacenter or guest VMID. Behind it: list; show NAME; create NAME; comment NAME; rename NAME NEWNAME; "
                      "delete NAME; add NAME CIDR…; set NAME CIDR…; remove NAME CIDR…. An entry that begins with '!' is an exception; "
                      "of the entries that cover an address the most specific decides.",
           .example = "drawbridge firewall ipset datacenter create web\n"
                      "drawbridge firewall ipset datacenter add web 192.0.2.0/24 '!192.0.2.9'\n"
                      "drawbridge firewall ipset guest 100 show ipfilter-net0 --json",
           .arguments = {level_argument("whose sets", {"datacenter", "guest", "qemu", "lxc"}), words("VMID, then what to do")},
           .options = {comment_option(), {.names = "--nomatch", .value = "", .help = "the entries are exceptions"}, digest_option(), force},
           .run = firewall_ipset},
          {.name = "group",
           .summary = "Security groups: rules that others use by name.",
           .details = "list; create NAME; comment NAME; rename NAME NEWNAME, which takes all users along; delete NAME. Its rules are those "
                      "of \"firewall rules group NAME\".",
           .example = "drawbridge firewall group create web --comment 'front ends'\ndrawbridge firewall group rename web front",
           .arguments = {words("list, create, comment, rename or delete")},
           .options = {comment_option(), digest_option(), force},
           .run = firewall_group}};
}

CommandSpec log_verb() {
  return {
      .name = "log",
      .summary = "Shows the packets that rules logged, each with the rule that did it.",
      .details =
          "The service writes the log; what others read is var/log/pve-firewall.log. With --json: an array of objects, with --follow "
          "an object a line. With --lines-of-file: lines as others read them, numbered from the file's first; with --json "
          "{\"total\",\"lines\":[{\"n\",\"t\"}]}. --since and --until look into files that were put aside, too.",
      .example = "drawbridge firewall log -f\ndrawbridge firewall log --guest 100 --lines 20\ndrawbridge firewall log --rule 100.fw:7",
      .options = {{.names = "-f,--follow", .value = "", .help = "go on as packets are logged"},
                  {.names = "--guest", .value = "VMID", .help = "of this guest", .number = true, .completes = Completes::guest},
                  {.names = "--host", .value = "", .help = "of the node itself"},
                  {.names = "--rule", .value = "FILE[:LINE]", .help = "logged by this rule, as \"100.fw:7\""},
                  {.names = "--grep", .value = "TEXT", .help = "with this text in the packet's fields"},
                  {.names = "-n,--lines", .value = "COUNT", .help = "the last so many (100); 0: all", .number = true},
                  {.names = "--lines-of-file", .value = "", .help = "the log as it stands in its file"},
                  {.names = "--start", .value = "N", .help = "of --lines-of-file: leave out so many lines", .number = true},
                  {.names = "--limit", .value = "N", .help = "of --lines-of-file: at most so many (50); 0: all", .number = true},
                  {.names = "--since", .value = "TIME", .help = "of --lines-of-file: logged at this Unix time or later", .number = true},
                  {.names = "--until", .value = "TIME", .help = "of --lines-of-file: logged at this Unix time or before", .number = true}},
      .run = firewall_log};
}

}  // namespace

CommandSpec firewall_tree() {
  CommandSpec firewall{.name = "firewall",
                       .summary = "The firewall of the datacenter, its nodes, guests and networks: its files, and what they mean.",
                       .details =
                           "The files are etc/pve/firewall/cluster.fw, etc/pve/nodes/NODE/host.fw, etc/pve/firewall/VMID.fw and "
                           "etc/pve/sdn/firewall/VNET.fw; NODE is --node, or the host name.",
                       .example = "drawbridge firewall check"};
  for (auto& verb : control_verbs()) firewall.commands.push_back(std::move(verb));
  for (auto& verb : reading_verbs()) firewall.commands.push_back(std::move(verb));
  firewall.commands.push_back(with_trial_options(rules_tree()));
  firewall.commands.push_back(with_trial_options(options_tree()));
  for (auto& verb : name_verbs()) firewall.commands.push_back(with_trial_options(std::move(verb)));
  firewall.commands.push_back(log_verb());
  return firewall;
}

}  // namespace drawbridge::cli
