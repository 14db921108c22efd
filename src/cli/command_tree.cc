#include "cli/command_spec.h"
#include "cli/openapi_verb.h"
#include "cli/subtrees.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

CommandSpec lab_tree() {
  return {
      .name = "lab",
      .summary = "Boots a virtual copy of a node with a stock Debian kernel, wires switches and hosts around it, and runs commands in it.",
      .details = "The words after \"lab\" belong to the lab: \"drawbridge lab --help\" lists them.",
      .example = "drawbridge lab run default-bridge -- ping -c 1 100.64.0.1",
      .run = lab,
      .passes_on = true};
}

CommandSpec daemon_tree() {
  return {.name = "daemon",
          .summary =
              "Runs the service: it keeps the firewall's rules and the guests' ports as the files say, and the kernel's state at "
              "hand for the commands that run in it.",
          .details =
              "It follows the kernel's notifications and the files, and takes no turn while nothing happens. Of the same root, network and "
              "program, apply, plan, status, ifup, ifdown, ifreload and ifquery run in it; "
              "with DRAWBRIDGE_SERVICE=off in the environment, or without a service, they run by themselves.",
          .example = "systemctl start drawbridge-daemon\ndrawbridge -v daemon",
          .options = {{.names = "--undo-after",
                       .value = "SECONDS",
                       .help = "how long saved firewall files that leave no administrator a way in are in force without \"firewall "
                               "confirm\" (60); 0: for good, it is only told",
                       .number = true}},
          .run = run_daemon};
}

CommandSpec api_tree() {
  return {.name = "api",
          .summary = "Answers the REST API on a local socket, for \"drawbridge web\" and for programs of root on this host.",
          .details =
              "It runs as root and never faces the network. Who asks, what they may do and whether their parameters are right is "
              "checked here; what they ask for is done by the commands of this program. A process of root that connects is root@pam.",
          .example = "drawbridge api\ncurl --unix-socket /run/drawbridge/api.sock http://node/api2/json/version",
          .options =
              {{.names = "--socket", .value = "PATH", .help = "where to listen (run/drawbridge/api.sock)", .completes = Completes::file},
               {.names = "--group", .value = "NAME", .help = "the group that may connect, besides root (drawbridge-web, if there is one)"}},
          .run = run_api};
}

CommandSpec pvesh_tree() {
  return {.name = "pvesh",
          .summary = "Calls a method of the REST API, as root@pam and without any service: get, create, set, delete, ls, usage.",
          .details =
              "pvesh get PATH, create PATH, set PATH, delete PATH, each with --PARAMETER VALUE; ls PATH lists what is below; usage PATH "
              "explains the methods of a path and their parameters. Prints the answer's data as JSON. Exit 3 if a parameter is wrong, "
              "4 if the system refuses.",
          .example =
              "drawbridge pvesh get /nodes/localhost/network\n"
              "drawbridge pvesh create /nodes/localhost/network --iface vmbr1 --type bridge --cidr 192.0.2.1/24\n"
              "drawbridge pvesh usage /nodes/localhost/network",
          .run = pvesh,
          .passes_on = true};
}

CommandSpec task_tree() {
  return {.name = "__task",
          .summary = "The process of a task: runs a command, its output into the task's log.",
          .details = "",
          .example = "",
          .run = run_task,
          .hidden = true,
          .passes_on = true};
}

CommandSpec web_tree() {
  return {.name = "web",
          .summary = "Serves the page and the API to browsers and other clients, as a user who may do nothing else.",
          .details =
              "Files come from the folder of the page; what is asked below /api2 is answered by the API service. The certificate is "
              "etc/drawbridge/web.pem with its key web.key; without them one is made, and renewed before it ends. Files that change are "
              "taken over while it runs.",
          .example = "systemctl start drawbridge-web\ndrawbridge web --listen 127.0.0.1:8006",
          .options = {{.names = "--listen", .value = "ADDRESS:PORT", .help = "where (default: [::]:8006, which is IPv4 as well)"},
                      {.names = "--assets",
                       .value = "DIR",
                       .help = "the folder of the page (default: /usr/share/drawbridge/web)",
                       .completes = Completes::file},
                      {.names = "--user",
                       .value = "NAME",
                       .help = "whom it becomes once the port is open and the key is read (default: drawbridge-web)"},
                      {.names = "--certificate",
                       .value = "FILE",
                       .help = "certificate and chain (PEM); needs --key",
                       .completes = Completes::file},
                      {.names = "--key", .value = "FILE", .help = "private key of the certificate (PEM)", .completes = Completes::file},
                      {.names = "--hsts",
                       .value = "",
                       .help = "browsers that came once come back over TLS only, for a year, and let nobody pass an untrusted certificate: "
                               "only with one that they trust"},
                      {.names = "--insecure-plain",
                       .value = "",
                       .help = "plain HTTP without TLS: for tests, and behind a proxy on the same machine; passwords go unprotected"}},
          .run = run_web};
}

