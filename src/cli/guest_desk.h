// What the guest verbs start from: the node that is meant, its guests, and its network.
#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "network/interface.h"
#include "store/guest_files.h"

namespace drawbridge::cli {

/// --node, or the host name up to its first dot. Errors: invalid_input if it can't be the name of a folder.
Result<std::string> node_name(const Context& context);

/// The argument VMID. Errors: invalid_input.
Result<guest::Vmid> vmid_argument_of(const Context& context);

/// The guest's file on the node; without --node, if this node has none, on the node that has it. Errors: not_found.
Result<store::GuestFile> find_guest(Context& context, guest::Vmid vmid);

/// The running interfaces file of the node; nothing if it is another node's than that which the command runs on.
std::optional<network::Model> network_of_node(Context& context, const std::string& node);

}  // namespace drawbridge::cli
