#include "hypervisor/properties.h"

namespace drawbridge::hypervisor {
namespace {

std::string value_text(const PropertyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return escape_commas(*text);
  if (const auto* on = std::get_if<bool>(&value)) return *on ? "on" : "off";
  return std::to_string(std::get<std::uint64_t>(value));
}

}  // namespace

std::string Properties::text() const {
  std::string text;
  for (const auto& [key, value] : items_) text += text.empty() ? value_text(value) : "," + key + "=" + value_text(value);
  return text;
}

boost::json::object Properties::json() const {
  boost::json::object object;
  for (const auto& [key, value] : items_) std::visit([&](const auto& held) { object[key] = held; }, value);
  return object;
}

std::string escape_commas(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c;
    if (c == ',') escaped += c;
  }
  return escaped;
}

}  // namespace drawbridge::hypervisor
