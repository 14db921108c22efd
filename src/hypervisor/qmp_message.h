// What QEMU says over its control protocol (QMP): one JSON object a line.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace drawbridge::hypervisor {

/// The first thing it says.
struct QmpGreeting {};
/// `id` is that of the command, or 0 if it came without one.
struct QmpReturn {
  std::uint64_t id = 0;
  boost::json::value value;
};
struct QmpFailure {
  std::uint64_t id = 0;
  std::string error_class;  ///< "GenericError", "DeviceNotFound", "CommandNotFound"…
  std::string description;
};
struct QmpEvent {
  std::string name;
  boost::json::object data;
};
using QmpMessage = std::variant<QmpGreeting, QmpReturn, QmpFailure, QmpEvent>;

/// Errors: unavailable if the line is no message of the protocol, whatever it is.
Result<QmpMessage> parse_qmp_message(std::string_view line);

/// Collects bytes and gives whole lines.
class LineBuffer {
 public:
  /// No message of QEMU comes near it.
  static constexpr std::size_t kLongestLine = 16 << 20;
  /// Errors: unavailable if a line grows longer than kLongestLine.
  Result<void> add(std::string_view bytes);
  /// The next whole line, without its end.
  std::optional<std::string> take();

 private:
  std::string bytes_;
  std::size_t searched_ = 0;
};

/// The line that executes a command.
std::string qmp_command(std::string_view name, boost::json::object arguments, std::uint64_t id);

}  // namespace drawbridge::hypervisor
