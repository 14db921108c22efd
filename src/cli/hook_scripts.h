// The scripts that packages put into /etc/network/if-*.d, for every interface.
#pragma once

#include <string>
#include <vector>

#include "doors/files.h"
#include "network/model_hooks.h"

namespace drawbridge::cli {

/// The executable files of ROOT/etc/network/if-{pre-up,up,post-up,pre-down,down,post-down}.d, by phase and then by name. Not what dpkg
/// left there, nor what is named like a module of ifupdown2: there the module takes the script's place, and here what it does is built
/// in. None at all where ROOT/etc/network/ifupdown2/ifupdown2.conf exists and doesn't have addon_scripts_support=1.
std::vector<network::HookScript> read_hook_scripts(doors::Files& files, const std::string& root);

}  // namespace drawbridge::cli
