#include "guest/nic_reader.h"

#include <algorithm>

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/rate.h"

namespace drawbridge::guest {
namespace {

bool is_model(std::string_view word) { return std::ranges::find(nic_models(), word) != nic_models().end(); }

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

std::string value_of(const Item& item) { return std::string(item.key) + ": " + quoted(item.value) + " "; }

std::string kind_name(Kind kind) { return kind == Kind::qemu ? "a VM's card" : "a container's card"; }

}  // namespace

NicReader::NicReader(Kind kind, std::uint8_t slot, const SourceLocation& start) : findings_(start) {
  nic_.kind = kind;
  nic_.slot = slot;
}

template <std::optional<bool> Nic::* Member>
void NicReader::read_flag(const Item& item) {
  const auto on = parse_switch(item.value);
  if (on) {
    nic_.*Member = *on;
  } else {
    findings_.error(item.value_offset, "flag-invalid", value_of(item) + "is neither on nor off", "write 1 or 0");
  }
}

const std::vector<NicReader::Key>& NicReader::keys() {
  static const std::vector<Key> kKeys{
      {"bridge", true, true, &NicReader::read_bridge},
      {"firewall", true, true, &NicReader::read_flag<&Nic::firewall>},
      {"gw", false, true, &NicReader::read_address},
      {"gw6", false, true, &NicReader::read_address},
      {"host-managed", false, true, &NicReader::read_flag<&Nic::host_managed>},
      {"host-tunnel", true, false, &NicReader::read_flag<&Nic::host_tunnel>},
      {"hwaddr", false, true, &NicReader::read_mac},
      {"ip", false, true, &NicReader::read_address},
      {"ip6", false, true, &NicReader::read_address},
      {"link_down", true, true, &NicReader::read_flag<&Nic::link_down>},
      {"macaddr", true, false, &NicReader::read_mac},
      {"model", true, false, &NicReader::read_model},
      {"mtu", true, true, &NicReader::read_mtu},
      {"name", false, true, &NicReader::read_name},
      {"queues", true, false, &NicReader::read_queues},
      {"rate", true, true, &NicReader::read_rate},
      {"tag", true, true, &NicReader::read_tag},
      {"trunks", true, true, &NicReader::read_trunks},
      {"type", false, true, &NicReader::read_type},
  };
  return kKeys;
}

bool NicReader::claim(std::string_view key, const Item& item) {
  const auto [before, fresh] = seen_.emplace(key, item.key_offset);
  if (fresh) return true;
  const std::string_view said = item.has_equals ? item.key : item.value;
  findings_.error(item.key_offset, "key-duplicate",
                  said == key ? quoted(key) + " is given twice" : quoted(said) + " gives " + std::string(key) + " a second time",
                  "leave one of them out");
  return false;
}

void NicReader::read(const Item& item) {
  if (!item.has_equals) return read_bare(item);
  if (nic_.kind == Kind::qemu && is_model(item.key)) return read_model_with_mac(item);
  const auto key = std::ranges::find_if(keys(), [&](const Key& known) { return known.name == item.key && known.is_of(nic_.kind); });
  if (key == keys().end()) return refuse_unknown(item);
  if (!claim(key->name, item)) return;
  if (item.value.empty()) {
    findings_.error(item.value_offset, "value-missing", quoted(item.key) + " has no value",
                    "write " + std::string(item.key) + "=VALUE, or leave it out");
    return;
  }
  (this->*key->read)(item);
}

void NicReader::read_bare(const Item& item) {
  if (nic_.kind == Kind::qemu && is_model(item.value)) {
    if (claim("model", item)) nic_.model = item.value;
    return;
  }
  if (nic_.kind == Kind::qemu) {
    seen_.emplace("model", item.key_offset);  // one mistake, one finding
    const auto meant = nearest(item.value, nic_models());
    findings_.error(item.key_offset, "model-unknown", quoted(item.value) + " is no model of a card",
                    meant ? "did you mean " + *meant + "?" : "write key=value, or one of " + join(nic_models(), ", "));
  } else {
    findings_.error(item.key_offset, "key-missing", quoted(item.value) + " has no key", "write key=value, for example name=eth0");
  }
}

void NicReader::read_model_with_mac(const Item& item) {
  if (!claim("model", item) || !claim("macaddr", item)) return;
  nic_.model = item.key;
  read_mac(item);
}

void NicReader::refuse_unknown(const Item& item) {
  std::vector<std::string> known = nic_keys(nic_.kind);
  std::string hint;
  const auto other = std::ranges::find(keys(), item.key, &Key::name);
  if (other != keys().end()) {
    hint = "it is a key of " + kind_name(nic_.kind == Kind::qemu ? Kind::lxc : Kind::qemu);
    if (item.key == "hwaddr") hint += "; here it is macaddr";
    if (item.key == "macaddr") hint += "; here it is hwaddr";
  } else if (const auto swapped = replace_all(replace_all(to_lower(item.key), '_', '-'), ' ', '-');
             std::ranges::find(known, swapped) != known.end()) {
    hint = "did you mean " + swapped + "?";
  } else {
    if (nic_.kind == Kind::qemu) known.insert(known.end(), nic_models().begin(), nic_models().end());
    const auto meant = nearest(item.key, known);
    hint = meant ? "did you mean " + *meant + "?" : "it takes " + join(nic_keys(nic_.kind), ", ");
  }
  findings_.error(item.key_offset, "key-unknown", quoted(item.key) + " is no key of " + kind_name(nic_.kind), hint);
}

void NicReader::read_model(const Item& item) {
  if (is_model(item.value)) {
    nic_.model = item.value;
    return;
  }
  const auto meant = nearest(item.value, nic_models());
  findings_.error(item.value_offset, "model-unknown", value_of(item) + "is no model of a card",
                  meant ? "did you mean " + *meant + "?" : "write one of " + join(nic_models(), ", "));
}

void NicReader::read_mac(const Item& item) {
  const auto mac = parse_mac(item.value);
  if (!mac) {
    findings_.error(item.value_offset, "mac-invalid", value_of(item) + "is no MAC address",
                    "write six pairs of hex digits: BC:24:11:5A:07:E1");
  } else if (mac->is_multicast()) {
    findings_.error(item.value_offset, "mac-multicast", value_of(item) + "is a multicast address, which no card may have",
                    "make the second hex digit even");
  } else if (mac->is_zero()) {
    findings_.error(item.value_offset, "mac-invalid", value_of(item) + "is the address of nobody", "leave it out to get one made");
  } else {
    nic_.mac = *mac;
    const bool upper = std::ranges::none_of(item.value, [](char c) { return c >= 'a' && c <= 'f'; });
    if (!upper) nic_.mac_spelling = item.value;
  }
}

void NicReader::read_bridge(const Item& item) {
  if (is_device_word(item.value)) {
    nic_.bridge = item.value;
  } else {
    findings_.error(item.value_offset, "bridge-invalid", value_of(item) + "can't be the name of a bridge",
                    "use letters, digits, '-', '_' and '.'");
  }
}

void NicReader::read_name(const Item& item) {
  if (!is_device_word(item.value)) {
    findings_.error(item.value_offset, "name-invalid", value_of(item) + "can't be the name of a card",
                    "use letters, digits, '-', '_' and '.'");
  } else if (item.value.size() > kLongestDeviceName || item.value == "." || item.value == ".." || item.value == "lo") {
    findings_.error(item.value_offset, "name-invalid", value_of(item) + "is a name that the kernel refuses",
                    "use another of at most 15 characters");
  } else {
    nic_.name = item.value;
  }
}

void NicReader::read_tag(const Item& item) {
  const auto tag = parse_number<std::uint16_t>(item.value);
  if (tag && *tag >= 1 && *tag <= 4094) {
    nic_.tag = tag;
  } else {
    findings_.error(item.value_offset, "tag-invalid", value_of(item) + "is no VLAN id",
                    item.value == "0" ? "leave tag out for none" : "write 1 to 4094");
  }
}

void NicReader::read_trunks(const Item& item) {
  auto trunks = parse_trunks(item.value, nic_.kind);
  if (trunks) {
    nic_.trunks = std::move(*trunks);
  } else {
    findings_.error(item.value_offset, "trunks-invalid", "trunks: " + trunks.error().what, trunks.error().hint);
  }
}

void NicReader::read_rate(const Item& item) {
  auto rate = parse_rate(item.value);
  if (rate) {
    nic_.rate = std::move(*rate);
  } else {
    findings_.error(item.value_offset, "rate-invalid", "rate: " + rate.error().what, rate.error().hint);
  }
}

void NicReader::read_queues(const Item& item) {
  const auto queues = parse_number<std::uint8_t>(item.value);
  if (queues && *queues <= 64) {
    nic_.queues = queues;
  } else {
    findings_.error(item.value_offset, "queues-invalid", value_of(item) + "is no number of queues", "write 0 to 64");
  }
}

void NicReader::read_mtu(const Item& item) {
  const auto mtu = parse_number<std::uint32_t>(item.value);
  const bool qemu = nic_.kind == Kind::qemu;
  if (mtu && *mtu >= (qemu ? 1U : 64U) && *mtu <= (qemu ? 65520U : 65535U)) {
    nic_.mtu = mtu;
  } else {
    findings_.error(item.value_offset, "mtu-invalid", value_of(item) + "is no MTU",
                    qemu ? "write 576 to 65520, or 1 for that of the bridge" : "write 64 to 65535, or leave it out for that of the bridge");
  }
}

void NicReader::read_type(const Item& item) {
  if (item.value != "veth") findings_.error(item.value_offset, "type-invalid", value_of(item) + "is no type of a card", "write veth");
}

void NicReader::read_address(const Item& item) { read_address_item(item, nic_.addresses, offsets_, findings_); }

void NicReader::warn_without_effect(std::string_view key, const std::string& why) {
  findings_.warn(seen_.at(key), "key-without-effect", quoted(key) + " has no effect " + why, "leave it out");
}

void NicReader::check_host_managed() {
  const auto& ip6 = nic_.addresses.ip6;
  if (nic_.is_host_managed() && ip6 && std::holds_alternative<SlaacAddress>(*ip6))
    findings_.error(offsets_.ip6, "host-managed-slaac",
                    "ip6=auto can't be host-managed: only the container itself hears router advertisements",
                    "use ip6=dhcp or an address, or leave host-managed out");
}

void NicReader::check_gateway(std::string_view key, const std::optional<IpAddress>& gateway, const std::optional<AddressSetting>& address) {
  if (gateway && !(address && std::holds_alternative<InterfaceAddress>(*address))) warn_without_effect(key, "without a static address");
}

void NicReader::finish() {
  const bool qemu = nic_.kind == Kind::qemu;
  if (const char* required = qemu ? "model" : "name"; !seen_.contains(required))
    findings_.error(0, "key-missing", kind_name(nic_.kind) + " needs a " + required,
                    qemu ? "begin with the model: virtio,bridge=vmbr0" : "begin with the name: name=eth0,bridge=vmbr0");
  if (findings_.has_errors()) return;
  check_host_managed();
  if (qemu && nic_.model != "virtio")
    for (const char* key : {"queues", "mtu", "host-tunnel"})
      if (seen_.contains(key)) warn_without_effect(key, "on the model " + nic_.model);
  if (nic_.bridge.empty())
    for (const char* key : {"tag", "trunks", "firewall", "rate"})
      if (seen_.contains(key)) warn_without_effect(key, "without a bridge");
  check_gateway("gw", nic_.addresses.gw, nic_.addresses.ip);
  check_gateway("gw6", nic_.addresses.gw6, nic_.addresses.ip6);
}

ReadNic NicReader::take() {
  ReadNic read;
  if (!findings_.has_errors()) read.nic = std::move(nic_);
  read.diagnostics = findings_.take();
  sort_diagnostics(read.diagnostics);
  return read;
}

}  // namespace drawbridge::guest
