// `drawbridge guest …` as data.
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

ArgumentSpec vmid_argument() { return {.name = "VMID", .help = "number of the guest, 100 to 999999999", .completes = Completes::guest}; }

ArgumentSpec assignments() {
  return {.name = "KEY=VALUE",
          .help = "keys of the guest's configuration file: net0, name, memory, cores, scsi0, description…",
          .required = false,
          .repeated = true,
          .completes = Completes::guest_assignment};
}

OptionSpec digest_option() {
  return {.names = "--digest", .value = "SHA256", .help = "refuse with exit 4 if the file is no longer the one with this digest"};
}

OptionSpec skip_lock_option() {
  return {.names = "--skip-lock", .value = "", .help = "in spite of a lock in the file, and of nothing else"};
}

OptionSpec force_option(std::string_view help) { return {.names = "-f,--force", .value = "", .help = help}; }

OptionSpec kind_option() {
  return {.names = "--kind",
          .value = "KIND",
          .help = "only if it is a guest of this kind: qemu or lxc",
          .completes = Completes::choices,
          .choices = {"qemu", "lxc"}};
}

OptionSpec no_act_option() { return {.names = "-n,--no-act", .value = "", .help = "check and print the difference, write nothing"}; }

constexpr std::string_view kForceEdit = "in spite of a MAC address in use, what the bridge lacks, a key that is not known, and a lock";

std::vector<CommandSpec> reading_verbs() {
  return {
      {.name = "list",
       .summary = "Lists the guests of this node, or of --node.",
       .details = "With --json: an array of "
                  "{\"vmid\",\"node\",\"kind\",\"name\",\"nics\",\"pending\",\"snapshots\",\"cpus\",\"maxmem\",\"maxdisk\","
                  "\"template\",\"status\"}, sizes in bytes; of a guest that runs also "
                  "\"pid\",\"uptime\",\"cputime\",\"mem\",\"netin\",\"netout\".",
       .example = "drawbridge guest list\ndrawbridge guest list --all --json",
       .options = {{.names = "-a,--all", .value = "", .help = "the guests of all nodes"}},
       .run = guest_list},
      {.name = "show",
       .summary = "Shows a guest: its cards with the devices they get on the host, its settings, what is pending, its snapshots.",
       .details = "What is wrong with the file, or with what it asks of the node's bridges, is told on standard error; errors give exit "
                  "code 3. With --json: one object, \"digest\" among its members.",
       .example = "drawbridge guest show 100\ndrawbridge guest show 100 --json",
       .arguments = {vmid_argument()},
       .options = {{.names = "--current", .value = "", .help = "as it is now, without what is pending"},
                   {.names = "--snapshot", .value = "NAME", .help = "as it was when the snapshot was taken"},
                   kind_option()},
       .run = guest_show},
      {.name = "addresses",
       .summary = "Shows the interfaces and addresses that a running guest has inside.",
       .details =
           "Of a container as the kernel has them; of a VM as its guest agent tells, which its settings must name (agent=1). With --json: "
           "{\"interfaces\": [{\"name\",\"hardware-address\",\"ip-addresses\": [{\"ip-address\",\"ip-address-type\",\"prefix\"}]}]}. Exit "
           "4 if the "
           "guest does not run, or its agent does not answer.",
       .example = "drawbridge guest addresses 101",
       .arguments = {vmid_argument()},
       .options = {kind_option()},
       .run = guest_addresses},
  };
}

std::vector<CommandSpec> editing_verbs() {
  return {
      {.name = "set",
       .summary = "Changes keys of a guest's configuration and prints the difference.",
       .details = "Only the lines of the named keys change. Of a VM that runs, cards are changed at once where that is possible; what is "
                  "not stays "
                  "pending, and is told. A card without a MAC address keeps the one it has, or gets one that no other "
                  "guest has. Exit 3 if a value is wrong, 4 if the file changed meanwhile.",
       .example = "drawbridge guest set 100 net0=virtio,bridge=vmbr1,tag=44\ndrawbridge guest set 100 --delete net1,cores",
       .arguments = {vmid_argument(), assignments()},
       .options = {{.names = "--delete",
                    .value = "KEY",
                    .help = "keys to take out",
                    .repeated = true,
                    .greedy = true,
                    .completes = Completes::guest_assignment},
                   {.names = "--pending", .value = "", .help = "for the guest's next start"},
                   {.names = "--revert", .value = "KEY", .help = "drop what is pending for these keys", .repeated = true},
                   digest_option(),
                   no_act_option(),
                   kind_option(),
                   skip_lock_option(),
                   force_option(kForceEdit)},
       .run = guest_set},
      {.name = "create",
       .summary = "Writes the configuration of a new guest; nothing is started.",
       .details = "The number must be free on all nodes, among VMs and containers.",
       .example = "drawbridge guest create 100 name=mail memory=2048 net0=virtio,bridge=vmbr0,tag=44\n"
                  "drawbridge guest create 101 --lxc hostname=web net0=name=eth0,bridge=vmbr0,ip=dhcp",
       .arguments = {{.name = "VMID", .help = "number of the new guest, 100 to 999999999"}, assignments()},
       .options = {{.names = "--lxc", .value = "", .help = "a container instead of a VM"}, no_act_option(), force_option(kForceEdit)},
       .run = guest_create},
      {.name = "delete",
       .summary = "Removes the configuration of a guest, with its snapshots' sections; its disks stay.",
       .details = "",
       .example = "drawbridge guest delete 100",
       .arguments = {vmid_argument()},
       .options = {digest_option(), no_act_option(), kind_option(), skip_lock_option(),
                   OptionSpec{.names = "--may-run", .value = "", .help = "with --no-act: a guest that runs is no reason to refuse"},
                   force_option("in spite of its protection or lock")},
       .run = guest_delete},
  };
}

