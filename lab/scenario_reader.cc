#include "lab/scenario_reader.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::lab {
namespace {

JsonPath extend(JsonPath path, JsonStep step) {
  path.push_back(std::move(step));
  return path;
}

}  // namespace

SourceLocation ReadValue::where() const { return locate_json(document_->text, path_, document_->file); }

void ReadValue::complain(std::string code, std::string message, std::string hint) const {
  document_->diagnostics->push_back({where(), Severity::error, std::move(code), std::move(message), std::move(hint), {}});
}

bool ReadValue::expect_members(const std::vector<std::string>& known) const {
  if (!value_->is_object()) {
    complain("object-expected", "an object {…} is expected here");
    return false;
  }
  for (const auto& member : value_->get_object()) {
    const std::string name(member.key());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto meant = nearest(name, known);
    ReadValue(*document_, member.value(), extend(path_, name))
        .complain("member-unknown", "\"" + printable(name) + "\" means nothing here",
                  meant ? "did you mean \"" + *meant + "\"?" : "known: " + join(known, ", "));
  }
  return true;
}

std::optional<ReadValue> ReadValue::find(std::string_view name) const {
  const auto* object = value_->if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(boost::json::string_view(name.data(), name.size()));
  if (value == nullptr) return std::nullopt;
  return ReadValue(*document_, *value, extend(path_, std::string(name)));
}

std::string ReadValue::text(std::string_view name, bool needed) const {
  const auto member = find(name);
  if (member) return member->as_text();
  if (needed) complain("member-missing", "\"" + std::string(name) + "\" is missing");
  return "";
}

bool ReadValue::flag(std::string_view name) const {
  const auto member = find(name);
  if (!member) return false;
  if (!member->value_->is_bool()) member->complain("flag-expected", "true or false is expected here");
  return member->value_->is_bool() && member->value_->get_bool();
}

void ReadValue::each_member(std::string_view name, const std::function<void(const std::string&, const ReadValue&)>& take) const {
  const auto member = find(name);
  if (!member) return;
  const auto* object = member->value_->if_object();
  if (object == nullptr) return member->complain("object-expected", "an object {…} is expected here");
  for (const auto& entry : *object)
    take(std::string(entry.key()), ReadValue(*document_, entry.value(), extend(member->path_, std::string(entry.key()))));
}

void ReadValue::each_element(std::string_view name, const std::function<void(const ReadValue&)>& take) const {
  const auto member = find(name);
  if (!member) return;
  const auto* array = member->value_->if_array();
  if (array == nullptr) return member->complain("array-expected", "an array […] is expected here");
  for (std::size_t i = 0; i < array->size(); ++i) take(ReadValue(*document_, (*array)[i], extend(member->path_, i)));
}

std::string ReadValue::as_text() const {
  const auto* text = value_->if_string();
  if (text == nullptr) complain("text-expected", "a text \"…\" is expected here");
  return text == nullptr ? "" : std::string(text->data(), text->size());
}

std::optional<std::uint64_t> ReadValue::as_number(std::uint64_t least, std::uint64_t most) const {
  const auto* number = value_->if_int64();
  if (number != nullptr && *number >= 0) {
    const auto value = static_cast<std::uint64_t>(*number);
    if (value >= least && value <= most) return value;
  }
  complain("number-invalid", "a number from " + std::to_string(least) + " to " + std::to_string(most) + " is expected here");
  return std::nullopt;
}

}  // namespace drawbridge::lab
