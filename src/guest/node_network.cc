#include "guest/node_network.h"

#include <algorithm>

#include "network/link_rules.h"

namespace drawbridge::guest {

using network::Link;

const NodeNetwork::Index& NodeNetwork::index() const {
  if (index_) return *index_;
  auto& index = index_.emplace();
  for (const auto& [name, link] : now_.links) {
    if (!link.master.empty()) index.ports.emplace_back(link.master, &link);
    if (link.kind == "vlan") index.vlans.emplace_back(link.parent, &link);
  }
  const auto by_key = [](const auto& pair) { return pair.first; };
  std::ranges::stable_sort(index.ports, {}, by_key);
  std::ranges::stable_sort(index.vlans, {}, by_key);
  return index;
}

std::vector<const Link*> NodeNetwork::of(const Pairs& pairs, std::string_view key) {
  std::vector<const Link*> links;
  for (const auto& [first, link] : std::ranges::equal_range(pairs, key, {}, [](const auto& pair) { return pair.first; }))
    links.push_back(link);
  return links;
}

const Link* NodeNetwork::find(std::string_view name) const {
  const auto found = now_.links.find(name);
  return found == now_.links.end() ? nullptr : &found->second;
}

const Link* NodeNetwork::vlan_of(std::string_view device, std::uint16_t id) const {
  for (const auto* link : of(index().vlans, device))
    if (number_of(link->data, "id") == id && network::text_of(link->data, "protocol") != "802.1ad") return link;
  return nullptr;
}

bool NodeNetwork::has_addresses(std::string_view link) const {
  const auto range =
      std::ranges::equal_range(now_.addresses, link, {}, [](const network::Address& address) -> std::string_view { return address.link; });
  return std::ranges::any_of(
      range, [](const network::Address& address) { return !(address.address.address.is_v6() && address.address.address.is_link_local()); });
}

std::uint64_t number_of(const network::Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  const auto* number = found == attributes.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  return number == nullptr ? 0 : *number;
}

}  // namespace drawbridge::guest
