// Properties of QEMU's objects, which it takes as text on its command line and as JSON over its control protocol.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drawbridge::hypervisor {

using PropertyValue = std::variant<std::string, bool, std::uint64_t>;

class Properties {
 public:
  /// `key` and `kind` are the first property, whose key the command line leaves out: "driver", "type".
  Properties(std::string key, std::string kind) { set(std::move(key), std::move(kind)); }

  void set(std::string key, std::string value) { items_.emplace_back(std::move(key), std::move(value)); }
  void set(std::string key, const char* value) { set(std::move(key), std::string(value)); }
  void set(std::string key, bool value) { items_.emplace_back(std::move(key), value); }
  void set(std::string key, std::uint64_t value) { items_.emplace_back(std::move(key), value); }

  /// "virtio-net-pci,id=net0,mq=on"; commas in values are doubled, as QEMU wants them.
  std::string text() const;
  /// {"driver":"virtio-net-pci","id":"net0","mq":true}
  boost::json::object json() const;

 private:
  std::vector<std::pair<std::string, PropertyValue>> items_;
};

/// The text with each comma doubled.
std::string escape_commas(std::string_view text);

}  // namespace drawbridge::hypervisor
