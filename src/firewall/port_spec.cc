#include "firewall/port_spec.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

class PortReader {
 public:
  PortReader(const Word& word, std::string_view parameter, std::uint8_t protocol, const NameTables& tables, Mistakes& mistakes)
      : word_(word), parameter_(parameter), protocol_(protocol), tables_(tables), mistakes_(mistakes) {}

  std::optional<rules::NumberSet> read() {
    std::vector<rules::Interval> intervals;
    intervals.reserve(static_cast<std::size_t>(std::ranges::count(word_.text, ',')) + 1);
    std::string_view rest = word_.text;
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      const auto interval = read_item(rest.substr(0, comma));
      if (!interval) return std::nullopt;
      intervals.push_back(*interval);
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
    return rules::NumberSet(std::move(intervals));
  }

 private:
  std::optional<rules::Interval> read_item(std::string_view item) {
    const auto colon = item.find(':');
    const auto first = read_port(item.substr(0, colon));
    if (!first) return std::nullopt;
    if (colon == std::string_view::npos) return rules::Interval{*first, *first};
    const auto last = read_port(item.substr(colon + 1));
    if (!last) return std::nullopt;
    if (*last < *first) {
      complain(item, "range-reversed", "the range '" + printable(item, 40) + "' begins behind its end", "write the smaller port first");
      return std::nullopt;
    }
    return rules::Interval{*first, *last};
  }

  std::optional<std::uint16_t> read_port(std::string_view text) {
    if (text.empty()) {
      complain(text, "port-missing", "there is a port missing", "lists have a port, a range or a name between commas");
      return std::nullopt;
    }
    if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
      std::uint16_t port = 0;
      const auto [stop, error] = std::from_chars(text.begin(), text.end(), port);
      if (error == std::errc{}) return port;
      complain(text, "port-invalid", "'" + printable(text, 40) + "' is no port", "ports are 0 to 65535");
      return std::nullopt;
    }
    const auto port = find_service(tables_, text, protocol_);
    if (!port) {
      const bool known = knows_service(tables_, text);
      complain(text, "service-unknown",
               known ? "'" + printable(text, 40) + "' has no port with this protocol" : "'" + printable(text, 40) + "' is no service",
               known ? "choose the other protocol, or write a number" : "write a number, or a name of /etc/services");
    }
    return port;
  }

  void complain(std::string_view item, std::string_view code, std::string message, std::string hint) {
    const auto column = word_.column + static_cast<std::uint32_t>(item.data() - word_.text.data());
    mistakes_.push_back({column, parameter_, code, std::move(message), std::move(hint)});
  }

  const Word& word_;
  std::string_view parameter_;
  std::uint8_t protocol_;
  const NameTables& tables_;
  Mistakes& mistakes_;
};

}  // namespace

std::optional<rules::NumberSet> read_ports(const Word& word, std::string_view parameter, std::uint8_t protocol, const NameTables& tables,
                                           Mistakes& mistakes) {
  return PortReader(word, parameter, protocol, tables, mistakes).read();
}

}  // namespace drawbridge::firewall
