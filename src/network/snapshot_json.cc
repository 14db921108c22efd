#include "network/snapshot_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "network/snapshot_members.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

// Collects the members of one object that differ from their usual value.
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
  template <class T>
  static json::value to_json(const std::vector<T>& list) {
    json::array array;
    for (const auto& element : list) array.push_back(to_json(element));
    return array;
  }

 private:
  static json::value to_json(const std::string& text) {
    if (is_utf8(text)) return json::string(text);
    std::string hex;
    for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return json::object{{"bytes", hex}};
  }
  static json::value to_json(bool value) { return value; }
  template <std::unsigned_integral T>
  static json::value to_json(T value) {
    return std::uint64_t{value};
  }
  static json::value to_json(const MacAddress& mac) { return json::string(format_mac(mac)); }
  static json::value to_json(const IpAddress& address) { return json::string(format_ip(address)); }
  static json::value to_json(const InterfaceAddress& address) { return json::string(format_interface_address(address)); }
  static json::value to_json(const Prefix& prefix) { return json::string(format_prefix(prefix)); }
  static json::value to_json(Family family) { return json::string(family == Family::ipv4 ? "inet" : "inet6"); }
  static json::value to_json(const AttributeValue& value) {
    return std::visit([](const auto& alternative) { return to_json(alternative); }, value);
  }
  template <class T>
  static json::value to_json(const std::optional<T>& value) {
    return value ? to_json(*value) : json::value(nullptr);
  }
  template <class T>
  static json::value to_json(const SharedMap<T>& map) {
    json::object object;
    for (const auto& [key, value] : map) object[key] = to_json(value);
    return object;
  }
  template <class T>
    requires requires(T& value, Writer& visit) { members(visit, value); }
  static json::value to_json(const T& value) {
    return write(value);
  }

  json::object object_;
};

}  // namespace

std::string snapshot_to_json(const Snapshot& snapshot) {
  json::array links;
  for (const auto& [name, link] : snapshot.links) links.push_back(Writer::write(link));
  const json::object document{{"links", std::move(links)},
                              {"addresses", Writer::to_json(snapshot.addresses)},
                              {"routes", Writer::to_json(snapshot.routes)},
                              {"rules", Writer::to_json(snapshot.rules)},
                              {"bridge_vlans", Writer::to_json(snapshot.bridge_vlans)},
                              {"qdiscs", Writer::to_json(snapshot.qdiscs)},
                              {"fdb", Writer::to_json(snapshot.fdb)},
                              {"dhcp_clients", Writer::to_json(snapshot.dhcp_clients)},
                              {"port_fdb", Writer::to_json(snapshot.port_fdb)}};
  return indent_json(json::serialize(document));
}

}  // namespace drawbridge::network
