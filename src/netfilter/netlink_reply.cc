#include "netfilter/netlink_reply.h"

#include <libmnl/libmnl.h>

namespace drawbridge::netfilter {

const nlattr* find(const nlmsghdr* message, std::size_t offset, std::uint16_t type) {
  struct Search {
    std::uint16_t type;
    const nlattr* found;
  } search{type, nullptr};
  const auto look = [](const nlattr* attribute, void* data) {
    auto& wanted = *static_cast<Search*>(data);
    if (mnl_attr_get_type(attribute) == wanted.type) wanted.found = attribute;
    return MNL_CB_OK;
  };
  mnl_attr_parse(message, static_cast<unsigned>(offset), look, &search);
  return search.found;
}

std::optional<Refusal> refusal_of(const nlmsghdr* message) {
  if (message->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) return std::nullopt;
  const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
  Refusal refusal{-error->error, message->nlmsg_seq, {}};
  if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return refusal;
  const std::size_t echoed = (message->nlmsg_flags & NLM_F_CAPPED) != 0 ? 0 : error->msg.nlmsg_len - sizeof(nlmsghdr);
  if (const nlattr* text = find(message, sizeof(nlmsgerr) + echoed, NLMSGERR_ATTR_MSG)) refusal.text = mnl_attr_get_str(text);
  return refusal;
}

}  // namespace drawbridge::netfilter
