// `drawbridge firewall …` as data.
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

std::vector<CommandSpec> reading_verbs() {
  return {
      {.name = "check",
       .summary = "Reads all firewall files of the node and tells what is wrong in them.",
       .details =
           "A line that is not understood is not in force; all others are. What should block and is not in force is told twice. Exit "
           "3 if there are errors. With --json: the array of findings.",
       .example = "drawbridge firewall check\ndrawbridge --root /mnt firewall check --json",
       .run = firewall_check},
      {.name = "localnet",
       .summary = "Shows which networks count as the administrators', and which nodes of the cluster are let in.",
       .details = "",
       .example = "drawbridge firewall localnet",
       .run = firewall_localnet},
      {.name = "macros",
       .summary = "Lists the macros that rules may use, with what they match.",
       .details = "With --json: [{\"macro\",\"descr\",\"matches\"}].",
       .example = "drawbridge firewall macros",
       .run = firewall_macros},
  };
}

}  // namespace

CommandSpec firewall_tree() {
  CommandSpec firewall{.name = "firewall",
                       .summary = "The firewall of the datacenter, its nodes, guests and networks: its files, and what they mean.",
                       .details =
                           "The files are etc/pve/firewall/cluster.fw, etc/pve/nodes/NODE/host.fw, etc/pve/firewall/VMID.fw and "
                           "etc/pve/sdn/firewall/VNET.fw; NODE is --node, or the host name.",
                       .example = "drawbridge firewall check"};
  for (auto& verb : reading_verbs()) firewall.commands.push_back(std::move(verb));
  return firewall;
}

}  // namespace drawbridge::cli