CommandSpec completion_tree() {
  return {
      .name = "completion",
      .summary = "Prints the completion script of a shell.",
      .details = "",
      .example = "drawbridge completion bash > /etc/bash_completion.d/drawbridge",
      .arguments = {{.name = "SHELL", .help = "bash, zsh or fish", .completes = Completes::choices, .choices = {"bash", "zsh", "fish"}}},
      .run = print_completion};
}

CommandSpec audit_tree() {
  return {.name = "audit",
          .summary = "Shows what was changed through the API, and what was refused: who, from where, what, how it ended.",
          .details =
              "Of var/log/drawbridge/audit.log and the file that was put aside last; the newest last. With --json: an array of the "
              "log's objects with \"target\", their path with the parameters in it.",
          .example = "drawbridge audit --user anna@pve --path /nodes/pve1/network\ndrawbridge audit --refused",
          .options = {{.names = "--user", .value = "TEXT", .help = "with this in the name of the user or token"},
                      {.names = "--path", .value = "TEXT", .help = "with this in the path, as /access or /nodes/pve1/network/vmbr0"},
                      {.names = "--refused", .value = "", .help = "only what was refused, or failed"},
                      {.names = "--lines", .value = "N", .help = "the last so many (100)", .number = true}},
          .run = audit};
}

CommandSpec openapi_tree() {
  return {.name = "openapi",
          .summary = "Prints the description of the REST interface as an OpenAPI document.",
          .details = "Every method with its parameters, what it returns, and the rights it needs. Served as /api2/json/openapi, too.",
          .example = "drawbridge openapi > drawbridge.json",
          .run = print_openapi};
}

CommandSpec candidates_tree() {
  return {.name = "__complete",
          .summary = "Lists what may stand at the end of a command line; the completion scripts call it.",
          .details = "",
          .example = "",
          .run = print_candidates,
          .hidden = true,
          .passes_on = true};
}

CommandSpec make_tree() {
  CommandSpec root{
      .name = "drawbridge",
      .summary =
          "Host networking for machines that run virtual machines and containers: shows what would change, changes it, proves "
          "it, and undoes it if it cut you off.",
      .details = "",
      .example =
          "drawbridge network show\ndrawbridge network set vmbr0 cidr=192.0.2.7/24\ndrawbridge network plan\ndrawbridge network apply",
      .options = {{.names = "--root",
                   .value = "DIR",
                   .help = "read and write DIR/etc/network/interfaces and so on instead of the system's files",
                   .completes = Completes::file},
                  {.names = "--node", .value = "NAME", .help = "whose files under etc/pve/nodes (default: the host name)"},
                  {.names = "--json", .value = "", .help = "one JSON document on standard output, nothing else there"},
                  {.names = "-q,--quiet", .value = "", .help = "only answers and errors"},
                  {.names = "-v,--verbose", .value = "", .help = "say more about what goes on"},
                  {.names = "--no-color", .value = "", .help = "no colours (NO_COLOR=1 does the same)"},
                  {.names = "-V,--version", .value = "", .help = "print the version"},
                  {.names = "-h,--help", .value = "", .help = "print this help"}},
  };
  root.commands.push_back(network_tree());
  root.commands.push_back(guest_tree());
  root.commands.push_back(cluster_tree());
  root.commands.push_back(firewall_tree());
  for (auto& command : access_trees()) root.commands.push_back(std::move(command));
  for (auto& command : ifupdown_trees()) root.commands.push_back(std::move(command));
  root.commands.push_back(audit_tree());
  root.commands.push_back(daemon_tree());
  root.commands.push_back(api_tree());
  root.commands.push_back(task_tree());
  root.commands.push_back(pvesh_tree());
  root.commands.push_back(web_tree());
  root.commands.push_back(lab_tree());
  root.commands.push_back(openapi_tree());
  root.commands.push_back(completion_tree());
  root.commands.push_back(candidates_tree());
  return root;
}

}  // namespace

const CommandSpec& command_tree() {
  static const CommandSpec kTree = make_tree();
  return kTree;
}

}  // namespace drawbridge::cli
