#include "guest/nic_string.h"

#include <algorithm>

#include "base/text.h"
#include "guest/nic_reader.h"

namespace drawbridge::guest {
namespace {

/// Lists what is said.
class FieldList {
 public:
  void text(const char* key, const std::string& value) {
    if (!value.empty()) fields_.push_back({key, value, false});
  }
  template <class T>
  void number(const char* key, const std::optional<T>& value) {
    if (value) fields_.push_back({key, std::to_string(+*value), true});
  }
  void flag(const char* key, const std::optional<bool>& value) {
    if (value) fields_.push_back({key, *value ? "1" : "0", true});
  }
  void address(const char* key, const std::optional<AddressSetting>& value) {
    if (value) text(key, print_address_setting(*value));
  }
  void gateway(const char* key, const std::optional<IpAddress>& value) {
    if (value) text(key, format_ip(*value));
  }
  void rate(const std::optional<Rate>& value) {
    if (value) fields_.push_back({"rate", value->text, true});
  }
  std::vector<NicField> take() { return std::move(fields_); }

 private:
  std::vector<NicField> fields_;
};

}  // namespace

std::string mac_text(const Nic& nic) {
  if (!nic.mac_spelling.empty() || !nic.mac) return nic.mac_spelling;
  std::string text = format_mac(*nic.mac);
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

ReadNic parse_nic(std::string_view text, Kind kind, std::uint8_t slot, const SourceLocation& start) {
  NicReader reader(kind, slot, start);
  for (const Item& item : split_items(text)) reader.read(item);
  reader.finish();
  return reader.take();
}

std::vector<NicField> nic_fields(const Nic& nic) {
  const bool lxc = nic.kind == Kind::lxc;
  FieldList list;
  list.text("bridge", nic.bridge);
  list.flag("firewall", nic.firewall);
  list.gateway("gw", nic.addresses.gw);
  list.gateway("gw6", nic.addresses.gw6);
  list.flag("host-managed", nic.host_managed);
  list.flag("host-tunnel", nic.host_tunnel);
  if (lxc) list.text("hwaddr", mac_text(nic));
  list.address("ip", nic.addresses.ip);
  list.address("ip6", nic.addresses.ip6);
  list.flag("link_down", nic.link_down);
  if (!lxc) list.text("macaddr", mac_text(nic));
  list.text("model", nic.model);
  list.number("mtu", nic.mtu);
  list.text("name", nic.name);
  list.number("queues", nic.queues);
  list.rate(nic.rate);
  list.number("tag", nic.tag);
  list.text("trunks", print_trunks(nic.trunks));
  if (lxc) list.text("type", "veth");
  return list.take();
}

std::string print_nic(const Nic& nic) {
  std::vector<std::string> items{nic.kind == Kind::lxc ? "name=" + nic.name : nic.mac ? nic.model + "=" + mac_text(nic) : nic.model};
  for (const NicField& field : nic_fields(nic))
    if (field.key != "model" && field.key != "macaddr" && field.key != "name") items.push_back(field.key + "=" + field.value);
  return join(items, ",");
}

const std::vector<std::string>& nic_models() {
  static const std::vector<std::string> kModels{"e1000",  "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e",
                                                "i82551", "i82557b",       "i82559er",      "ne2k_isa",      "ne2k_pci",
                                                "pcnet",  "rtl8139",       "virtio",        "vmxnet3"};
  return kModels;
}

std::vector<std::string> nic_keys(Kind kind) {
  std::vector<std::string> names;
  for (const auto& key : NicReader::keys())
    if (key.is_of(kind)) names.emplace_back(key.name);
  return names;
}

}  // namespace drawbridge::guest
