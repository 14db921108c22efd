// What a method answers, and the two envelopes in which clients expect it.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/check.h"

namespace drawbridge::api {

struct Answer {
  unsigned status = 200;
  std::string message;               ///< of a failure; its first line becomes the reason phrase
  ParameterFaults errors;            ///< by parameter
  std::vector<std::string> cookies;  ///< fields "Set-Cookie"
  boost::json::value data;           ///< null for writes
  boost::json::object beside;        ///< members beside "data": "total", "changes"
  std::string diff = {};             ///< what changed in files: for the audit log alone, no client gets it
  bool ok() const { return status == 200; }
};

Answer answer(boost::json::value data);
/// 400, "Parameter verification failed."
Answer parameter_failure(ParameterFaults faults);
Answer failure(unsigned status, std::string message);

enum class Envelope : std::uint8_t { json, extjs };

/// As it goes over the wire. With `extjs` the status is 200 whatever happened, except 401.
struct Rendered {
  unsigned status = 200;
  std::string reason;  ///< empty: the usual one
  std::string body;
};
Rendered render(const Answer& answer, Envelope envelope);

}  // namespace drawbridge::api
