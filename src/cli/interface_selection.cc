#include "cli/interface_selection.h"

#include <fnmatch.h>

#include <algorithm>

namespace drawbridge::cli {
namespace {

bool matches(const std::string& pattern, const std::string& name) { return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0; }

bool in_class(const network::Interface& interface, const std::string& name) {
  if (name == "auto") return interface.autostart;
  if (name == "hotplug") return interface.hotplug;
  return std::ranges::find(interface.classes, name) != interface.classes.end();
}

bool wanted(const network::Interface& interface, const std::vector<std::string>& classes, bool everything) {
  if (classes.empty()) return everything ? interface.declared || interface.autostart : interface.autostart;
  return std::ranges::any_of(classes, [&](const std::string& name) { return in_class(interface, name); });
}

}  // namespace

Selection select_interfaces(const network::Model& model, const Arguments& arguments, bool everything) {
  Selection selection;
  const auto& asked = arguments.list("IFACE");
  for (const auto& [name, interface] : model.interfaces) {
    if (asked.empty() && wanted(interface, arguments.list("allow"), everything)) selection.names.insert(name);
  }
  for (const std::string& pattern : asked) {
    bool found = false;
    for (const auto& [name, interface] : model.interfaces) {
      if (!matches(pattern, name) || !(interface.declared || interface.autostart)) continue;
      selection.names.insert(name);
      found = true;
    }
    if (!found) selection.unknown.push_back(pattern);
  }
  for (const std::string& pattern : arguments.list("exclude")) {
    std::erase_if(selection.names, [&](const std::string& name) { return matches(pattern, name); });
  }
  return selection;
}

}  // namespace drawbridge::cli
