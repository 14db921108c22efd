// What must hold for any bytes that come as a request. Shared by the fuzz target and by the unit test that runs its corpus.
// The first line is VERB PATH?QUERY, the second the content type, the rest the body.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "api/check.h"
#include "api/step.h"
#include "base/text.h"

namespace drawbridge::api {

inline std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

inline bool is_clean(const Schema& schema, std::string_view value) {
  return is_utf8(value) && std::ranges::none_of(value, [&](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 || byte == 0x7F) && !(schema.multiline && (c == '\n' || c == '\t' || c == '\r'));
         });
}

inline std::string check_taken(const Method& method, const Parameters& parameters) {
  for (const auto& [name, value] : parameters.all()) {
    const auto exact = method.parameters.find(name);
    if (exact == method.parameters.end()) continue;  // of a family
    if (!is_clean(exact->second, value)) return "an unclean value of " + name + " was taken";
    if (value.size() > exact->second.most_length) return "a value of " + name + " is too long";
    if (exact->second.kind == Kind::boolean && value != "0" && value != "1") return "a switch that is none: " + name;
  }
  const Step* step = find_step(method.key());
  if (step == nullptr || !step->commands) return "";
  for (const auto& command : step->commands(parameters)) {
    if (command.empty() || command.front().empty() || command.front().front() == '-') return "no verb";
    for (const auto& word : command)
      if (word.find('\0') != std::string::npos) return "a word with a NUL in it";
  }
  return "";
}

inline std::string check_request(std::string_view bytes) {
  const auto line = take_line(bytes);
  const auto type = take_line(bytes);
  const auto blank = line.find(' ');
  const auto target = blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
  const auto mark = target.find('?');
  const auto raw = decode_request(mark == std::string_view::npos ? "" : target.substr(mark + 1), type, bytes);
  if (!raw) return raw.error().what.empty() ? "a failure without words" : "";
  const auto match = Description::own().find(line.substr(0, blank), target.substr(0, mark));
  if (!match || match->method == nullptr) return "";
  const auto checked = check_parameters(*match->method, match->words, *raw);
  for (const auto& [name, fault] : checked.faults) {
    if (fault.empty()) return "a fault without words";
    if (!is_utf8(fault) || !is_utf8(name)) return "a fault that can't be shown";
  }
  return checked.faults.empty() ? check_taken(*match->method, checked.parameters) : "";
}

}  // namespace drawbridge::api
