// Random texts that look like interfaces files, for property tests.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace drawbridge::interfaces {

/// Lines of every kind, well-formed and not, in any order, with LF or CR LF, with or without a line end at the end.
inline rc::Gen<std::string> interfaces_text() {
  const auto line = rc::gen::element<std::string>(
      "", "  ", "# comment", "#", "\t# indented comment", "auto lo", "auto a b", "allow-hotplug a", "iface lo inet loopback",
      "iface a inet static", "iface a inet6 auto", "iface b", "iface a ipx x", "iface", "\taddress 10.0.0.1/24",
      "\taddress 10.0.0.2/24 # x", "  netmask 24", "bridge_ports a b", "\tbridge-ports none", "\tpost-up echo \\", "\tmtu", "\tmtu 1500  ",
      "source x", "source-directory y", "mapping m", "\tscript s", "vlan 5", "no-scripts a", "quux", "auto \\", "\\", "\tup a\\b");
  const auto lines = rc::gen::container<std::vector<std::string>>(line);
  return rc::gen::map(rc::gen::tuple(lines, rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>()), [](const auto& parts) {
    const auto& [texts, crlf, ended] = parts;
    std::string result;
    for (const auto& text : texts) {
      if (&text != &texts.front()) result += crlf ? "\r\n" : "\n";
      result += text;
    }
    return result + (ended ? (crlf ? "\r\n" : "\n") : "");
  });
}

}  // namespace drawbridge::interfaces
