// What must hold for any bytes from QEMU's control socket. Shared by the fuzz target and by the unit tests.
#pragma once

#include <string>
#include <string_view>

#include "hypervisor/qmp_message.h"

namespace drawbridge::hypervisor {

/// The promise that was broken, or "".
inline std::string check_qmp_bytes(std::string_view bytes) {
  // The same bytes in one piece and byte by byte are the same lines.
  LineBuffer whole;
  LineBuffer pieces;
  if (!whole.add(bytes)) return "a short text is too long";
  std::string from_pieces;
  for (const char byte : bytes) {
    if (!pieces.add({&byte, 1})) return "a short text is too long";
    while (const auto line = pieces.take()) from_pieces += *line + "\n";
  }
  std::string from_whole;
  while (const auto line = whole.take()) {
    from_whole += *line + "\n";
    const auto message = parse_qmp_message(*line);
    if (!message && message.error().what.empty()) return "an error without words";
    if (message && std::holds_alternative<QmpEvent>(*message) && std::get<QmpEvent>(*message).name.empty()) return "an event without name";
  }
  return from_whole == from_pieces ? "" : "lines depend on how the bytes come";
}

}  // namespace drawbridge::hypervisor
