#include "lab/request.h"

#include <unistd.h>

#include <boost/json.hpp>

namespace drawbridge::lab {
namespace {

namespace json = boost::json;

/// Parses an object and hands it to `read`; Boost's exceptions end here.
template <class T, class Read>
Result<T> parse_object(std::string_view text, Read read) {
  try {
    const json::value value = json::parse(json::string_view(text.data(), text.size()));
    return read(value.as_object());
  } catch (const std::exception& problem) {
    return fail(Errc::bug, std::string("the lab's command channel carries broken JSON: ") + problem.what());
  }
}

}  // namespace

std::string format_request(const Request& request) {
  return json::serialize(json::object{{"words", json::value_from(request.words)},
                                      {"environment", json::value_from(request.environment)},
                                      {"folder", request.folder},
                                      {"terminal", request.terminal},
                                      {"rows", request.rows},
                                      {"columns", request.columns}});
}

Result<Request> parse_request(std::string_view text) {
  return parse_object<Request>(text, [](const json::object& object) {
    return Request{json::value_to<std::vector<std::string>>(object.at("words")),
                   json::value_to<std::map<std::string, std::string>>(object.at("environment")),
                   json::value_to<std::string>(object.at("folder")),
                   object.at("terminal").as_bool(),
                   json::value_to<int>(object.at("rows")),
                   json::value_to<int>(object.at("columns"))};
  });
}

std::string format_state(const LabState& state) {
  return json::serialize(json::object{{"virtual_machine", state.virtual_machine},
                                      {"kernel", state.kernel},
                                      {"why", state.why},
                                      {"scenario", state.scenario},
                                      {"world", state.world},
                                      {"boot_seconds", state.boot_seconds}});
}

Result<LabState> parse_state(std::string_view text) {
  return parse_object<LabState>(text, [](const json::object& object) {
    return LabState{object.at("virtual_machine").as_bool(),        json::value_to<std::string>(object.at("kernel")),
                    json::value_to<std::string>(object.at("why")), json::value_to<std::string>(object.at("scenario")),
                    json::value_to<int>(object.at("world")),       json::value_to<double>(object.at("boot_seconds"))};
  });
}

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace drawbridge::lab
