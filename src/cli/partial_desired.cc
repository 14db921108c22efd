#include "cli/partial_desired.h"

#include <algorithm>

namespace drawbridge::cli {
namespace {

using network::Desired;
using network::DesiredLink;

/// The device that a tunnel or VXLAN is bound to; empty: none.
std::string bound_to(const network::AttributeValue* value) {
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::string device_of(const DesiredLink& link) {
  const auto found = link.data.find("link");
  return bound_to(found == link.data.end() ? nullptr : &found->second.value);
}

std::string device_of(const network::Link& link) {
  const auto found = link.data.find("link");
  return bound_to(found == link.data.end() ? nullptr : &found->second);
}

/// Follows the links downwards.
class Follower {
 public:
  explicit Follower(const Desired& all) : all_(all) {}

  void follow(const std::string& name, bool with_ports) {
    const auto link = all_.links.find(name);
    if (link == all_.links.end()) return;
    if (found_.insert(name).second) {
      const DesiredLink& wanted = link->second;
      if (wanted.parent) follow(wanted.parent->value, true);
      follow(device_of(wanted), true);
      // The VRF a link belongs to holds its routes; the VRF's other members are nobody's business.
      if (wanted.master && is_vrf(wanted.master->value)) follow(wanted.master->value, false);
    }
    if (!with_ports || !ports_followed_.insert(name).second) return;
    for (const auto& [lower, wanted] : all_.links) {
      if (wanted.master && wanted.master->value == name) follow(lower, true);
    }
  }

  const std::set<std::string>& found() const { return found_; }

 private:
  bool is_vrf(const std::string& name) const {
    const auto link = all_.links.find(name);
    return link != all_.links.end() && link->second.kind == "vrf";
  }

  const Desired& all_;
  std::set<std::string> found_;
  std::set<std::string> ports_followed_;
};

}  // namespace

Desired restrict_to(const Desired& all, const std::set<std::string>& names, const network::Snapshot& now, bool alone) {
  Follower follower(all);
  for (const std::string& name : names) follower.follow(name, true);
  Desired some;
  some.dormant = all.dormant;
  for (const std::string& name : follower.found()) {
    DesiredLink link = all.links.find(name)->second;
    const std::string master = link.master ? link.master->value : "";
    const bool joins = master.empty() || follower.found().contains(master) || (!alone && now.find_link(master) != nullptr);
    if (!joins) {
      link.master.reset();
      link.port.clear();
      link.vlans.reset();
    }
    some.links.emplace(name, std::move(link));
  }
  std::ranges::copy_if(all.routes, std::back_inserter(some.routes), [&](const network::Asked<network::Route>& route) {
    return network::belongs_to(route.value, some, follower.found());
  });
  return some;
}

std::vector<std::string> uppers_of(const network::Snapshot& now, const std::string& name) {
  std::set<std::string> uppers;
  const network::Link* link = now.find_link(name);
  if (link == nullptr) return {};
  for (const auto& [other, upper] : now.links) {
    if (upper.up && upper.kind != "veth" && (upper.parent == link->name || device_of(upper) == link->name)) uppers.insert(other);
  }
  const network::Link* master = link->master.empty() ? nullptr : now.find_link(link->master);
  if (master != nullptr && master->up && master->kind != "vrf") uppers.insert(master->name);
  return {uppers.begin(), uppers.end()};
}

}  // namespace drawbridge::cli
