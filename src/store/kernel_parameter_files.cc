#include "store/kernel_parameter_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>

#include "base/text.h"
#include "store/descriptor.h"

namespace drawbridge::store {
namespace {

namespace json = boost::json;

std::optional<std::string> read_value(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  std::array<char, 256> text{};
  const ssize_t size = ::read(file.number(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return std::string(trim(std::string_view(text.data(), static_cast<std::size_t>(size))));
}

json::object json_of(const firewall::Parameters& parameters) {
  json::object object;
  for (const auto& [path, value] : parameters) object[path] = value;
  return object;
}

bool take(const json::object& record, std::string_view name, firewall::Parameters& parameters) {
  const auto* object = record.if_contains(name);
  if (object == nullptr || !object->is_object()) return false;
  for (const auto& [path, value] : object->get_object()) {
    if (!value.is_string()) return false;
    parameters.emplace(path, std::string(value.get_string()));
  }
  return true;
}

}  // namespace

firewall::Parameters read_kernel_parameters(std::span<const std::string> paths) {
  firewall::Parameters found;
  for (const auto& path : paths)
    if (auto value = read_value(path)) found.emplace(path, *std::move(value));
  return found;
}

Result<void> write_kernel_parameter(const firewall::ParameterChange& change) {
  const Descriptor file(::open(change.path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return fail_errno(errno, "can't set " + change.path);
  const std::string line = change.value + "\n";
  if (::write(file.number(), line.data(), line.size()) < 0) return fail_errno(errno, "can't set " + change.path + " to " + change.value);
  return {};
}

Result<ParameterRecord> read_parameter_record(doors::Files& files, const std::string& path, const std::string& boot_id) {
  const auto text = files.read(path);
  if (!text && text.error().code == Errc::not_found) return ParameterRecord{boot_id, {}, {}};
  if (!text) return fail(text.error());
  boost::system::error_code bad;
  const json::value value = json::parse(*text, bad);
  ParameterRecord record;
  const auto* object = bad ? nullptr : value.if_object();
  const auto* boot = object != nullptr ? object->if_contains("boot_id") : nullptr;
  if (boot == nullptr || !boot->is_string() || !take(*object, "ours", record.ours) || !take(*object, "originals", record.originals))
    return fail(Errc::invalid_input, "the record of kernel parameters can't be understood", {path, 0, 0}, "delete it");
  record.boot_id = boot->get_string();
  if (record.boot_id != boot_id) return ParameterRecord{boot_id, {}, {}};
  return record;
}

Result<void> write_parameter_record(doors::Files& files, const std::string& path, const ParameterRecord& record) {
  const json::object object{{"boot_id", record.boot_id}, {"ours", json_of(record.ours)}, {"originals", json_of(record.originals)}};
  return files.write(path, json::serialize(object) + "\n");
}

}  // namespace drawbridge::store
