#include "api/answer.h"

#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

json::object errors_object(const ParameterFaults& faults) {
  json::object object;
  for (const auto& [name, text] : faults) object[name] = text;
  return object;
}

json::object json_body(const Answer& answer) {
  json::object body{{"data", answer.data}};
  for (const auto& member : answer.beside) body[member.key()] = member.value();
  if (!answer.message.empty()) body["message"] = answer.message + "\n";
  if (!answer.errors.empty()) body["errors"] = errors_object(answer.errors);
  return body;
}

json::object extjs_body(const Answer& answer) {
  json::object body = json_body(answer);
  body["success"] = answer.ok() ? 1 : 0;
  if (!answer.ok()) body["status"] = answer.status;
  return body;
}

}  // namespace

Answer answer(json::value data) {
  Answer made;
  made.data = std::move(data);
  return made;
}

Answer parameter_failure(ParameterFaults faults) {
  Answer made = failure(400, "Parameter verification failed.");
  made.errors = std::move(faults);
  return made;
}

Answer failure(unsigned status, std::string message) {
  Answer made;
  made.status = status;
  made.message = std::move(message);
  return made;
}

Rendered render(const Answer& answer, Envelope envelope) {
  if (answer.status == 401) return {401, printable(answer.message.substr(0, answer.message.find('\n')), 200), ""};
  if (envelope == Envelope::extjs) return {200, "", json::serialize(extjs_body(answer))};
  return {answer.status, printable(answer.message.substr(0, answer.message.find('\n')), 400), json::serialize(json_body(answer))};
}

}  // namespace drawbridge::api
