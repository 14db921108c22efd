// HTTP messages as values. Who reads them off a wire or writes them there is elsewhere; nothing here knows of sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/stream.h"

namespace drawbridge::http {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

/// Header fields in the order they came; names are compared without regard to case (RFC 9110, 5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// The one field of that name from now on.
  void set(std::string name, std::string value);
  void remove(std::string_view name);
  /// Removes every field whose name begins so: "X-Drawbridge-".
  void remove_prefix(std::string_view prefix);

  const std::vector<Header>& all() const { return fields_; }
  std::size_t size() const { return fields_.size(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Header> fields_;
};

/// True if both are the same but for the case of ASCII letters.
bool same_name(std::string_view a, std::string_view b);

/// One end of a TCP connection. Over a unix socket: empty and 0.
struct End {
  std::string address;  ///< IPv4 or IPv6, without brackets; an IPv4 client of an IPv6 socket is written as IPv4
  std::uint16_t port = 0;
  bool operator==(const End&) const = default;
};

struct Ends {
  End client;
  End server;
  bool operator==(const Ends&) const = default;
};

/// A whole request. Only what the reader has checked gets here: the method is GET, HEAD, POST, PUT or DELETE, the target begins with
/// a slash, no field holds a control character, the body is complete and within its limit.
struct Request {
  std::string method;
  std::string target;  ///< as sent: "/api2/json/nodes?full=1"
  std::string path;    ///< the target up to '?', still percent-encoded: decode each segment with decode_percent (base/percent.h)
  std::string query;   ///< what follows '?', still encoded; empty if there is none
  Headers headers;
  std::string body;
  Ends ends;                  ///< of the connection it came on
  bool peer_is_root = false;  ///< it came over the unix socket from a process of uid 0 (SO_PEERCRED)
};

/// An answer. Content-Length, Transfer-Encoding, Connection and Date are the server's to write.
struct Response {
  int status = 200;
  std::string reason = {};  ///< free text, or empty for the usual words; made one printable line before it is sent
  Headers headers = {};
  std::string body = {};
  std::shared_ptr<const std::string> shared_body = {};  ///< instead of `body`: bytes that many answers share
  std::shared_ptr<Stream> stream = {};                  ///< instead of either: the body comes in pieces (http/stream.h)
};

/// The usual words of a status: 404 → "Not Found"; "" for one that is not known here.
std::string_view usual_reason(int status);
/// A reason as it may stand in a status line: the first line, printable ASCII only, at most 400 bytes.
std::string one_line_reason(std::string_view text);

}  // namespace drawbridge::http
