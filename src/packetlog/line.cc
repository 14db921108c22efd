#include "packetlog/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <iterator>
#include <span>

#include "base/address.h"
#include "base/text.h"
#include "packetlog/network_text.h"

namespace drawbridge::packetlog {
namespace {

/// strftime's %b would follow the locale; the log does not.
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string time_text(const std::tm& local) {
  const long minutes = local.tm_gmtoff / 60;
  const long distance = minutes < 0 ? -minutes : minutes;
  return fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} {}{:02}{:02}", local.tm_mday, kMonths.at(static_cast<std::size_t>(local.tm_mon)),
                     local.tm_year + 1900, local.tm_hour, local.tm_min, local.tm_sec, minutes < 0 ? '-' : '+', distance / 60,
                     distance % 60);
}

/// Days from 1970-01-01, by the Gregorian calendar.
std::optional<std::int64_t> days_of(int day, std::string_view month, int year) {
  const auto at = std::ranges::find(kMonths, month);
  if (at == kMonths.end()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(at - kMonths.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::string clean(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept), [](char c) { return c >= ' ' && c <= '~'; });
  return kept;
}

void append_device(std::string& line, std::string_view key, std::string_view name) {
  if (!name.empty()) line += fmt::format("{}={} ", key, clean(name));
}

std::string hex(std::span<const std::uint8_t> bytes) { return fmt::format("{:02x}", fmt::join(bytes, ":")); }

std::string packet_text(const Record& record) {
  std::string text;
  append_packet(text, record.ether_type, record.payload);
  return text;
}

boost::json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return boost::json::value(clean(text));
}

/// Of an Ethernet header: six bytes at the offset.
boost::json::value mac_or_null(const Record& record, std::size_t at) {
  if (record.link_header.size() < 14) return nullptr;
  return boost::json::value(hex(std::span(record.link_header).subspan(at, 6)));
}

}  // namespace

std::string format_line(const Record& record, const std::tm& local) {
  const Prefix prefix = parse_prefix(record.prefix);
  std::string line = fmt::format("{} {} {} {} {}", prefix.vmid, prefix.level, clean(prefix.chain), time_text(local), clean(prefix.text));
  append_device(line, "IN", record.in);
  append_device(line, "OUT", record.out);
  append_device(line, "PHYSIN", record.physical_in);
  append_device(line, "PHYSOUT", record.physical_out);
  if (!record.link_header.empty()) line += fmt::format("MAC={} ", hex(record.link_header));
  line += packet_text(record);
  if (record.mark != 0) line += fmt::format("{}mark={} ", line.ends_with(' ') ? "" : " ", record.mark);
  return line;
}

std::string format_json(const Record& record) {
  const Prefix prefix = parse_prefix(record.prefix);
  std::string action = clean(prefix.text);
  if (const std::size_t colon = action.rfind(": "); colon != std::string::npos) action.resize(colon);
  const boost::json::object object{
      {"time", fmt::format("{}.{:06}", record.seconds, record.microseconds)},
      {"vmid", prefix.vmid},
      {"level", prefix.level},
      {"chain", clean(prefix.chain)},
      {"action", action},
      {"rule", text_or_null(prefix.rule)},
      {"in", text_or_null(record.in)},
      {"out", text_or_null(record.out)},
      {"physical_in", text_or_null(record.physical_in)},
      {"physical_out", text_or_null(record.physical_out)},
      {"source_mac", mac_or_null(record, 6)},
      {"destination_mac", mac_or_null(record, 0)},
      {"vlan", record.vlan ? boost::json::value(record.vlan->id()) : boost::json::value(nullptr)},
      {"ether_type", fmt::format("0x{:04x}", record.ether_type)},
      {"mark", record.mark},
      {"packet", std::string(trim(packet_text(record)))},
  };
  return boost::json::serialize(object);
}

std::optional<std::int64_t> time_of_line(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 5) return std::nullopt;
  const std::string_view when = words[3];  // dd/Mon/yyyy:HH:MM:SS
  const std::string_view zone = words[4];  // +zzzz
  if (when.size() != 20 || when[2] != '/' || when[6] != '/' || when[11] != ':' || when[14] != ':' || when[17] != ':') return std::nullopt;
  if (zone.size() != 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const auto number = [](std::string_view text) { return parse_number<unsigned>(text); };
  const auto day = number(when.substr(0, 2)), year = number(when.substr(7, 4)), hour = number(when.substr(12, 2));
  const auto minute = number(when.substr(15, 2)), second = number(when.substr(18, 2));
  const auto east = number(zone.substr(1, 2)), east_minutes = number(zone.substr(3, 2));
  if (!day || !year || !hour || !minute || !second || !east || !east_minutes) return std::nullopt;
  const auto days = days_of(static_cast<int>(*day), when.substr(3, 3), static_cast<int>(*year));
  if (!days) return std::nullopt;
  const std::int64_t away = (*east * 60 + *east_minutes) * 60;
  return *days * 86400 + (*hour * 60 + *minute) * 60 + *second - (zone[0] == '-' ? -away : away);
}

std::string format_notice(std::string_view text, std::uint8_t level, const std::tm& local) {
  return fmt::format("0 {} - {} {}", level, time_text(local), clean(text));
}

}  // namespace drawbridge::packetlog
