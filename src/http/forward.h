// Requests that another node answers. Who they are of, and whether they may go there, the server behind has decided: its answer is an
// order instead, in fields that no client ever sees or sends. Nothing of the request leaves before the node has shown its certificate.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "http/server.h"

namespace drawbridge::http {

class PinnedTls;

/// The order, in an answer of the server behind: NODE ADDRESS PORT FINGERPRINT VOUCHER.
inline constexpr std::string_view kForwardField = "X-Drawbridge-Forward";
/// In requests to it: orders are followed.
inline constexpr std::string_view kMayForwardField = "X-Drawbridge-May-Forward";
/// In requests to other nodes: what the node that asks has to say about it. Whoever gets it must not pass the request on.
inline constexpr std::string_view kForwardedField = "Drawbridge-Forwarded";
/// The same for nodes that run Proxmox VE's own service.
inline constexpr std::string_view kForwardedPeersField = "PVEDisableProxy";

struct ForwardOrder {
  std::string node;     ///< for messages
  std::string address;  ///< IPv4 or IPv6
  std::uint16_t port = 0;
  std::string fingerprint;  ///< SHA-256 of its certificate, as certificate_fingerprint writes it
  std::string voucher;      ///< the value of kForwardedField; no blanks
  bool operator==(const ForwardOrder&) const = default;
};
std::string format_forward_order(const ForwardOrder& order);
/// Errors: invalid_input.
Result<ForwardOrder> parse_forward_order(std::string_view text);

/// The request as the node gets it: method, target, body; of the fields only who asks (the ticket alone of all cookies, API tokens, CSRF
/// tokens), what the body is and what the client takes.
std::string format_for_node(const Request& request, const ForwardOrder& order);
/// Its answer as the client gets it: fields that concern the body and nothing else, so that no node speaks for this one.
Response take_from_node(Response response, const ForwardOrder& order);

/// An answer that says in words what went wrong, as the API would. `message`: printable, without quotes.
Response failure(int status, const std::string& message);

struct ForwardSettings {
  std::chrono::milliseconds connect{5'000};   ///< until the node has shown its certificate: 595
  std::chrono::milliseconds answer{280'000};  ///< until the head of its answer: 596
  std::chrono::milliseconds pause{60'000};    ///< between pieces of a body; events may take as long as they like
  std::size_t most = 96;                      ///< at once, in all
  std::size_t most_of_node = 48;              ///< at once, to one node: one that hangs leaves room for the others
};

class Forwarder {
 public:
  /// Errors: unavailable (OpenSSL).
  static Result<std::shared_ptr<Forwarder>> open(boost::asio::io_context& loop, ForwardSettings settings = {});
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// 595: nothing was sent, the node was not reached or is another one. 596: it was sent, and there is no answer. 503: too many at once.
  void forward(const Request& request, const ForwardOrder& order, Reply reply);

 private:
  struct Inside;
  class Place;
  explicit Forwarder(std::shared_ptr<Inside> inside);
  std::shared_ptr<Inside> inside_;
};

}  // namespace drawbridge::http
