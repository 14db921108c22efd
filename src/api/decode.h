// From a request's bytes to the words of its parameters: percent-encoding, forms, JSON bodies. Nothing here knows what is meant.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::api {

/// Values as text: numbers as written, true and false as 1 and 0, JSON arrays joined with commas.
using RawParameters = std::map<std::string, std::string, std::less<>>;

/// "a=1&b=2". A name that is given twice: its values are joined with commas. Errors: invalid_input.
Result<RawParameters> decode_form(std::string_view text);
/// A JSON object of strings, numbers, booleans, arrays of those; null counts as absent. Errors: invalid_input with what is wrong.
Result<RawParameters> decode_json(std::string_view text);

/// Query and body of a request together; the query wins. `_dc`, which browsers' caches are fooled with, is left out.
/// Errors: invalid_input for what can't be decoded, unsupported for a content type that is neither form nor JSON.
Result<RawParameters> decode_request(std::string_view query, std::string_view content_type, std::string_view body);

}  // namespace drawbridge::api
