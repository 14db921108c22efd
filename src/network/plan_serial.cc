#include "network/plan_serial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

#include "base/text.h"
#include "network/plan_members.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

constexpr std::array<HookPhase, 6> kPhases{HookPhase::pre_up,   HookPhase::up,   HookPhase::post_up,
                                           HookPhase::pre_down, HookPhase::down, HookPhase::post_down};

/// The alternatives of Operation by position. Only append: a journal may be read by a newer version.
constexpr std::array<std::string_view, std::variant_size_v<Operation>> kOperations{
    "create-link",     "delete-link",        "set-up",       "set-mtu",        "set-mac",        "set-alias",  "set-master",
    "set-link-data",   "set-port-data",      "set-sysctl",   "add-address",    "remove-address", "set-route",  "remove-route",
    "add-bridge-vlan", "remove-bridge-vlan", "run-hook",     "set-ethtool",    "add-fdb",        "remove-fdb", "start-dhcp",
    "stop-dhcp",       "set-rate-limit",     "add-port-fdb", "remove-port-fdb"};

std::string hex(std::string_view text) {
  std::string digits;
  for (const char c : text) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

/// Collects the members of one object that differ from their usual value.
class Writer {
 public:
  template <class T>
  void operator()(std::string_view name, const T& member, const T& usual = T{}) {
    if (member != usual) object_[name] = to_json(member);
  }
  template <class T>
  static json::value write(T value) {
    Writer writer;
    members(writer, value);
    return std::move(writer.object_);
  }

 private:
  static json::value to_json(const std::string& text) {
    if (is_utf8(text)) return json::string(text);
    return json::object{{"bytes", hex(text)}};
  }
  static json::value to_json(bool value) { return value; }
  template <std::unsigned_integral T>
  static json::value to_json(T value) {
    return std::uint64_t{value};
  }
  static json::value to_json(Severity value) { return value == Severity::error ? "error" : "warning"; }
  static json::value to_json(HookPhase phase) { return json::string(hook_phase_name(phase)); }
  static json::value to_json(Family family) { return family == Family::ipv4 ? "ipv4" : "ipv6"; }
  static json::value to_json(const MacAddress& mac) { return json::string(format_mac(mac)); }
  static json::value to_json(const IpAddress& address) { return json::string(format_ip(address)); }
  static json::value to_json(const InterfaceAddress& address) { return json::string(format_interface_address(address)); }
  static json::value to_json(const Prefix& prefix) { return json::string(format_prefix(prefix)); }
  static json::value to_json(const AttributeValue& value) {
    return std::visit([](const auto& alternative) { return to_json(alternative); }, value);
  }
  /// The word for the alternative, and its members.
  static json::value to_json(const Operation& operation);
  template <class T>
  static json::value to_json(const std::optional<T>& value) {
    return value ? json::array{to_json(*value)} : json::value(nullptr);
  }
  template <class T>
  static json::value to_json(const std::vector<T>& list) {
    json::array array;
    for (const auto& element : list) array.push_back(to_json(element));
    return array;
  }
  static json::value to_json(const std::set<std::string, std::less<>>& set) {
    json::array array;
    for (const auto& element : set) array.push_back(to_json(element));
    return array;
  }
  /// Pairs, since a key may be bytes that are no UTF-8.
  template <class T, class Less>
  static json::value to_json(const std::map<std::string, T, Less>& map) {
    json::array pairs;
    for (const auto& [key, value] : map) pairs.push_back(json::array{to_json(key), to_json(value)});
    return pairs;
  }
  template <class T>
  static json::value to_json(const SharedMap<T>& map) {
    json::array pairs;
    for (const auto& [key, value] : map) pairs.push_back(json::array{to_json(std::string(key)), to_json(value)});
    return pairs;
  }
  template <class T>
    requires requires(T& value, Writer& visit) { members(visit, value); }
  static json::value to_json(const T& value) {
    return write(value);
  }

  json::object object_;
};

// Outside the class: clang 19 would instantiate it before it has read the templates behind it.
json::value Writer::to_json(const Operation& operation) {
  return std::visit([&](const auto& o) -> json::value { return json::array{json::string(kOperations[operation.index()]), write(o)}; },
                    operation);
}

/// A member that is missing or has another type: the whole text counts as damaged. Never leaves this file.
struct Damaged {
  std::string what;
};

class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  template <class T>
  void operator()(std::string_view name, T& member, const T& usual = T{}) {
    const auto* part = object_.if_contains(name);
    if (part == nullptr) {
      member = usual;
      return;
    }
    try {
      from_json(*part, member);
    } catch (Damaged& damaged) {
      throw Damaged{std::string(name) + (damaged.what.empty() ? "" : ".") + damaged.what};
    }
  }
  template <class T>
  static void read(const json::value& value, T& target) {
    if (!value.is_object()) throw Damaged{};
    Reader reader(value.get_object());
    members(reader, target);
  }

 private:
  static const json::array& array(const json::value& value) {
    if (!value.is_array()) throw Damaged{};
    return value.get_array();
  }
  static std::string_view text(const json::value& value) {
    if (!value.is_string()) throw Damaged{};
    return value.get_string();
  }
  template <class T>
  static T valid(Result<T> parsed) {
    if (!parsed) throw Damaged{};
    return *parsed;
  }
  static void from_json(const json::value& value, std::string& target) {
    const auto* bytes = value.is_object() ? value.get_object().if_contains("bytes") : nullptr;
    if (bytes == nullptr) {
      target = text(value);
      return;
    }
    const auto digits = text(*bytes);
    target.clear();
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      unsigned char byte = 0;
      const auto pair = digits.substr(i, 2);
      const auto [end, error] = std::from_chars(pair.data(), pair.data() + pair.size(), byte, 16);
      if (pair.size() != 2 || error != std::errc{} || end != pair.data() + pair.size()) throw Damaged{};
      target += static_cast<char>(byte);
    }
  }
  static void from_json(const json::value& value, bool& target) {
    if (!value.is_bool()) throw Damaged{};
    target = value.get_bool();
  }
  template <std::unsigned_integral T>
  static void from_json(const json::value& value, T& target) {
    json::error_code wrong;
    target = value.to_number<T>(wrong);
    if (wrong) throw Damaged{};
  }
  static void from_json(const json::value& value, Severity& target) {
    target = text(value) == "error" ? Severity::error : Severity::warning;
  }
  static void from_json(const json::value& value, HookPhase& target) {
    const auto word = text(value);
    for (const auto phase : kPhases) {
      if (hook_phase_name(phase) != word) continue;
      target = phase;
      return;
    }
    throw Damaged{};
  }
  static void from_json(const json::value& value, Family& target) {
    const auto word = text(value);
    if (word != "ipv4" && word != "ipv6") throw Damaged{};
    target = word == "ipv4" ? Family::ipv4 : Family::ipv6;
  }
  static void from_json(const json::value& value, MacAddress& target) { target = valid(parse_mac(text(value))); }
  static void from_json(const json::value& value, IpAddress& target) { target = valid(parse_ip(text(value))); }
  static void from_json(const json::value& value, InterfaceAddress& target) { target = valid(parse_interface_address(text(value))); }
  static void from_json(const json::value& value, Prefix& target) { target = valid(parse_prefix(text(value))); }
  static void from_json(const json::value& value, AttributeValue& target) {
    if (value.is_string() || value.is_object()) {
      from_json(value, target.emplace<std::string>());
    } else {
      from_json(value, target.emplace<std::uint64_t>());
    }
  }
  template <std::size_t position = 0>
  static void read_alternative(std::size_t wanted, const json::value& value, Operation& target) {
    if constexpr (position < std::variant_size_v<Operation>) {
      if (position == wanted) return read(value, target.emplace<position>());
      read_alternative<position + 1>(wanted, value, target);
    } else {
      throw Damaged{};
    }
  }
  static void from_json(const json::value& value, Operation& target) {
    const auto& pair = array(value);
    if (pair.size() != 2) throw Damaged{};
    const auto word = std::ranges::find(kOperations, text(pair[0]));
    read_alternative(static_cast<std::size_t>(word - kOperations.begin()), pair[1], target);
  }
  template <class T>
  static void from_json(const json::value& value, std::optional<T>& target) {
    target.reset();
    if (value.is_null()) return;
    if (array(value).size() != 1) throw Damaged{};
    from_json(array(value)[0], target.emplace());
  }
  template <class T>
  static void from_json(const json::value& value, std::vector<T>& target) {
    target.clear();
    for (const auto& element : array(value)) from_json(element, target.emplace_back());
  }
  template <class T>
  static void from_json(const json::value& value, SharedMap<T>& target) {
    target.clear();
    for (const auto& element : array(value)) {
      const auto& pair = array(element);
      if (pair.size() != 2) throw Damaged{};
      std::string key;
      from_json(pair[0], key);
      from_json(pair[1], target[key]);
    }
  }
  static void from_json(const json::value& value, std::set<std::string, std::less<>>& target) {
    for (const auto& element : array(value)) {
      std::string name;
      from_json(element, name);
      target.insert(std::move(name));
    }
  }
  template <class T, class Less>
  static void from_json(const json::value& value, std::map<std::string, T, Less>& target) {
    for (const auto& element : array(value)) {
      const auto& pair = array(element);
      if (pair.size() != 2) throw Damaged{};
      std::string key;
      from_json(pair[0], key);
      from_json(pair[1], target[key]);
    }
  }
  template <class T>
    requires requires(T& value, Reader& visit) { members(visit, value); }
  static void from_json(const json::value& value, T& target) {
    read(value, target);
  }

  const json::object& object_;
};

template <class T>
Result<T> parse_as(std::string_view text, std::string file) {
  json::parse_options options;
  options.max_depth = 64;
  json::error_code broken;
  const auto document = json::parse(text, broken, {}, options);
  if (broken) return fail(Errc::invalid_input, "is not JSON: " + broken.message(), {std::move(file), 0, 0});
  T value;
  try {
    Reader::read(document, value);
  } catch (const Damaged& damaged) {
    return fail(Errc::invalid_input, "is damaged at " + (damaged.what.empty() ? std::string("its begin") : printable(damaged.what)),
                {std::move(file), 0, 0});
  }
  return value;
}

}  // namespace

std::string plan_to_json(const Plan& plan) { return json::serialize(Writer::write(plan)); }

Result<Plan> plan_from_json(std::string_view text, std::string file) { return parse_as<Plan>(text, std::move(file)); }

std::string desired_to_json(const Desired& desired) { return json::serialize(Writer::write(desired)); }

Result<Desired> desired_from_json(std::string_view text, std::string file) { return parse_as<Desired>(text, std::move(file)); }

}  // namespace drawbridge::network
