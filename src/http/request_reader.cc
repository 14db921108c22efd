#include "http/request_reader.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "base/text.h"

namespace drawbridge::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;
using BeastError = beast::http::error;

constexpr std::array<std::string_view, 5> kMethods{"GET", "HEAD", "POST", "PUT", "DELETE"};

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// "HTTP/2.0" where a request line has its version.
bool names_a_version(std::string_view head) {
  const auto words = split(head.substr(0, head.find("\r\n")), ' ');
  return words.size() == 3 && words[2].starts_with("HTTP/") && words[2].size() == 8 && words[2][6] == '.';
}

Refusal refusal_of(const beast::error_code& error, std::string_view head) {
  if (error == BeastError::header_limit) return {431, "header too large"};
  if (error == BeastError::bad_version) return names_a_version(head) ? Refusal{505, ""} : Refusal{400, "bad request line"};
  if (error == BeastError::bad_method || error == BeastError::bad_target) return {400, "bad request line"};
  if (error == BeastError::bad_transfer_encoding) return {400, "bad Transfer-Encoding"};
  if (error == BeastError::bad_content_length || error == BeastError::multiple_content_length) return {400, "bad Content-Length"};
  return {400, "malformed header"};
}

/// The target as a path on this server: the absolute form is what clients send to proxies (RFC 9112, 3.2.2).
std::string own_target(std::string_view target) {
  if (target.starts_with('/')) return std::string(target);
  const auto scheme = target.find("://");
  const bool absolute =
      scheme != std::string_view::npos && (same_name(target.substr(0, scheme), "http") || same_name(target.substr(0, scheme), "https"));
  if (!absolute) return "";
  const auto slash = target.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : std::string(target.substr(slash));
}

Request request_of(const Parser::value_type& message) {
  Request request;
  request.method = view(message.method_string());
  request.target = own_target(view(message.target()));
  const auto mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
  for (const auto& field : message) request.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
  return request;
}

bool may_have_body(std::string_view method) { return method == "POST" || method == "PUT"; }

/// nullopt: the header is fine. `length`: of the body, if it is told.
std::optional<Refusal> look_at_head(const Request& request, bool is_http_1_0, std::optional<std::uint64_t> length, std::size_t most,
                                    const Limits& limits) {
  if (std::ranges::find(kMethods, request.method) == kMethods.end()) return Refusal{501, "method not implemented"};
  if (request.target.empty()) return Refusal{400, "bad request target"};
  if (request.target.size() > limits.target) return Refusal{414, ""};
  if (request.headers.size() > limits.header_fields) return Refusal{431, "too many header fields"};
  if (request.headers.count("Host") > 1 || (request.headers.count("Host") == 0 && !is_http_1_0)) return Refusal{400, "one Host is needed"};
  if (request.headers.count("Content-Length") > 1) return Refusal{400, "bad Content-Length"};
  if (request.headers.find("Transfer-Encoding")) return Refusal{501, "chunked transfer encoding not supported"};
  if (length.value_or(0) > 0 && !may_have_body(request.method)) return Refusal{501, "no body with " + request.method};
  if (length.value_or(0) > most) return Refusal{413, "for data too large"};
  if (const auto expect = request.headers.find("Expect"); expect && !same_name(*expect, "100-continue")) return Refusal{417, ""};
  return std::nullopt;
}

}  // namespace

struct RequestReader::Inside {
  Limits limits;
  std::function<std::size_t(const Request&)> body_limit;
  std::string buffer;  ///< bytes that the parser has not taken
  std::optional<Parser> parser;
  State state = State::head;
  Refusal refusal;
  Request request;  ///< its head, from State::body on
  std::size_t length = 0;

