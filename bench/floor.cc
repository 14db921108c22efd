// The floor that no reload can go below: one dump of the kernel's links and one of its addresses, read and thrown away, and
// with `mtu LINK VALUE` the one operation of a one-line change behind them.
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kBuffer = 64 * 1024;

// Sends the message and reads until its last answer. Gives how many objects came.
std::size_t ask(mnl_socket* socket, nlmsghdr* message) {
  static std::vector<char> buffer(kBuffer);
  static unsigned sequence = 0;
  message->nlmsg_seq = ++sequence;
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) std::perror("send"), std::exit(1);
  std::size_t objects = 0;
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (size < 0) std::perror("receive"), std::exit(1);
    int left = static_cast<int>(size);
    for (auto* answer = reinterpret_cast<nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(answer, left); answer = mnl_nlmsg_next(answer, &left)) {
      if (answer->nlmsg_type == NLMSG_DONE) return objects;
      if (answer->nlmsg_type == NLMSG_ERROR) {
        const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(answer));
        if (error->error != 0) std::fprintf(stderr, "refused: %s\n", std::strerror(-error->error)), std::exit(1);
        return objects;
      }
      ++objects;
    }
  }
}

std::size_t dump_links(mnl_socket* socket) {
  std::array<char, 256> bytes{};
  auto* message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = RTM_GETLINK;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return ask(socket, message);
}

std::size_t dump_addresses(mnl_socket* socket) {
  std::array<char, 256> bytes{};
  auto* message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = RTM_GETADDR;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg));
  return ask(socket, message);
}

void set_mtu(mnl_socket* socket, const char* link, unsigned mtu) {
  std::array<char, 256> bytes{};
  auto* message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = RTM_NEWLINK;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  mnl_attr_put_strz(message, IFLA_IFNAME, link);
  mnl_attr_put_u32(message, IFLA_MTU, mtu);
  ask(socket, message);
}

}  // namespace

int main(int count, char** words) {
  mnl_socket* socket = mnl_socket_open(NETLINK_ROUTE);
  if (socket == nullptr || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) std::perror("netlink"), std::exit(1);
  const auto links = dump_links(socket);
  const auto addresses = dump_addresses(socket);
  if (count == 4 && std::string_view(words[1]) == "mtu") set_mtu(socket, words[2], static_cast<unsigned>(std::atoi(words[3])));
  std::printf("%zu links, %zu addresses\n", links, addresses);
}
