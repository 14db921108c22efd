#include "packetlog/entry.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace drawbridge::packetlog {
namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string first_of(std::string first, std::string second) { return first.empty() ? second : first; }

}  // namespace

std::optional<Entry> parse_entry(std::string_view line) {
  boost::json::error_code error;
  const auto value = boost::json::parse(line, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  const std::string time = text_of(object, "time");
  const auto seconds = parse_number<std::int64_t>(std::string_view(time).substr(0, time.find('.')));
  const auto* vmid = object.if_contains("vmid");
  if (!seconds || vmid == nullptr || !vmid->is_number()) return std::nullopt;
  const auto number = vmid->to_number<std::uint32_t>(error);
  if (error) return std::nullopt;
  return Entry{.seconds = *seconds,
               .vmid = number,
               .chain = text_of(object, "chain"),
               .action = text_of(object, "action"),
               .rule = text_of(object, "rule"),
               .in = first_of(text_of(object, "physical_in"), text_of(object, "in")),
               .out = first_of(text_of(object, "physical_out"), text_of(object, "out")),
               .packet = text_of(object, "packet")};
}

bool matches(const Entry& entry, const Filter& filter) {
  if (filter.vmid && *filter.vmid != entry.vmid) return false;
  if (!filter.rule.empty() && entry.rule != filter.rule && !entry.rule.starts_with(filter.rule + ":")) return false;
  return filter.text.empty() || to_lower(entry.packet).contains(to_lower(filter.text));
}

std::string subject(const Entry& entry) { return entry.vmid == 0 ? "host" : "guest " + std::to_string(entry.vmid); }

}  // namespace drawbridge::packetlog
