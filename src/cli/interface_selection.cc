#include "cli/interface_selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

bool matches(const std::string& pattern, const std::string& name) { return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0; }

bool in_class(const network::Interface& interface, const std::string& name) {
  if (name == "auto") return interface.autostart;
  if (name == "hotplug") return interface.hotplug;
  return std::ranges::find(interface.classes, name) != interface.classes.end();
}

bool in_one_class(const network::Interface& interface, const std::vector<std::string>& classes) {
  return std::ranges::any_of(classes, [&](const std::string& name) { return in_class(interface, name); });
}

bool wanted(const network::Interface& interface, const std::vector<std::string>& classes, bool everything) {
  if (classes.empty()) return everything ? interface.declared || interface.autostart : interface.autostart;
  return in_one_class(interface, classes);
}

/// --exclude, and with --read-environment what the environment of networking.service names.
std::vector<std::string> exclusions(const Arguments& arguments) {
  std::vector<std::string> patterns = arguments.list("exclude");
  const char* more = arguments.has("read-environment") ? std::getenv("EXCLUDE_INTERFACES") : nullptr;
  if (more != nullptr) {
    for (const auto word : split_words(more)) patterns.emplace_back(word);
  }
  return patterns;
}

}  // namespace

Selection select_interfaces(const network::Model& model, const Arguments& arguments, bool everything) {
  Selection selection;
  const auto& asked = arguments.list("IFACE");
  const auto& classes = arguments.list("allow");
  for (const auto& [name, interface] : model.interfaces) {
    if (asked.empty() && wanted(interface, classes, everything)) selection.names.insert(name);
  }
  for (const std::string& pattern : asked) {
    bool found = false;
    for (const auto& [name, interface] : model.interfaces) {
      if (!matches(pattern, name) || !(interface.declared || interface.autostart)) continue;
      found = true;
      // A device manager calls "ifup --allow=hotplug NAME" for whatever appears: others are none of its business.
      if (classes.empty() || in_one_class(interface, classes)) selection.names.insert(name);
    }
    if (!found) selection.unknown.push_back(pattern);
  }
  for (const std::string& pattern : exclusions(arguments)) {
    std::erase_if(selection.names, [&](const std::string& name) { return matches(pattern, name); });
  }
  return selection;
}

}  // namespace drawbridge::cli
