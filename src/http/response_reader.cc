#include "http/response_reader.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.h"

namespace drawbridge::http {
namespace {

namespace beast = boost::beast;
constexpr std::uint32_t kMostHeader = 64 * 1024;

}  // namespace

void remove_hop_fields(Headers& headers) {
  std::vector<std::string> named;
  for (const auto& field : headers.all())
    if (same_name(field.name, "Connection"))
      for (const auto word : split_list(field.value)) named.emplace_back(word);
  for (const auto& name : named) headers.remove(name);
  for (const auto* name : {"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
                           "Transfer-Encoding", "Upgrade"})
    headers.remove(name);
}

struct ResponseReader::Inside {
  beast::http::response_parser<beast::http::string_body> parser;
  std::string buffer;  ///< bytes that the parser has not taken
  State state = State::head;
  bool has_more = false;  ///< bytes came after the end

  void settle(const beast::error_code& error) {
    if (error && error != beast::http::error::need_more) {
      state = State::broken;
    } else if (parser.is_done()) {
      state = State::complete;
    } else if (parser.is_header_done()) {
      state = State::body;
    }
  }
};

ResponseReader::ResponseReader() : inside_(std::make_unique<Inside>()) {
  inside_->parser.header_limit(kMostHeader);
  inside_->parser.body_limit(boost::none);
  inside_->parser.eager(true);
}

ResponseReader::~ResponseReader() = default;

ResponseReader::State ResponseReader::feed(std::string_view bytes) {
  auto& in = *inside_;
  if (in.state == State::broken) return in.state;
  in.buffer.append(bytes);
  while (in.state != State::complete && in.state != State::broken && !in.buffer.empty()) {
    beast::error_code error;
    const std::size_t taken = in.parser.put(boost::asio::const_buffer(in.buffer.data(), in.buffer.size()), error);
    in.buffer.erase(0, taken);
    in.settle(error);
    if (taken == 0) break;
  }
  in.has_more = in.state == State::complete && !in.buffer.empty();
  return in.state;
}

ResponseReader::State ResponseReader::end() {
  auto& in = *inside_;
  if (in.state == State::complete || in.state == State::broken) return in.state;
  beast::error_code error;
  if (in.parser.is_header_done()) in.parser.put_eof(error);
  in.state = in.parser.is_done() && !error ? State::complete : State::broken;
  return in.state;
}

Response ResponseReader::head() const {
  const auto& message = inside_->parser.get();
  Response response{.status = static_cast<int>(message.result_int()), .reason = std::string(message.reason())};
  for (const auto& field : message) {
    const auto name = field.name_string();
    response.headers.add(std::string(name.data(), name.size()), std::string(field.value().data(), field.value().size()));
  }
  remove_hop_fields(response.headers);
  return response;
}

std::optional<std::size_t> ResponseReader::length() const {
  const auto told = inside_->parser.content_length();
  if (inside_->parser.chunked() || !told) return std::nullopt;
  return static_cast<std::size_t>(*told);
}

std::string ResponseReader::take_body() { return std::exchange(inside_->parser.get().body(), {}); }
bool ResponseReader::keeps_alive() const { return inside_->state == State::complete && inside_->parser.keep_alive() && !inside_->has_more; }

}  // namespace drawbridge::http
