// Reading JSON with a place for every complaint.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json_text.h"

namespace drawbridge::lab {

/// A value in the document, and the way to it.
class ReadValue {
 public:
  struct Document {
    std::string_view text;
    std::string file;
    Diagnostics* diagnostics;
  };

  ReadValue(const Document& document, const boost::json::value& value, JsonPath path)
      : document_(&document), value_(&value), path_(std::move(path)) {}

  void complain(std::string code, std::string message, std::string hint = "") const;
  SourceLocation where() const;

  /// Complains about every member that is not in `known`. False if this is no object.
  bool expect_members(const std::vector<std::string>& known) const;
  std::optional<ReadValue> find(std::string_view name) const;
  /// Text of a member; empty if it is not there, with a complaint if it is needed.
  std::string text(std::string_view name, bool needed = false) const;
  bool flag(std::string_view name) const;
  void each_member(std::string_view name, const std::function<void(const std::string&, const ReadValue&)>& take) const;
  void each_element(std::string_view name, const std::function<void(const ReadValue&)>& take) const;
  std::string as_text() const;
  std::optional<std::uint64_t> as_number(std::uint64_t least, std::uint64_t most) const;

 private:
  const Document* document_;
  const boost::json::value* value_;
  JsonPath path_;
};

}  // namespace drawbridge::lab
