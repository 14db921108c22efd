#include "network/types/derived_links.h"

#include "base/text.h"

namespace drawbridge::network {
namespace {

VirtualLine problem_of(const OptionLine& option, std::string problem, std::string hint) {
  VirtualLine line;
  line.option = &option;
  line.problem = std::move(problem);
  line.hint = std::move(hint);
  return line;
}

/// The addresses after the first word; nullopt: one of them is none.
std::optional<std::vector<InterfaceAddress>> read_addresses(const std::vector<std::string_view>& words, std::string_view& wrong) {
  std::vector<InterfaceAddress> addresses;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto address = parse_interface_address(words[i]);
    if (!address) {
      wrong = words[i];
      return std::nullopt;
    }
    addresses.push_back(*address);
  }
  return addresses;
}

VirtualLine read_virtual(const OptionLine& option, const std::string& link, std::string_view first,
                         std::vector<InterfaceAddress> addresses) {
  const auto mac = parse_mac(first);
  if (!mac || mac->is_multicast() || mac->is_zero())
    return problem_of(option, "'" + printable(first) + "' is no MAC address of a link",
                      "write address-virtual 00:00:5e:00:01:0a 192.0.2.1/24");
  return {&option, link, *mac, std::move(addresses), {}, {}};
}

/// RFC 9568, 7.3: 00-00-5E-00-01-ID for IPv4, 00-00-5E-00-02-ID for IPv6.
MacAddress vrrp_mac(std::uint8_t id, bool v6) {
  constexpr std::uint8_t kIana = 0x5E;
  return {{0, 0, kIana, 0, static_cast<std::uint8_t>(v6 ? 2 : 1), id}};
}

void read_vrrp(const OptionLine& option, const std::string& interface, std::string_view first,
               const std::vector<InterfaceAddress>& addresses, std::vector<VirtualLine>& lines) {
  const auto id = parse_number<std::uint8_t>(first);
  if (!id || *id == 0) {
    lines.push_back(problem_of(option, "'" + printable(first) + "' is no VRRP group", "write a number from 1 to 255, then addresses"));
    return;
  }
  for (const bool v6 : {false, true}) {
    VirtualLine line{&option, interface + (v6 ? "-r6-" : "-r4-") + std::to_string(*id), vrrp_mac(*id, v6), {}, {}, {}};
    for (const auto& address : addresses)
      if (address.address.is_v6() == v6) line.addresses.push_back(address);
    if (!line.addresses.empty()) lines.push_back(std::move(line));
  }
}

}  // namespace

std::vector<VirtualLine> virtual_lines(const Interface& interface) {
  std::vector<VirtualLine> lines;
  std::size_t number = 0;
  for (const auto& option : interface.options) {
    const bool vrrp = option.name == "vrrp";
    if (!vrrp && option.name != "address-virtual") continue;
    const std::string link = vrrp ? std::string() : interface.name + "-v" + std::to_string(number++);
    const auto words = split_words(option.value);
    std::string_view wrong;
    auto addresses = read_addresses(words, wrong);
    if (words.size() < 2)
      lines.push_back(problem_of(option, "the line names no address",
                                 vrrp ? "write vrrp 10 192.0.2.1/24" : "write address-virtual 00:00:5e:00:01:0a 192.0.2.1/24"));
    else if (!addresses)
      lines.push_back(problem_of(option, "'" + printable(wrong) + "' is no IP address", "write for example 192.0.2.1/24"));
    else if (vrrp)
      read_vrrp(option, interface.name, words.front(), *addresses, lines);
    else
      lines.push_back(read_virtual(option, link, words.front(), std::move(*addresses)));
  }
  return lines;
}

}  // namespace drawbridge::network
