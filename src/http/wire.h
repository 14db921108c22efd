// Answers as the bytes of HTTP/1.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace drawbridge::http {

/// How the end of a body is told.
enum class Framing { none, length, chunked, until_close };

struct Frame {
  Framing framing = Framing::length;
  std::size_t length = 0;  ///< with Framing::length
  bool keeps_alive = true;
  bool says_keep_alive = false;  ///< HTTP/1.0 wants to be told
};

/// Status line and header with the empty line after it. What could break a line in a field is made harmless; `standard` fields are added
/// where the answer has none of that name. `date` as of RFC 9110, 5.6.7.
std::string format_head(const Response& response, const Frame& frame, const Headers& standard, std::string_view date);
/// One chunk of a chunked body; an empty one would end it.
std::string format_chunk(std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// Whether an answer of that status has a body at all (RFC 9112, 6.3).
bool has_body(int status);
/// A whole number of bytes, as Content-Length is written.
std::optional<std::size_t> content_length(const Headers& headers);

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t unix_seconds);

}  // namespace drawbridge::http