std::vector<CommandSpec> running_verbs() {
  return {
      {.name = "start",
       .summary = "Starts a VM: its settings become QEMU's, its ports are wired to their bridges.",
       .details = "What was pending takes effect. Settings that are understood but can't be honoured are warned of. KVM is used where it "
                  "works. Exit 3 if the file asks for what can't be, 4 if the VM runs already or ends at once, with QEMU's own words.",
       .example = "drawbridge guest start 100",
       .arguments = {vmid_argument()},
       .options = {{.names = "-t,--timeout", .value = "SECONDS", .help = "how long QEMU may take to answer (30)", .number = true},
                   kind_option(),
                   force_option("in spite of a lock in the file")},
       .run = guest_start},
      {.name = "stop",
       .summary = "Stops a VM: asks the guest to shut down, and after a while cuts its power.",
       .details =
           "Without --timeout the guest has what \"down\" of its key startup says, or 60 seconds. Then QEMU is told to quit; if it does "
           "not answer, its process is ended.",
       .example = "drawbridge guest stop 100\ndrawbridge guest stop 100 --timeout 180",
       .arguments = {vmid_argument()},
       .options = {{.names = "-t,--timeout", .value = "SECONDS", .help = "how long the guest may take to shut down", .number = true},
                   {.names = "--no-cut", .value = "", .help = "fail with exit 4 if the guest does not shut down in time, and let it run"},
                   kind_option(),
                   force_option("cut the power at once, without asking the guest")},
       .run = guest_stop},
  };
}

std::vector<CommandSpec> port_verbs() {
  const ArgumentSpec card{.name = "NETN", .help = "the card: net0 to net31"};
  return {
      {.name = "plug",
       .summary = "Wires the port of a guest's card as its configuration says.",
       .details =
           "Hypervisors call it when they have made the device, QEMU by the names qemu-ifup and qemu-ifdown. What was done is looked "
           "at again. Exit 3 if the card asks for what can't be, 4 if the system refuses.",
       .example = "drawbridge guest plug 100 net0 tap100i0",
       .arguments = {vmid_argument(),
                     card,
                     {.name = "DEVICE", .help = "the device, if the hypervisor calls it otherwise", .required = false}},
       .run = guest_plug},
      {.name = "unplug",
       .summary = "Takes the port of a guest's card out of its bridge.",
       .details = "A helper bridge that only this port used goes with it. A port that is not there is none, and no error.",
       .example = "drawbridge guest unplug 100 net0",
       .arguments = {vmid_argument(), card},
       .run = guest_unplug},
      {.name = "hook",
       .summary = "What LXC and libvirt call when they have made a guest's device, or are done with it.",
       .details = "The cards are told by the names of their devices and by their MAC addresses. Others' domains are left alone.",
       .example = "drawbridge guest hook -- libvirt-hook mail started begin - < mail.xml",
       .arguments =
           {{.name = "HOOK", .help = "whose it is", .completes = Completes::choices, .choices = {"lxc-ifup", "lxc-ifdown", "libvirt-hook"}},
            {.name = "WORD", .help = "what it is called with", .required = false, .repeated = true}},
       .run = guest_hook,
       .hidden = true},
  };
}

CommandSpec nic_tree() {
  CommandSpec nic{
      .name = "nic", .summary = "Cards by themselves.", .details = "", .example = "drawbridge guest nic parse virtio,bridge=vmbr0,tag=44"};
  nic.commands.push_back(
      {.name = "parse",
       .summary = "Reads the text of a card and prints it as it would be stored.",
       .details = "With --json: {\"canonical\",\"fields\"}. Exit 3 if the text is wrong; each mistake is told with its column.",
       .example = "drawbridge guest nic parse virtio,bridge=vmbr0,tag=44,rate=12.5\n"
                  "drawbridge guest nic parse name=eth0,bridge=vmbr0,ip=dhcp --lxc",
       .arguments = {{.name = "STRING", .help = "the value of a netN line"}},
       .options = {{.names = "--lxc", .value = "", .help = "a container's card instead of a VM's"}},
       .run = guest_nic_parse});
  return nic;
}

}  // namespace

CommandSpec guest_tree() {
  CommandSpec guest{
      .name = "guest",
      .summary = "Virtual machines and containers: their configuration, and VMs run.",
      .details = "The files are etc/pve/nodes/NODE/qemu-server/VMID.conf and …/lxc/VMID.conf; NODE is --node, or the host name.",
      .example = "drawbridge guest list"};
  for (auto verbs : {reading_verbs(), editing_verbs(), running_verbs(), port_verbs()})
    for (auto& verb : verbs) guest.commands.push_back(std::move(verb));
  guest.commands.push_back(nic_tree());
  return guest;
}

}  // namespace drawbridge::cli
