// Reads the items of one card, each key by its row of a table.
#pragma once

#include <map>
#include <string_view>

#include "guest/address_settings.h"
#include "guest/nic_string.h"

namespace drawbridge::guest {

class NicReader {
 public:
  NicReader(Kind kind, std::uint8_t slot, const SourceLocation& start);
  void read(const Item& item);
  /// What only the whole string shows: a required key, keys without effect.
  void finish();
  ReadNic take();

  /// A key and how its value is read.
  struct Key {
    std::string_view name;
    bool qemu = false;
    bool lxc = false;
    void (NicReader::*read)(const Item&) = nullptr;
    bool is_of(Kind kind) const { return kind == Kind::qemu ? qemu : lxc; }
  };
  static const std::vector<Key>& keys();

 private:
  bool claim(std::string_view key, const Item& item);
  void read_bare(const Item& item);
  void read_model_with_mac(const Item& item);
  void refuse_unknown(const Item& item);
  void warn_without_effect(std::string_view key, const std::string& why);

  void read_model(const Item& item);
  void read_mac(const Item& item);
  void read_bridge(const Item& item);
  void read_name(const Item& item);
  void read_tag(const Item& item);
  void read_trunks(const Item& item);
  void read_rate(const Item& item);
  void read_queues(const Item& item);
  void read_mtu(const Item& item);
  void read_type(const Item& item);
  void read_address(const Item& item);
  template <std::optional<bool> Nic::* Member>
  void read_flag(const Item& item);

  void check_host_managed();
  void check_gateway(std::string_view key, const std::optional<IpAddress>& gateway, const std::optional<AddressSetting>& address);

  Nic nic_;
  Findings findings_;
  AddressOffsets offsets_;
  std::map<std::string_view, std::size_t> seen_;  ///< canonical key to the item's offset
};

/// "id[-id](;id[-id])*", without ranges for LXC.
Result<std::vector<VlanRange>> parse_trunks(std::string_view text, Kind kind);
std::string print_trunks(const std::vector<VlanRange>& trunks);

}  // namespace drawbridge::guest
