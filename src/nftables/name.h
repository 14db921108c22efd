// Names of tables' objects: any text to a name that nft can read, and one that says what a set holds.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

/// Letters, digits and "-./_" stay; anything else, and a '_' before one, becomes "__" and two hexadecimal digits. Different texts
/// give different names.
std::string object_name(std::string_view text);

/// What sets of the key are called by: its data type's name, or its own if it has none.
std::string type_word(Key key);

/// "values/inet_service/9c1e44b07d5f0a31": equal contents have equal names.
std::string content_name(const Set& set);

}  // namespace drawbridge::nftables
