// Parameters held against their description: all of them, before anything is done.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/decode.h"
#include "api/description.h"

namespace drawbridge::api {

/// What is wrong, by parameter.
using ParameterFaults = std::map<std::string, std::string, std::less<>>;

/// Checked values: switches are "1" or "0", whole numbers have no sign or zeros in front, the rest is as it was given.
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(RawParameters values) : values_(std::move(values)) {}
  bool has(std::string_view name) const { return values_.contains(name); }
  /// Empty, if it is absent. Lives as long as the parameters do, so that views into it may be kept.
  const std::string& text(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise = false) const;
  std::int64_t number(std::string_view name, std::int64_t otherwise = 0) const;
  const RawParameters& all() const { return values_; }

 private:
  RawParameters values_;
};

struct Checked {
  Parameters parameters;
  ParameterFaults faults;
};

/// `path` are the words of the path; a query or body that says otherwise is a fault.
Checked check_parameters(const Method& method, const PathWords& path, const RawParameters& given);

}  // namespace drawbridge::api
