// Which of the events an identity may hear of: who may not look at something is not told that it changes either.
#pragma once

#include <set>
#include <string>

#include "access/users.h"

namespace drawbridge::server {

/// Of the topics of Changes. "network" and "firewall": who may look at the node, its guests or its networks. "guests": who may look at
/// one. "access": who may look at users or rights. "tasks": who may look at the node's; one's own are told beside that.
std::set<std::string> audible_topics(const access::Users& users, const access::Identity& identity, const std::string& node);

}  // namespace drawbridge::server
