// What must hold for any bytes read as a libvirt domain. Shared by the fuzz target and by the unit tests.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "guest/domain_xml.h"

namespace drawbridge::guest {

/// The promise that was broken, or "".
inline std::string check_domain_xml(std::string_view xml) {
  const auto read = read_domain_interfaces(xml, "f");
  if (!read) {
    if (read.error().code != Errc::invalid_input) return "an error of another kind";
    if (read.error().what.empty() || read.error().where.file != "f") return "an error without message or place";
    return format_diagnostic(to_diagnostic(read.error(), "x")).find('\0') == std::string::npos ? "" : "an unprintable error";
  }
  std::size_t line = 0;
  for (const auto& one : *read) {
    if (one.where.line < line) return "interfaces out of order";
    line = one.where.line;
    if (one.device.size() > 15 || one.device.find('/') != std::string::npos || one.device.find('\0') != std::string::npos)
      return "a name that no device has";
  }
  const auto again = read_domain_interfaces(xml, "f");
  return again && *again == *read ? "" : "the same bytes read otherwise";
}

}  // namespace drawbridge::guest
