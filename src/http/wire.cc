#include "http/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/text.h"

namespace drawbridge::http {
namespace {

bool is_token(std::string_view name) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_ours(std::string_view name) {
  return same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding") || same_name(name, "Connection") ||
         same_name(name, "Date");
}

void add_field(std::string& out, const Header& field) {
  if (!is_token(field.name) || is_ours(field.name)) return;
  out += field.name;
  out += ": ";
  for (const char c : field.value) out += (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f' ? '?' : c;
  out += "\r\n";
}

}  // namespace

std::string format_head(const Response& response, const Frame& frame, const Headers& standard, std::string_view date) {
  std::string reason = one_line_reason(response.reason);
  if (reason.empty()) reason = usual_reason(response.status);
  std::string out = fmt::format("HTTP/1.1 {:03} {}\r\nDate: {}\r\n", std::clamp(response.status, 100, 999), reason, date);
  for (const auto& field : response.headers.all()) add_field(out, field);
  for (const auto& field : standard.all())
    if (!response.headers.find(field.name)) add_field(out, field);
  if (frame.framing == Framing::length) out += fmt::format("Content-Length: {}\r\n", frame.length);
  if (frame.framing == Framing::chunked) out += "Transfer-Encoding: chunked\r\n";
  if (!frame.keeps_alive) out += "Connection: close\r\n";
  if (frame.keeps_alive && frame.says_keep_alive) out += "Connection: keep-alive\r\n";
  out += "\r\n";
  return out;
}

std::string format_chunk(std::string_view piece) { return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece); }

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::optional<std::size_t> content_length(const Headers& headers) {
  const auto told = headers.find("Content-Length");
  return told ? parse_number<std::size_t>(*told) : std::nullopt;
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return "Thu, 01 Jan 1970 00:00:00 GMT";
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace drawbridge::http
