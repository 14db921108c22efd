#include "http/forward.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "http/exchange.h"
#include "http/pinned_tls.h"

namespace drawbridge::http {
namespace {

/// The one cookie that other nodes are for.
constexpr std::string_view kTicketCookie = "PVEAuthCookie=";
/// Fields of a request that go along. (Cookie does, too, but not all of it.)
constexpr std::array<std::string_view, 5> kSent{"Authorization", "CSRFPreventionToken", "Content-Type", "Accept", "Last-Event-ID"};
/// Fields of an answer that come back.
constexpr std::array<std::string_view, 4> kTaken{"Content-Type", "Content-Length", "Content-Disposition", "Cache-Control"};

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

std::optional<Address> address_of(const std::string& text, std::uint16_t port) {
  Address out;
  auto* four = reinterpret_cast<sockaddr_in*>(&out.bytes);
  if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    out.size = sizeof *four;
    return out;
  }
  auto* six = reinterpret_cast<sockaddr_in6*>(&out.bytes);
  if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) != 1) return std::nullopt;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  out.size = sizeof *six;
  return out;
}

std::string place_of(const ForwardOrder& order) {
  const bool six = order.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(six ? "[{}]:{}" : "{}:{}"), order.address, order.port);
}

std::string ticket_in(std::string_view cookies) {
  for (const auto cookie : split(cookies, ';'))
    if (const auto text = trim(cookie); text.starts_with(kTicketCookie)) return std::string(text);
  return "";
}

/// What is wrong, and what to do about it.
std::string words_of(const ForwardOrder& order, const Breakdown& why, const Pin& pin) {
  const std::string who = fmt::format("node '{}' can't be reached at {}", order.node, place_of(order));
  const bool late = why.kind == Breakdown::Kind::timed_out;
  if (why.stage == Breakdown::Stage::answering)
    return fmt::format("node '{}' {}; what was asked may have been carried out: look before asking again", order.node,
                       late        ? "gave no answer in time"
                       : why.heard ? "gave a broken answer"
                                   : "ended before it answered");
  if (!pin.seen.empty() && pin.seen != pin.wanted)
    return fmt::format(
        "what answers at {} shows another certificate ({}) than the one that node '{}' has published; nothing was sent to it. "
        "If its certificate is new, restarting drawbridge-web there publishes it",
        place_of(order), pin.seen, order.node);
  if (why.stage == Breakdown::Stage::shaking_hands && !late)
    return who + ": what answers there does not speak TLS; does drawbridge-web run there?";
  return fmt::format("{}: {}; is it up, does drawbridge-web run there, and does its firewall let this node in?", who,
                     late ? "it did not answer in time" : ::strerror(why.error));
}

}  // namespace

Response failure(int status, const std::string& message) {
  Response response{.status = status, .reason = message};
  response.headers.set("Content-Type", "application/json;charset=UTF-8");
  response.headers.set("Cache-Control", "no-store");
  response.body = fmt::format("{{\"data\":null,\"message\":\"{}\\n\"}}", message);
  return response;
}

std::string format_forward_order(const ForwardOrder& order) {
  return fmt::format("{} {} {} {} {}", order.node, order.address, order.port, order.fingerprint, order.voucher);
}

Result<ForwardOrder> parse_forward_order(std::string_view text) {
  const auto words = split_words(text);
  const auto port = words.size() == 5 ? parse_number<std::uint16_t>(words[2]) : std::nullopt;
  if (!port || !address_of(std::string(words[1]), *port))
    return fail(Errc::invalid_input, "an order to ask another node that can't be read");
  return ForwardOrder{std::string(words[0]), std::string(words[1]), *port, std::string(words[3]), std::string(words[4])};
}

