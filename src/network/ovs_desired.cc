#include "network/ovs_desired.h"

#include <algorithm>

#include "base/text.h"
#include "network/port_list.h"
#include "network/types/types.h"
#include "network/validate_checks.h"

namespace drawbridge::network {
namespace {

class OvsResolver {
 public:
  explicit OvsResolver(const Model& model) : model_(model) {}

  DesiredOvs run() {
    for (const auto& [name, interface] : model_.interfaces)
      if (interface.type == InterfaceType::ovs_bridge && interface.declared && interface.autostart) add_bridge(interface);
    // Some ports are not in their bridge's list, but name it.
    for (const auto& [name, interface] : model_.interfaces)
      if (const auto bridge = result_.bridges.find(trim(interface.option("ovs-bridge"))); bridge != result_.bridges.end())
        add_port(interface.name, interface.where, bridge->second);
    sort_diagnostics(result_.diagnostics);
    return std::move(result_);
  }

 private:
  void report(const OptionLine& option, std::string_view text, std::string hint) {
    result_.diagnostics.push_back({option.value_where,
                                   Severity::error,
                                   "value-invalid",
                                   "'" + printable(text) + "' is no value for " + printable(option.name),
                                   std::move(hint),
                                   {}});
  }

  std::optional<std::uint32_t> mtu_of(const Interface& interface) {
    const auto* option = interface.find_option("mtu");
    if (option == nullptr) return std::nullopt;
    constexpr std::uint32_t kLeast = 68;
    constexpr std::uint32_t kMost = 65535;
    const auto mtu = parse_number<std::uint32_t>(trim(option->value));
    if (mtu && *mtu >= kLeast && *mtu <= kMost) return mtu;
    report(*option, option->value, "write a number from 68 to 65535");
    return std::nullopt;
  }

  void add_bridge(const Interface& interface) {
    DesiredOvsBridge bridge;
    bridge.name = interface.name;
    bridge.where = interface.where;
    bridge.mtu = mtu_of(interface);
    for (const auto& word : ovs_options_of(interface)) bridge.columns.insert_or_assign(word.key, word.value);
    for (const auto& option : interface.options)
      if (option.name == "ovs-extra") bridge.extra.push_back({option.value, option.where});
    auto& added = result_.bridges.insert_or_assign(bridge.name, std::move(bridge)).first->second;
    for (const auto& word : port_words(interface, "ovs-ports"))
      if (word.kind == PortWordKind::name) add_port(word.text, word.where, added);
  }

  void add_port(const std::string& name, const SourceLocation& where, DesiredOvsBridge& bridge) {
    if (name == bridge.name || result_.ports.contains(name)) return;
    DesiredOvsPort port;
    port.name = name;
    port.bridge = bridge.name;
    port.where = where;
    if (const Interface* interface = model_.find(name); interface != nullptr && interface->declared) describe(*interface, port);
    bridge.ports.push_back(name);
    result_.ports.emplace(name, std::move(port));
  }

  void describe(const Interface& interface, DesiredOvsPort& port) {
    port.where = interface.where;
    port.kind = kind_of(interface);
    port.mtu = mtu_of(interface);
    if (port.kind == OvsPortKind::bond)
      for (const auto& word : port_words(interface, "ovs-bonds")) port.members.push_back(word.text);
    if (port.kind == OvsPortKind::patch) port.peer = trim(interface.option("ovs-patch-peer"));
    if (port.kind == OvsPortKind::tunnel) describe_tunnel(interface, port);
    if (const auto* option = interface.find_option("ovs-options")) read_columns(interface, *option, port);
  }

  static OvsPortKind kind_of(const Interface& interface) {
    const auto type = interface.option("ovs-type");
    if (type == "OVSIntPort") return OvsPortKind::internal;
    if (type == "OVSBond") return OvsPortKind::bond;
    if (type == "OVSTunnel") return OvsPortKind::tunnel;
    return type == "OVSPatchPort" ? OvsPortKind::patch : OvsPortKind::system;
  }

  static void describe_tunnel(const Interface& interface, DesiredOvsPort& port) {
    port.tunnel_type = trim(interface.option("ovs-tunnel-type"));
    for (const auto word : split_words(interface.option("ovs-tunnel-options"))) {
      const auto equals = word.find('=');
      if (equals == std::string_view::npos) continue;
      auto key = word.substr(0, equals);
      if (key.starts_with("options:")) key.remove_prefix(8);
      port.tunnel_options.insert_or_assign(std::string(key), std::string(word.substr(equals + 1)));
    }
  }

  void read_columns(const Interface& interface, const OptionLine& option, DesiredOvsPort& port) {
    for (auto& word : ovs_options_of(interface)) {
      if (word.key == "tag")
        read_tag(option, word.value, port);
      else if (word.key == "trunks")
        read_trunks(option, word.value, port);
      else
        port.columns.insert_or_assign(word.key, word.value);
    }
  }

  void read_tag(const OptionLine& option, std::string_view text, DesiredOvsPort& port) {
    const auto range = parse_vid_range(text);
    if (range && range->first == range->second)
      port.tag = range->first;
    else
      report(option, text, "write a tag from 1 to 4094");
  }

  void read_trunks(const OptionLine& option, std::string_view text, DesiredOvsPort& port) {
    for (const auto word : split(text, ',')) {
      const auto range = parse_vid_range(word);
      if (!range) {
        report(option, word, "write ids from 1 to 4094, separated by commas");
        continue;
      }
      for (std::uint16_t id = range->first; id <= range->second; ++id) port.trunks.push_back(id);
    }
    std::ranges::sort(port.trunks);
    const auto repeated = std::ranges::unique(port.trunks);
    port.trunks.erase(repeated.begin(), repeated.end());
  }

  const Model& model_;
  DesiredOvs result_;
};

}  // namespace

DesiredOvs resolve_ovs(const Model& model) { return OvsResolver(model).run(); }

}  // namespace drawbridge::network
