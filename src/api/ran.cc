// A command's end as an answer: which parameter was wrong, who else changed it, what the system refused.
#include "api/step.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

constexpr int kDone = 0;
constexpr int kUsage = 2;
constexpr int kBadInput = 3;
constexpr int kRolledBack = 5;

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

/// Cures name options of the command line; here they are parameters, where there is such a one.
std::string for_clients(std::string text, std::string_view force_parameter) {
  constexpr std::string_view kOption = "--force";
  const std::string instead = force_parameter.empty() ? "the option --force of the command line" : std::string(force_parameter) + "=1";
  for (auto at = text.find(kOption); at != std::string::npos; at = text.find(kOption, at + instead.size()))
    text.replace(at, kOption.size(), instead);
  return text;
}

/// "100.fw:7", of who uses a name.
std::string place_of(const json::object& finding) {
  const auto* line = finding.if_contains("line");
  if (member(finding, "code") != "name-in-use" || line == nullptr || !line->is_int64()) return "";
  const std::string file = member(finding, "file");
  return " (" + file.substr(file.rfind('/') + 1) + ":" + std::to_string(line->as_int64()) + ")";
}

/// The finding's words and its cure.
std::string told(const json::object& finding, std::string_view force_parameter) {
  const std::string hint = member(finding, "hint");
  return member(finding, "message") + place_of(finding) + (hint.empty() ? "" : "; " + for_clients(hint, force_parameter));
}

/// The findings that are about a parameter, at it. A value that is a list of properties of its own is "net0.tag", in the form that
/// clients split.
ParameterFaults faults_of(const json::array& findings, const Parameters& parameters, std::string_view force_parameter) {
  ParameterFaults faults;
  for (const auto& each : findings) {
    const auto& finding = each.as_object();
    if (member(finding, "severity") == "warning") continue;
    std::string parameter = member(finding, "parameter");
    std::string text = told(finding, force_parameter);
    if (!parameter.empty() && text.starts_with(parameter + ": ")) text.erase(0, parameter.size() + 2);
    if (const std::string file = member(finding, "file"); parameter.empty() && parameters.has(file)) {
      parameter = file;
      const auto colon = text.find(": ");
      const bool of_property = colon != std::string::npos && text.find(' ') > colon;
      // The value is good; the running guest did not take it.
      if (member(finding, "code") == "change-failed")
        text = "hotplug problem - " + text;
      else
        text = "invalid format - format error\n" + file + (of_property ? "." : ": ") + text;
    }
    if (parameter.empty()) continue;
    auto& slot = faults[parameter];
    slot += (slot.empty() ? "" : "\\n") + text;
  }
  return faults;
}

/// Somebody was faster. Which of our commands' conflicts that are is told by their words alone, since a lock that is held is a conflict,
/// too.
bool is_conflict_of_digest(const json::array& findings, const Parameters& parameters) {
  if (parameters.text("digest").empty()) return false;
  return std::ranges::any_of(findings, [](const auto& each) {
    const std::string text = member(each.as_object(), "message");
    const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    return member(each.as_object(), "code") == "conflict" &&
           (says("since it was read") || says("with this digest") || says("by somebody else meanwhile"));
  });
}

Answer failed(const json::array& findings, const Ran& ran, const Parameters& parameters, std::string_view force_parameter) {
  if (auto faults = faults_of(findings, parameters, force_parameter); !faults.empty()) return parameter_failure(std::move(faults));
  std::string text;
  for (const auto& each : findings) {
    if (member(each.as_object(), "severity") == "warning") continue;
    text += (text.empty() ? "" : "\n") + told(each.as_object(), force_parameter);
  }
  if (is_conflict_of_digest(findings, parameters)) return failure(500, "detected modified configuration - " + text);
  return failure(ran.exit == kUsage ? 400 : 500, text.empty() ? "the command failed" : text);
}

const json::array* findings_of(const json::value& document) {
  if (!document.is_object() || document.as_object().size() != 1) return nullptr;
  const auto* errors = document.as_object().if_contains("errors");
  return errors != nullptr && errors->is_array() ? &errors->as_array() : nullptr;
}

/// Of a change that was saved, and that the running guest refused in part: its document tells why.
const json::array* refusals_of(const json::value& document) {
  const auto* warnings = document.is_object() ? document.as_object().if_contains("warnings") : nullptr;
  if (warnings == nullptr || !warnings->is_array()) return nullptr;
  const bool any =
      std::ranges::any_of(warnings->as_array(), [](const auto& each) { return member(each.as_object(), "severity") == "error"; });
  return any ? &warnings->as_array() : nullptr;
}

/// What stood on standard error, where no document tells more.
Answer failed_without_words(const Ran& ran) {
  const std::string text(trim(ran.err));
  return failure(500, text.empty() ? "the command ended with status " + std::to_string(ran.exit) : text);
}

}  // namespace

std::expected<json::value, Answer> read_document(const Ran& ran, const Parameters& parameters, std::string_view force_parameter) {
  boost::system::error_code error;
  json::value document = json::parse(ran.out, error);
  if (error)
    return ran.exit == kDone && trim(ran.out).empty() ? std::expected<json::value, Answer>(nullptr)
                                                      : std::unexpected(failed_without_words(ran));
  if (const auto* findings = findings_of(document)) return std::unexpected(failed(*findings, ran, parameters, force_parameter));
  // 1 is a "no" and 3 is about lines of the file: both come with what was asked for. Everything else is a failure.
  const bool is_answer = ran.exit <= 1 || ran.exit == kBadInput;
  if (is_answer) return document;
  if (ran.exit == kRolledBack && document.is_object())
    return std::unexpected(failure(500, "undone: " + member(document.as_object(), "reason")));
  if (const auto* refusals = refusals_of(document)) return std::unexpected(failed(*refusals, ran, parameters, force_parameter));
  return std::unexpected(failed_without_words(ran));
}

}  // namespace drawbridge::api
