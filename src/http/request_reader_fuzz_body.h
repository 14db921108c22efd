// What must hold for any bytes sent as requests. Shared by the fuzz target and by the unit tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.h"

namespace drawbridge::http {

/// Small, so that short inputs reach them.
inline Limits fuzz_limits() { return {.header = 512, .target = 64, .header_fields = 8, .body = 64}; }

/// What came of the bytes: a line for each request, then the end.
inline std::string story_of(std::string_view bytes, std::size_t piece, std::vector<Request>* requests) {
  RequestReader reader(fuzz_limits(), {});
  std::string story;
  const auto settle = [&](RequestReader::State state) {
    while (state == RequestReader::State::complete) {
      const bool lives = reader.keeps_alive();
      Request request = reader.take();
      story += request.method + " " + request.target + " " + std::to_string(request.body.size()) + (lives ? " on\n" : " last\n");
      if (requests != nullptr) requests->push_back(std::move(request));
      state = reader.feed("");
    }
    return state;
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (settle(reader.feed(bytes.substr(at, piece))) != RequestReader::State::refused) continue;
    return story + "refused " + std::to_string(reader.refusal().status);
  }
  return story + (reader.is_empty() ? "end" : "more");
}

inline std::string check_request(const Request& request) {
  const Limits limits = fuzz_limits();
  static const std::vector<std::string> kMethods{"GET", "HEAD", "POST", "PUT", "DELETE"};
  if (std::ranges::find(kMethods, request.method) == kMethods.end()) return "a method that is not ours: " + request.method;
  if (!request.path.starts_with('/') || request.path.find('?') != std::string::npos) return "a path that is none: " + request.path;
  if (request.target.size() > limits.target || request.body.size() > limits.body || request.headers.size() > limits.header_fields)
    return "a limit was exceeded";
  const std::string again = request.path + (request.target.size() > request.path.size() ? "?" + request.query : "");
  if (again != request.target) return "the target is not path and query: " + request.target;
  if (!request.body.empty() && request.method != "POST" && request.method != "PUT") return "a body with " + request.method;
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
  if (std::ranges::any_of(request.target, is_control)) return "a control character in the target";
  for (const auto& field : request.headers.all())
    if (std::ranges::any_of(field.name + field.value, is_control)) return "a control character in a field: " + field.name;
  if (request.headers.find("Transfer-Encoding")) return "a transfer encoding was let through";
  return "";
}

/// The promise that was broken, or "". The bytes' story is the same in whatever pieces they come, except that a refusal may come early.
inline std::string check_request_bytes(std::string_view bytes) {
  std::vector<Request> requests;
  const std::string whole = story_of(bytes, std::max<std::size_t>(bytes.size(), 1), &requests);
  for (const auto& request : requests)
    if (auto broken = check_request(request); !broken.empty()) return broken;
  for (const std::size_t piece : {1U, 7U}) {
    if (const std::string other = story_of(bytes, piece, nullptr); other != whole) return "in pieces: " + other + "\nas a whole: " + whole;
  }
  return "";
}

}  // namespace drawbridge::http
