// The kernel's answers to requests by netlink.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::netfilter {

/// The attribute of this type behind `offset` bytes of payload, or nullptr.
const nlattr* find(const nlmsghdr* message, std::size_t offset, std::uint16_t type);

struct Refusal {
  int os_errno = 0;  ///< 0: it agrees
  std::uint32_t sequence = 0;
  std::string text;  ///< the extended ack's
};
/// nullopt: the message is no answer to a request as a whole.
std::optional<Refusal> refusal_of(const nlmsghdr* message);

}  // namespace drawbridge::netfilter
