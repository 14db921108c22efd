// The description as an OpenAPI 3.1 document: what generators of clients and of documentation read.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "api/description.h"

namespace drawbridge::api {

/// Paths are below /api2/json. Each method has its permissions as "x-permissions", and "x-ours" if other products don't have it.
/// Switches are taken and given as 1 and 0 as well as true and false.
boost::json::object openapi(const Description& description, const std::string& version);

/// A JSON schema of the description ("optional" at each property) as others read it ("required" at the object).
boost::json::value plain_schema(const boost::json::value& schema);

}  // namespace drawbridge::api
