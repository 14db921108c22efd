// What must hold for any bytes read as a guest's configuration file. Shared by the fuzz target and by the unit test that runs its
// corpus.
#pragma once

#include <string>
#include <string_view>

#include "guest/edit.h"
#include "guest/guest.h"
#include "guest/machine.h"

namespace drawbridge::guest {

/// The promise about edits that was broken, or "".
inline std::string check_edits(const Document& document, const Guest& before) {
  const Change change{{{"cores", "3"}, {"net7", "virtio=BC:24:11:00:00:07,bridge=b"}}, {"name", "net0"}};
  const Document now = set_current(document, change);
  const Guest changed = make_guest(now, 100, Kind::qemu, "n");
  if (changed.settings.text("cores") != "3" || !changed.settings.nics.contains(7)) return "a value is not there after it was set";
  if (changed.settings.find("name") != nullptr || changed.settings.nics.contains(0)) return "a key is there after it was taken out";
  if (changed.settings.raw.size() != before.settings.raw.size()) return "a raw key was lost";
  if (changed.snapshots.size() != before.snapshots.size()) return "a snapshot was lost";
  if (set_current(now, change) != now) return "the same edit changes something again";
  const Document later = set_pending(document, Kind::qemu, change);
  if (set_pending(later, Kind::qemu, change) != later) return "the same pending edit changes something again";
  const Settings next = next_settings(make_guest(later, 100, Kind::qemu, "n"));
  if (next.text("cores") != "3" || next.find("name") != nullptr) return "what is pending is not what was asked";
  const Guest applied = make_guest(apply_pending(later), 100, Kind::qemu, "n");
  if (!applied.pending.empty()) return "something is pending after all was applied";
  if (applied.settings.text("cores") != "3" || applied.settings.find("name") != nullptr) return "what was pending is not how it is";
  return "";
}

inline std::string check_guest_document(std::string_view bytes) {
  const Document document = parse_document(bytes, "f");
  if (print(document) != bytes) return "print(parse(x)) differs from x";
  for (const Kind kind : {Kind::qemu, Kind::lxc}) {
    const Guest guest = make_guest(document, 100, kind, "n");
    Diagnostics findings = guest.diagnostics;
    for (const auto& finding : read_machine(guest.settings).diagnostics) findings.push_back(finding);
    for (const auto& finding : findings)
      if (finding.where.line == 0 || finding.where.column == 0 || finding.hint.empty() ||
          format_diagnostic(finding).find('\0') != std::string::npos)
        return "an unprintable or homeless finding, or one without a cure";
  }
  return check_edits(document, make_guest(document, 100, Kind::qemu, "n"));
}

}  // namespace drawbridge::guest
