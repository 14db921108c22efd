// Tunnels over IP: IFLA_GRE_*, IFLA_IPTUN_*, IFLA_VTI_* of linux/if_tunnel.h and IFLA_XFRM_* of linux/if_link.h. A change by netlink resets
// what the message leaves out, so these are made anew instead (see encode_set_link_data).
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <netinet/in.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kInner4[] = {{0, "any"}, {IPPROTO_IPIP, "ipip"}, {IPPROTO_MPLS, "mplsip"}};
constexpr Word kInnerSit[] = {{0, "any"}, {IPPROTO_IPV6, "ip6ip"}, {IPPROTO_IPIP, "ipip"}, {IPPROTO_MPLS, "mplsip"}};
constexpr Word kInner6[] = {{0, "any"}, {IPPROTO_IPIP, "ipip6"}, {IPPROTO_IPV6, "ip6ip6"}};

constexpr AttributeRow kGreData[] = {
    {"link", IFLA_GRE_LINK, Shape::link},
    {"local", IFLA_GRE_LOCAL, Shape::ip4},
    {"remote", IFLA_GRE_REMOTE, Shape::ip4},
    {"ttl", IFLA_GRE_TTL, Shape::u8},
    {"tos", IFLA_GRE_TOS, Shape::u8},
    {"pmtudisc", IFLA_GRE_PMTUDISC, Shape::u8},
    {"ignore_df", IFLA_GRE_IGNORE_DF, Shape::u8},
    {"iflags", IFLA_GRE_IFLAGS, Shape::be16},
    {"oflags", IFLA_GRE_OFLAGS, Shape::be16},
    {"ikey", IFLA_GRE_IKEY, Shape::be32},
    {"okey", IFLA_GRE_OKEY, Shape::be32},
    {"fwmark", IFLA_GRE_FWMARK, Shape::u32},
    {"external", IFLA_GRE_COLLECT_METADATA, Shape::flag},
};

constexpr AttributeRow kGre6Data[] = {
    {"link", IFLA_GRE_LINK, Shape::link},
    {"local", IFLA_GRE_LOCAL, Shape::ip6},
    {"remote", IFLA_GRE_REMOTE, Shape::ip6},
    {"ttl", IFLA_GRE_TTL, Shape::u8},
    {"encap_limit", IFLA_GRE_ENCAP_LIMIT, Shape::u8},
    {"tclass", IFLA_GRE_FLOWINFO, Shape::flow_class},
    {"flags", IFLA_GRE_FLAGS, Shape::u32},
    {"iflags", IFLA_GRE_IFLAGS, Shape::be16},
    {"oflags", IFLA_GRE_OFLAGS, Shape::be16},
    {"ikey", IFLA_GRE_IKEY, Shape::be32},
    {"okey", IFLA_GRE_OKEY, Shape::be32},
    {"fwmark", IFLA_GRE_FWMARK, Shape::u32},
    {"external", IFLA_GRE_COLLECT_METADATA, Shape::flag},
};

constexpr AttributeRow kIpipData[] = {
    {"link", IFLA_IPTUN_LINK, Shape::link},
    {"local", IFLA_IPTUN_LOCAL, Shape::ip4},
    {"remote", IFLA_IPTUN_REMOTE, Shape::ip4},
    {"ttl", IFLA_IPTUN_TTL, Shape::u8},
    {"tos", IFLA_IPTUN_TOS, Shape::u8},
    {"proto", IFLA_IPTUN_PROTO, Shape::word8, Access::read_write, kInner4},
    {"pmtudisc", IFLA_IPTUN_PMTUDISC, Shape::u8},
    {"fwmark", IFLA_IPTUN_FWMARK, Shape::u32},
    {"external", IFLA_IPTUN_COLLECT_METADATA, Shape::flag},
};

constexpr AttributeRow kSitData[] = {
    {"link", IFLA_IPTUN_LINK, Shape::link},       {"local", IFLA_IPTUN_LOCAL, Shape::ip4},
    {"remote", IFLA_IPTUN_REMOTE, Shape::ip4},    {"ttl", IFLA_IPTUN_TTL, Shape::u8},
    {"tos", IFLA_IPTUN_TOS, Shape::u8},           {"proto", IFLA_IPTUN_PROTO, Shape::word8, Access::read_write, kInnerSit},
    {"pmtudisc", IFLA_IPTUN_PMTUDISC, Shape::u8}, {"fwmark", IFLA_IPTUN_FWMARK, Shape::u32},
};

constexpr AttributeRow kIp6TunnelData[] = {
    {"link", IFLA_IPTUN_LINK, Shape::link},
    {"local", IFLA_IPTUN_LOCAL, Shape::ip6},
    {"remote", IFLA_IPTUN_REMOTE, Shape::ip6},
    {"ttl", IFLA_IPTUN_TTL, Shape::u8},
    {"encap_limit", IFLA_IPTUN_ENCAP_LIMIT, Shape::u8},
    {"tclass", IFLA_IPTUN_FLOWINFO, Shape::flow_class},
    {"flags", IFLA_IPTUN_FLAGS, Shape::u32},
    {"proto", IFLA_IPTUN_PROTO, Shape::word8, Access::read_write, kInner6},
    {"fwmark", IFLA_IPTUN_FWMARK, Shape::u32},
    {"external", IFLA_IPTUN_COLLECT_METADATA, Shape::flag},
};

constexpr AttributeRow kVtiData[] = {
    {"link", IFLA_VTI_LINK, Shape::link}, {"local", IFLA_VTI_LOCAL, Shape::ip4}, {"remote", IFLA_VTI_REMOTE, Shape::ip4},
    {"ikey", IFLA_VTI_IKEY, Shape::be32}, {"okey", IFLA_VTI_OKEY, Shape::be32},  {"fwmark", IFLA_VTI_FWMARK, Shape::u32},
};

constexpr AttributeRow kVti6Data[] = {
    {"link", IFLA_VTI_LINK, Shape::link}, {"local", IFLA_VTI_LOCAL, Shape::ip6}, {"remote", IFLA_VTI_REMOTE, Shape::ip6},
    {"ikey", IFLA_VTI_IKEY, Shape::be32}, {"okey", IFLA_VTI_OKEY, Shape::be32},  {"fwmark", IFLA_VTI_FWMARK, Shape::u32},
};

constexpr AttributeRow kXfrmData[] = {
    {"link", IFLA_XFRM_LINK, Shape::link},
    {"if_id", IFLA_XFRM_IF_ID, Shape::u32},
    {"external", IFLA_XFRM_COLLECT_METADATA, Shape::flag},
};

}  // namespace

const LinkKind kGre{"gre", kGreData, {}};
const LinkKind kGretap{"gretap", kGreData, {}};
const LinkKind kIpip{"ipip", kIpipData, {}};
const LinkKind kSit{"sit", kSitData, {}};
const LinkKind kVti{"vti", kVtiData, {}};
const LinkKind kVti6{"vti6", kVti6Data, {}};
const LinkKind kIp6gre{"ip6gre", kGre6Data, {}};
const LinkKind kIp6gretap{"ip6gretap", kGre6Data, {}};
const LinkKind kIp6tnl{"ip6tnl", kIp6TunnelData, {}};
const LinkKind kXfrm{"xfrm", kXfrmData, {}};

}  // namespace drawbridge::kernel