  void begin() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(limits.header) + 1);  // ours is looked at first
    parser->body_limit(boost::none);                                      // looked at by look_at_head
    state = State::head;
  }

  void refuse(Refusal why) {
    refusal = std::move(why);
    state = State::refused;
    buffer = {};
  }

  bool put() {
    beast::error_code error;
    const std::size_t taken = parser->put(boost::asio::const_buffer(buffer.data(), buffer.size()), error);
    if (error && error != BeastError::need_more) {
      refuse(refusal_of(error, buffer));
      return false;
    }
    buffer.erase(0, taken);
    return true;
  }

  void read_head() {
    // An empty line before a request is old clients' custom (RFC 9112, 2.2).
    while (buffer.starts_with("\r\n")) buffer.erase(0, 2);
    if (buffer.empty() || buffer == "\r") return;
    const auto end = buffer.find("\r\n\r\n");
    const std::size_t size = end == std::string::npos ? buffer.size() : end + 4;
    if (size > limits.header) {
      const bool long_line = buffer.find('\n') > limits.target;
      return refuse(long_line ? Refusal{414, ""} : Refusal{431, "header too large"});
    }
    if (!begins_well()) return refuse({400, "bad request line"});
    if (end == std::string::npos) return;
    parser->eager(false);
    // The request line is one step of the parser, the fields another.
    while (!parser->is_header_done()) {
      const std::size_t before = buffer.size();
      if (!put()) return;
      if (buffer.size() == before) return refuse({400, "malformed header"});
    }
    take_head();
  }

  /// What can't become a request is refused at once: a client that speaks something else waits for an answer.
  bool begins_well() const {
    static constexpr std::size_t kLongestMethod = 32;
    const auto word = std::string_view(buffer).substr(0, std::min(buffer.find(' '), kLongestMethod));
    return !word.empty() && word.size() < kLongestMethod &&
           std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
  }

  void take_head() {
    request = request_of(parser->get());
    const auto told = parser->content_length();
    const std::size_t most = body_limit ? body_limit(request) : limits.body;
    if (auto why =
            look_at_head(request, parser->get().version() == 10, told ? std::optional<std::uint64_t>(*told) : std::nullopt, most, limits))
      return refuse(std::move(*why));
    if (parser->get().version() != 10 && parser->get().version() != 11) return refuse({505, ""});
    length = told ? static_cast<std::size_t>(*told) : 0;
    state = parser->is_done() ? State::complete : State::body;
    parser->eager(true);
  }

  void read_body() {
    if (buffer.empty() || !put()) return;
    if (parser->is_done()) state = State::complete;
  }
};

RequestReader::RequestReader(const Limits& limits, std::function<std::size_t(const Request&)> body_limit)
    : inside_(std::make_unique<Inside>()) {
  inside_->limits = limits;
  inside_->body_limit = std::move(body_limit);
  inside_->begin();
}

RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::feed(std::string_view bytes) {
  if (inside_->state == State::refused) return State::refused;
  inside_->buffer.append(bytes);
  if (inside_->state == State::head) inside_->read_head();
  if (inside_->state == State::body) inside_->read_body();
  return inside_->state;
}

RequestReader::State RequestReader::state() const { return inside_->state; }
const Refusal& RequestReader::refusal() const { return inside_->refusal; }

Request RequestReader::take() {
  inside_->request.body = std::move(inside_->parser->get().body());
  Request request = std::move(inside_->request);
  inside_->begin();
  return request;
}

bool RequestReader::is_empty() const { return inside_->state == State::head && inside_->buffer.empty(); }
bool RequestReader::keeps_alive() const { return inside_->parser->get().keep_alive(); }
bool RequestReader::is_http_1_0() const { return inside_->parser->get().version() == 10; }
std::size_t RequestReader::body_bytes() const { return inside_->length; }

bool RequestReader::expects_continue() const {
  const auto expect = inside_->request.headers.find("Expect");
  return expect.has_value() && inside_->buffer.empty() && inside_->parser->get().body().empty() && !is_http_1_0();
}

}  // namespace drawbridge::http
