// A request's parameters, read and checked against the interface's type and against other interfaces.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "network/edit.h"
#include "network/shown_fields.h"

namespace drawbridge::network {

/// What is to be done. A value that says what is there already is left out.
struct Request {
  std::map<std::string, std::string, std::less<>> values;  ///< in the form of parse_parameter
  std::set<std::string, std::less<>> removed;
  std::vector<ParameterError> errors;

  const std::string* value(std::string_view parameter) const;
  bool touches(std::string_view parameter) const;
};

/// Reads a change of `interface` (as it is now; an empty one of the right type and name for a new interface).
Request read_request(const Change& change, const Interface& interface);

/// Gateways and ports that another interface has already.
std::vector<ParameterError> check_neighbours(const Request& request, const Interface& interface, const Model& model);

}  // namespace drawbridge::network
