#include "guest/hook_call.h"

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/property_string.h"

namespace drawbridge::guest {
namespace {

constexpr const char* kLxcHint = "LXC calls it, as lxc.net.N.script.up and lxc.net.N.script.down";

/// What both versions of LXC's hooks tell.
struct LxcFacts {
  std::string container, section, direction, type, device;
};

std::string text_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

LxcFacts lxc_facts(const std::vector<std::string>& words, const Environment& environment) {
  // Version 1 passes its words as well, but without the first three. The bridge between type and device is left out if there is
  // none, since LXC puts its words into a line for the shell.
  if (words.size() >= 5 && words[1] == "net") return {words[0], words[1], words[2], words[3], words.back()};
  // With version 0 nothing but the name is in the environment.
  if (words.size() == 4 && words[1] == "net") return {words[0], words[1], words[2], words[3], {}};
  return {text_of(environment, "LXC_NAME"), text_of(environment, "LXC_HOOK_SECTION"), text_of(environment, "LXC_HOOK_TYPE"),
          text_of(environment, "LXC_NET_TYPE"), text_of(environment, "LXC_NET_PEER")};
}

/// One card of an LXC configuration.
struct LxcCard {
  std::string pair, address;
};

/// "lxc.net.0.hwaddr" to 0 and "hwaddr"; an empty word for any other key.
std::pair<unsigned, std::string_view> lxc_net_key(std::string_view key) {
  constexpr std::string_view kPrefix = "lxc.net.";
  if (!key.starts_with(kPrefix)) return {};
  key.remove_prefix(kPrefix.size());
  const auto dot = key.find('.');
  const auto index = parse_number<unsigned>(key.substr(0, dot));
  if (!index || dot == std::string_view::npos) return {};
  return {*index, key.substr(dot + 1)};
}

std::map<unsigned, LxcCard> lxc_cards(std::string_view configuration) {
  std::map<unsigned, LxcCard> cards;
  for (const auto line : split(configuration, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto [index, key] = lxc_net_key(trim(line.substr(0, equals)));
    const std::string value(trim(line.substr(equals + 1)));
    if (key == "type") cards.try_emplace(index);
    if (key == "veth.pair") cards[index].pair = value;
    if (key == "hwaddr") cards[index].address = value;
  }
  return cards;
}

}  // namespace

Result<LxcCall> read_lxc_call(PortAction expected, const std::vector<std::string>& words, const Environment& environment) {
  const LxcFacts facts = lxc_facts(words, environment);
  if (facts.section != "net" || facts.direction != (expected == PortAction::plug ? "up" : "down"))
    return fail(Errc::invalid_input, "'" + printable(join(words, " ")) + "' is no call of LXC's", {}, kLxcHint);
  if (facts.type != "veth")
    return fail(Errc::unsupported, "cards of type '" + printable(facts.type) + "' have no port on the host", {},
                "use lxc.net.N.type = veth");
  if (facts.device.size() > kLongestDeviceName || !is_device_word(facts.device))
    return fail(Errc::invalid_input, "'" + printable(facts.device) + "' can't be the name of a device", {}, kLxcHint);
  return LxcCall{expected, facts.container, facts.device};
}

std::optional<MacAddress> lxc_card_mac(std::string_view configuration, std::string_view device) {
  const LxcCard* unnamed = nullptr;
  std::size_t without_name = 0;
  const auto cards = lxc_cards(configuration);
  const auto address = [](const LxcCard& card) {
    const auto mac = parse_mac(card.address);
    return mac ? std::optional(*mac) : std::nullopt;
  };
  for (const auto& [index, card] : cards) {
    if (card.pair == device) return address(card);
    if (!card.pair.empty()) continue;
    unnamed = &card;
    ++without_name;
  }
  return without_name == 1 ? address(*unnamed) : std::nullopt;
}

Result<LibvirtCall> read_libvirt_call(const std::vector<std::string>& words) {
  if (words.size() < 3)
    return fail(Errc::invalid_input, "'" + printable(join(words, " ")) + "' is no call of libvirt's", {},
                "libvirt calls it from /etc/libvirt/hooks/qemu, with domain, operation, sub-operation and one word more");
  LibvirtCall call;
  call.domain = words[0];
  const std::string& operation = words[1];
  call.too_early = operation == "start";
  call.must_succeed = operation == "reconnect";
  if (operation == "start" || operation == "started" || operation == "reconnect" || operation == "attach") call.action = PortAction::plug;
  if (operation == "stopped") call.action = PortAction::unplug;
  return call;
}

}  // namespace drawbridge::guest
