#include "network/live_findings.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "network/link_defaults.h"

namespace drawbridge::network {
namespace {

/// Bits of Actor_State and Partner_State (IEEE 802.1AX 6.4.2.3).
constexpr std::uint64_t kDefaulted = 0x40;  ///< no LACPDU has come: what the partner is, is assumed
constexpr std::uint64_t kExpired = 0x80;    ///< the last one is too old

std::uint64_t number(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  const auto* value = found == attributes.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  return value == nullptr ? 0 : *value;
}

std::string word(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  const auto* value = found == attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value == nullptr ? "" : *value;
}

/// Ready for traffic, as far as the link itself is concerned.
bool works(const Link& link) { return link.up && link.carrier; }

std::string why_not(const Link& link) { return link.up ? "has no carrier" : "is down"; }

std::string both(const std::vector<std::string>& names) {
  if (names.size() < 2) return join(names, "");
  return join({names.begin(), names.end() - 1}, ", ") + " and " + names.back();
}

class Finder {
 public:
  explicit Finder(const Snapshot& snapshot) : snapshot_(snapshot) {
    for (const auto& [name, link] : snapshot.links) {
      if (!link.master.empty()) ports_[link.master].push_back(&link);
      if (link.kind == "vlan" && link.up && !link.parent.empty()) vlans_[link.parent].push_back(name);
    }
    for (const Address& address : snapshot.addresses) {
      if (address.permanent) addressed_.insert(address.link);
    }
  }

  Diagnostics find() {
    for (const auto& [name, link] : snapshot_.links) {
      if (link.kind == "bond" && link.up) look_at_bond(link);
    }
    // Causes before what they cause: a bridge's cable, what is above it, what is above that.
    for (const auto& [name, link] : snapshot_.links) {
      if (link.kind != "vlan") look_at_bridge_port(link);
    }
    for (const auto& [name, link] : snapshot_.links) look_at_vlans_of(link);
    for (const auto& [name, link] : snapshot_.links) {
      if (link.kind == "vlan") look_at_bridge_port(link);
    }
    for (const auto& [name, link] : snapshot_.links) look_at_plain(link);
    return std::move(found_);
  }

 private:
  void tell(const std::string& code, const std::string& message, const std::string& hint) {
    found_.push_back(Diagnostic{{}, Severity::warning, code, message, hint, {}});
  }

  void look_at_bond(const Link& bond) {
    std::vector<const Link*> good;
    std::vector<std::string> bad, names;
    for (const Link* slave : ports_[bond.name]) {
      const bool fine = works(*slave) && word(slave->port, "mii_status") != "DOWN";
      if (fine) good.push_back(slave);
      if (!fine) bad.push_back(slave->name + " " + (works(*slave) ? "does not answer" : why_not(*slave)));
      if (fine) names.push_back(slave->name);
    }
    if (good.empty()) {
      told_.insert(bond.name);
      const std::string hint = bad.empty() ? "\"bond-slaves\" names its links" : "look at the cables and at the switch";
      return tell("bond-dead", bond.name + ": " + (bad.empty() ? "the bond has no links" : "no link works: " + both(bad)), hint);
    }
    if (!bad.empty()) {
      tell("bond-slave-down", bond.name + ": " + both(bad) + "; traffic goes by " + both(names) + (names.size() == 1 ? " alone" : ""),
           "look at the cable and at the switch's port: the next fault may leave nothing");
    }
    if (word(bond.data, "mode") == "802.3ad") look_at_partners(bond, good);
  }

