#include "http/message.h"

#include <algorithm>
#include <array>

namespace drawbridge::http {
namespace {

constexpr std::size_t kMostReason = 400;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct Words {
  int status;
  std::string_view words;
};
constexpr std::array kUsual = {Words{100, "Continue"},
                               Words{200, "OK"},
                               Words{201, "Created"},
                               Words{204, "No Content"},
                               Words{301, "Moved Permanently"},
                               Words{302, "Found"},
                               Words{304, "Not Modified"},
                               Words{307, "Temporary Redirect"},
                               Words{400, "Bad Request"},
                               Words{401, "Unauthorized"},
                               Words{403, "Forbidden"},
                               Words{404, "Not Found"},
                               Words{405, "Method Not Allowed"},
                               Words{408, "Request Timeout"},
                               Words{409, "Conflict"},
                               Words{412, "Precondition Failed"},
                               Words{413, "Content Too Large"},
                               Words{414, "URI Too Long"},
                               Words{415, "Unsupported Media Type"},
                               Words{417, "Expectation Failed"},
                               Words{429, "Too Many Requests"},
                               Words{431, "Request Header Fields Too Large"},
                               Words{500, "Internal Server Error"},
                               Words{501, "Not Implemented"},
                               Words{502, "Bad Gateway"},
                               Words{503, "Service Unavailable"},
                               Words{504, "Gateway Timeout"},
                               Words{505, "HTTP Version Not Supported"}};

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& field : fields_)
    if (same_name(field.name, name)) return field.value;
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(fields_, [&](const Header& field) { return same_name(field.name, name); }));
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Header& field) { return same_name(field.name, name); });
}

void Headers::remove_prefix(std::string_view prefix) {
  std::erase_if(fields_, [&](const Header& field) { return same_name(std::string_view(field.name).substr(0, prefix.size()), prefix); });
}

std::string_view usual_reason(int status) {
  const auto found = std::ranges::find(kUsual, status, &Words::status);
  return found == kUsual.end() ? std::string_view() : found->words;
}

std::string one_line_reason(std::string_view text) {
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' ')) text.remove_prefix(1);
  std::string line(text.substr(0, std::min({text.find('\n'), text.find('\r'), kMostReason})));
  for (char& c : line)
    if (c < ' ' || c > '~') c = c == '\t' ? ' ' : '?';
  return line;
}

}  // namespace drawbridge::http
