// What all steps of the firewall share: whose rules a path means, how a change is kept, and what a writing method answers.
#pragma once

#include <string>
#include <vector>

#include "api/step.h"

namespace drawbridge::api {

using Documents = std::vector<boost::json::value>;

/// One of the places where a firewall is: the path that its methods are below, and the words behind the command that mean it.
struct FirewallLevel {
  std::string base;  ///< "/nodes/{node}/qemu/{vmid}/firewall"
  std::string word;  ///< "qemu"
  std::string name;  ///< the parameter that tells which one, "vmid"; or empty

  /// {"firewall", VERB, "qemu", "100"}.
  Words words(std::string_view verb, const Parameters& parameters) const;
};
FirewallLevel datacenter_level();
FirewallLevel node_level();
FirewallLevel vnet_level();
FirewallLevel group_level();  ///< the rules of a security group
std::vector<FirewallLevel> guest_levels();

void append(Words& words, std::initializer_list<std::string> more);
/// "--name=value": whatever the value begins with, it is one.
std::string option(std::string_view name, std::string_view value);
/// An empty text or "-" asks for nothing, or for the field to go.
bool is_taken_out(std::string_view value);

/// The digest, where it is given.
void append_digest(Words& words, const Parameters& parameters);
/// confirm-within and force. Whoever asks for no confirmation gets the change at once, if it cuts nobody off.
void append_write(Words& words, const Parameters& parameters);

/// Null, with the warnings and what is to be confirmed beside.
Answer written(const Parameters& parameters, const Documents& documents);
/// The first document as it is.
Answer as_printed(const Parameters& parameters, const Documents& documents);
/// A folder's listing.
Step folder(const std::string& path, const std::vector<std::string>& names);
/// A step that writes.
Step write_step(std::string key, std::function<Words(const Parameters&)> words);

/// Text of a member, or empty.
std::string text_member(const boost::json::value& object, std::string_view name);

/// The parts of firewall_steps().
std::vector<Step> firewall_rule_steps();
std::vector<Step> firewall_name_steps();
std::vector<Step> firewall_option_steps();
std::vector<Step> firewall_node_steps();

}  // namespace drawbridge::api