  /// LACP: who answers, and are the links one bundle?
  void look_at_partners(const Link& bond, const std::vector<const Link*>& slaves) {
    std::vector<std::string> unheard, heard, carrying;
    std::set<std::uint64_t> aggregators;
    for (const Link* slave : slaves) {
      if ((number(slave->port, "ad_actor_oper_port_state") & (kDefaulted | kExpired)) != 0) {
        unheard.push_back(slave->name);
        continue;
      }
      heard.push_back(slave->name);
      aggregators.insert(number(slave->port, "ad_aggregator_id"));
      if (word(slave->port, "state") == "ACTIVE") carrying.push_back(slave->name);
    }
    if (!unheard.empty()) {
      tell("bond-no-partner", bond.name + ": nobody speaks LACP with " + both(unheard),
           "make the switch's port a member of an LACP bundle, or use \"bond-mode active-backup\", which needs nothing of the switch");
    }
    if (aggregators.size() < 2) return;
    const std::string partner = word(bond.data, "ad_partner_mac");
    tell("bond-partners-differ",
         bond.name + ": " + both(heard) + " lead to different LACP partners" +
             (partner.empty() ? "" : " (the one in use is " + partner + ")") +
             (carrying.empty() ? "" : "; only " + both(carrying) + (carrying.size() == 1 ? " carries" : " carry") + " traffic"),
         "make the switches one for LACP (MLAG, stack) and their ports one bundle, or use \"bond-mode active-backup\"");
  }

  void look_at_vlans_of(const Link& link) {
    const auto vlans = vlans_.find(link.name);
    if (vlans == vlans_.end() || works(link) || !told_.insert(link.name).second) return;
    const bool several = vlans->second.size() > 1;
    tell("vlan-parent-down",
         link.name + " " + why_not(link) + ": " + (several ? "its VLANs " : "its VLAN ") + both(vlans->second) +
             (several ? " carry" : " carries") + " nothing",
         link.up ? "look at the cable and at the switch's port" : "set it up: \"ifup " + link.name + "\"");
  }

  /// True if the fault of a link, or of one below it, is told already.
  bool is_told(const Link& link) const {
    if (told_.contains(link.name)) return true;
    const Link* parent = link.kind == "vlan" && link.parent != link.name ? snapshot_.find_link(link.parent) : nullptr;
    return parent != nullptr && (told_.contains(parent->name) || (parent->kind == "vlan" && told_.contains(parent->parent)));
  }

  void look_at_bridge_port(const Link& link) {
    const Link* bridge = link.master.empty() ? nullptr : snapshot_.find_link(link.master);
    if (bridge == nullptr || bridge->kind != "bridge" || !bridge->up || is_guest_port(link.name)) return;
    if (is_told(link)) {
      told_.insert(bridge->name);
      return;
    }
    const std::string state = word(link.port, "state");
    if (!works(link)) {
      told_.insert({link.name, bridge->name});
      return tell("bridge-port-no-carrier", link.name + " " + why_not(link) + ": nothing gets from " + bridge->name + " to it or back",
                  link.up ? "look at the cable and at the switch's port" : "set it up: \"ifup " + link.name + "\"");
    }
    if (state.empty() || state == "forwarding") return;
    tell("bridge-port-blocked", link.name + " is " + state + " on " + bridge->name + ": no traffic passes",
         number(bridge->data, "stp_state") != 0
             ? "spanning tree holds it back: it is still listening, or there is a loop"
             : "somebody has set the port's state; \"bridge link set dev " + link.name + " state 3\" opens it");
  }

  void look_at_plain(const Link& link) {
    const bool plain = link.kind.empty() || link.kind == "veth";
    if (!plain || link.loopback || !link.master.empty() || !link.up || link.carrier || is_guest_port(link.name)) return;
    if (!addressed_.contains(link.name) || !told_.insert(link.name).second) return;
    tell("link-no-carrier", link.name + " has addresses and no carrier", "look at the cable and at the switch's port");
  }

  const Snapshot& snapshot_;
  std::map<std::string, std::vector<const Link*>> ports_;
  std::map<std::string, std::vector<std::string>> vlans_;
  std::set<std::string> addressed_;
  std::set<std::string> told_;  ///< links whose fault is told already
  Diagnostics found_;
};

}  // namespace

Diagnostics find_live(const Snapshot& snapshot) { return Finder(snapshot).find(); }

}  // namespace drawbridge::network
