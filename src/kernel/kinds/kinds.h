// The kinds of links whose attributes are known. A further kind: a file beside this one with its table, and a row in kinds.cc.
#pragma once

#include <span>
#include <string_view>

#include "kernel/attribute_table.h"

namespace drawbridge::kernel {

/// What is known about a link kind (rtnl_link_ops of the kernel).
struct LinkKind {
  std::string_view name;             ///< IFLA_INFO_KIND
  AttributeTable data;               ///< IFLA_INFO_DATA of the link
  AttributeTable port;               ///< IFLA_INFO_SLAVE_DATA of its ports; empty: the kind has none
  std::uint16_t peer_attribute = 0;  ///< not 0: made in pairs, the other end's message stands in this attribute of the data
};

/// All of them.
std::span<const LinkKind* const> link_kinds();

/// nullptr: a kind without a table. Such links are read without data and may be made without attributes.
const LinkKind* find_kind(std::string_view name);

extern const LinkKind kBridge;
extern const LinkKind kBond;
extern const LinkKind kVlan;
extern const LinkKind kVxlan;
extern const LinkKind kVeth;
extern const LinkKind kVrf;
extern const LinkKind kMacvlan;
extern const LinkKind kTun;
extern const LinkKind kDummy;
extern const LinkKind kGre;
extern const LinkKind kGretap;
extern const LinkKind kIpip;
extern const LinkKind kSit;
extern const LinkKind kVti;
extern const LinkKind kVti6;
extern const LinkKind kIp6gre;
extern const LinkKind kIp6gretap;
extern const LinkKind kIp6tnl;
extern const LinkKind kXfrm;

}  // namespace drawbridge::kernel
