#include "hypervisor/qmp_message.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace drawbridge::hypervisor {
namespace {

namespace json = boost::json;

std::unexpected<Error> no_message(std::string_view line) {
  return fail(Errc::unavailable, "QEMU's control socket said what is no message: '" + printable(line) + "'");
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::uint64_t id_of(const json::object& object) {
  const auto* value = object.if_contains("id");
  if (value == nullptr) return 0;
  if (const auto* number = value->if_int64(); number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
  const auto* number = value->if_uint64();
  return number == nullptr ? 0 : *number;
}

}  // namespace

Result<QmpMessage> parse_qmp_message(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return no_message(line);
  if (object->contains("QMP")) return QmpGreeting{};
  if (const auto* returned = object->if_contains("return")) return QmpReturn{id_of(*object), *returned};
  if (const auto* failure = object->if_contains("error")) {
    const auto* members = failure->if_object();
    if (members == nullptr) return no_message(line);
    return QmpFailure{id_of(*object), text_of(*members, "class"), text_of(*members, "desc")};
  }
  QmpEvent event{text_of(*object, "event"), {}};
  if (event.name.empty()) return no_message(line);
  const auto* data = object->if_contains("data");
  if (const auto* members = data == nullptr ? nullptr : data->if_object()) event.data = *members;
  return event;
}

Result<void> LineBuffer::add(std::string_view bytes) {
  bytes_ += bytes;
  if (bytes_.size() <= kLongestLine || bytes_.find('\n') != std::string::npos) return {};
  return fail(Errc::unavailable, "QEMU's control socket said more than can be a message");
}

std::optional<std::string> LineBuffer::take() {
  const auto end = bytes_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = bytes_.size();
    return std::nullopt;
  }
  std::string line = bytes_.substr(0, end);
  if (line.ends_with('\r')) line.pop_back();
  bytes_.erase(0, end + 1);
  searched_ = 0;
  return line;
}

std::string qmp_command(std::string_view name, json::object arguments, std::uint64_t id) {
  json::object command{{"execute", name}, {"id", id}};
  if (!arguments.empty()) command["arguments"] = std::move(arguments);
  return json::serialize(command) + "\n";
}

}  // namespace drawbridge::hypervisor
