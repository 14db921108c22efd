// lab, completion and the candidates behind it.
#include <algorithm>
#include <set>

#include "cli/completion.h"
#include "cli/context.h"
#include "cli/sources.h"
#include "cli/verbs.h"
#include "guest/machine.h"
#include "lab/command.h"
#include "network/edit.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

/// Parameters of `network set` and `network create`, of all types.
std::vector<std::string> parameter_names() {
  std::set<std::string> names;
  for (int type = 0; type <= static_cast<int>(network::InterfaceType::unknown); ++type) {
    const auto more = network::edit_parameters(static_cast<network::InterfaceType>(type));
    names.insert(more.begin(), more.end());
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> interface_names(doors::Files& files, const std::string& root) {
  std::set<std::string> names;
  if (const auto source = read_effective(files, root)) {
    for (const auto& stanza : source->configuration.stanzas) names.insert(stanza.name);
    for (const auto& allow : source->configuration.allows) names.insert(allow.name);
  }
  if (const auto links = files.list("/sys/class/net"); links && root.empty()) names.insert(links->begin(), links->end());
  return {names.begin(), names.end()};
}

std::vector<std::string> generation_numbers(doors::Files& files, const std::string& root) {
  std::vector<std::string> numbers;
  const auto generations = transaction::history(files, transaction::paths_below(root));
  if (!generations) return numbers;
  for (const auto& generation : *generations) numbers.push_back(std::to_string(generation.number));
  return numbers;
}

/// Of all nodes: VMIDs are unique among them.
std::vector<std::string> guest_numbers(doors::Files& files, const std::string& root) {
  std::vector<std::string> numbers;
  const auto guests = store::list_guest_files(files, root, "");
  if (!guests) return numbers;
  for (const auto& file : *guests) numbers.push_back(std::to_string(file.vmid));
  return numbers;
}

/// Keys of VMs and of containers.
std::vector<std::string> guest_keys() {
  std::set<std::string> names;
  for (const auto kind : {guest::Kind::qemu, guest::Kind::lxc}) {
    const auto more = guest::known_keys(kind);
    names.insert(more.begin(), more.end());
  }
  return {names.begin(), names.end()};
}

/// --root of the command line that is being typed.
std::string typed_root(const std::vector<std::string>& words) {
  std::string root;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--root") root = words[i + 1];
    if (words[i].starts_with("--root=")) root = words[i].substr(7);
  }
  while (root.ends_with('/')) root.pop_back();
  return root;
}

}  // namespace

Exit lab(Context& context) {
  const int status = lab::run_command(context.invocation.rest, context.console.json());
  return static_cast<Exit>(status);
}

Exit print_completion(Context& context) {
  context.console.print(completion_script(context.arguments().value("SHELL").value_or("bash")));
  return Exit::done;
}

Exit print_candidates(Context& context) {
  std::vector<std::string> words = context.invocation.rest;
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const std::string root = typed_root(words);
  auto& files = context.system.files();
  const NameSource names = [&](Completes what) -> std::vector<std::string> {
    if (what == Completes::interface) return interface_names(files, root);
    if (what == Completes::generation) return generation_numbers(files, root);
    if (what == Completes::guest) return guest_numbers(files, root);
    if (what == Completes::guest_assignment) return guest_keys();
    return what == Completes::assignment ? parameter_names() : std::vector<std::string>();
  };
  const Completion completion = complete(command_tree(), words, names);
  for (const Candidate& candidate : completion.candidates) {
    context.console.print(candidate.text + (candidate.help.empty() ? "" : "\t" + candidate.help) + "\n");
  }
  if (completion.files) context.console.print(":files\n");
  return Exit::done;
}

}  // namespace drawbridge::cli