std::string format_for_node(const Request& request, const ForwardOrder& order) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", request.method, request.target, place_of(order));
  for (const auto name : kSent)
    for (const auto& field : request.headers.all())
      if (same_name(field.name, name)) out += field.name + ": " + field.value + "\r\n";
  if (const auto ticket = ticket_in(request.headers.find("Cookie").value_or("")); !ticket.empty()) out += "Cookie: " + ticket + "\r\n";
  out += fmt::format("{}: {}\r\n{}: yes\r\n", kForwardedField, order.voucher, kForwardedPeersField);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
    out += fmt::format("Content-Length: {}\r\n", request.body.size());
  return out + "\r\n" + request.body;
}

Response take_from_node(Response response, const ForwardOrder& order) {
  if (response.status == 401) {
    // Here the client is known. Told 401, it would take itself for logged out.
    if (response.stream) response.stream->abort();
    return failure(595, fmt::format("node '{}' does not know who asks, though this node does: compare the clocks of both, and "
                                    "/etc/pve/priv and /etc/pve/user.cfg",
                                    order.node));
  }
  Headers taken;
  for (const auto& field : response.headers.all())
    if (std::ranges::any_of(kTaken, [&](std::string_view name) { return same_name(field.name, name); })) taken.add(field.name, field.value);
  response.headers = std::move(taken);
  return response;
}

struct Forwarder::Inside {
  boost::asio::io_context& loop;
  ForwardSettings settings;
  std::unique_ptr<PinnedTls> tls;
  std::map<std::string, std::size_t> running = {};  ///< by node
  std::size_t all = 0;

  bool has_room(const std::string& node) const {
    const auto found = running.find(node);
    return all < settings.most && (found == running.end() || found->second < settings.most_of_node);
  }
};

/// One of the running ones, for as long as it lives.
class Forwarder::Place {
 public:
  Place(std::shared_ptr<Inside> inside, std::string node) : inside_(std::move(inside)), node_(std::move(node)) {
    ++inside_->all;
    ++inside_->running[node_];
  }
  ~Place() {
    --inside_->all;
    if (--inside_->running[node_] == 0) inside_->running.erase(node_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::shared_ptr<Inside> inside_;
  std::string node_;
};

namespace {

/// A connection that has begun; -1: errno says why not.
int connect_to(const Address& address) {
  const int fd = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0 || errno == EINPROGRESS) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

}  // namespace

Forwarder::Forwarder(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
Forwarder::~Forwarder() = default;

Result<std::shared_ptr<Forwarder>> Forwarder::open(boost::asio::io_context& loop, ForwardSettings settings) {
  auto tls = TRY(PinnedTls::open());
  return std::shared_ptr<Forwarder>(new Forwarder(std::make_shared<Inside>(Inside{loop, settings, std::move(tls)})));
}

void Forwarder::forward(const Request& request, const ForwardOrder& order, Reply reply) {
  const auto& settings = inside_->settings;
  if (!inside_->has_room(order.node))
    return reply(failure(503, fmt::format("too many requests wait for node '{}'; try again in a moment", order.node)));
  auto pin = std::make_shared<Pin>(Pin{.wanted = order.fingerprint});
  const auto address = address_of(order.address, order.port);
  const int fd = address ? connect_to(*address) : -1;
  if (fd < 0) return reply(failure(595, words_of(order, Breakdown{.error = errno}, *pin)));
  auto transport = inside_->tls->connect(fd, pin);
  if (!transport) {
    ::close(fd);
    return reply(failure(503, "no memory for a connection to another node"));
  }
  Exchange::Owner owner;
  owner.failed = [order, pin, place = std::make_shared<Place>(inside_, order.node)](const auto& exchange, const Breakdown& why) {
    exchange->answer(failure(why.stage == Breakdown::Stage::answering ? 596 : 595, words_of(order, why, *pin)));
  };
  const auto exchange = std::make_shared<Exchange>(
      inside_->loop, Patience{.connect = settings.connect, .answer = settings.answer, .pause = settings.pause},
      format_for_node(request, order),
      [order, reply = std::move(reply)](Response response) { reply(take_from_node(std::move(response), order)); }, std::move(owner));
  exchange->begin(fd, std::move(transport), true);
}

}  // namespace drawbridge::http
