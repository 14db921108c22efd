// What must hold for any bytes read as a network card. Shared by the fuzz target and by the unit tests.
#pragma once

#include <string>
#include <string_view>

#include "guest/nic_string.h"

namespace drawbridge::guest {

/// The promise about one kind's reading that was broken, or "".
inline std::string check_nic_text_of(std::string_view text, Kind kind) {
  const ReadNic read = parse_nic(text, kind, 3, {"f", 1, 1});
  if (read.nic.has_value() == has_errors(read.diagnostics)) return "a card with errors, or errors without a card";
  for (const auto& finding : read.diagnostics) {
    if (finding.where.column == 0 || finding.where.column > text.size() + 1) return "a finding outside the text";
    if (finding.message.empty() || finding.hint.empty()) return "a finding without message or cure";
    if (format_diagnostic(finding).find('\0') != std::string::npos) return "an unprintable finding";
  }
  if (!read.nic) return "";
  const std::string canonical = print_nic(*read.nic);
  const ReadNic again = parse_nic(canonical, kind, 3, {"f", 1, 1});
  if (!again.nic) return "the canonical text has errors: " + canonical;
  if (*again.nic != *read.nic) return "the canonical text is another card: " + canonical;
  if (print_nic(*again.nic) != canonical) return "the canonical text is not canonical: " + canonical;
  return "";
}

inline std::string check_nic_text(std::string_view text) {
  const std::string broken = check_nic_text_of(text, Kind::qemu);
  return broken.empty() ? check_nic_text_of(text, Kind::lxc) : broken;
}

}  // namespace drawbridge::guest
