#include "hypervisor/seed_texts.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/address.h"
#include "base/digest.h"
#include "base/text.h"
#include "guest/address_settings.h"
#include "guest/nic_string.h"

namespace drawbridge::hypervisor {
namespace {

/// A string of JSON is one of YAML.
std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quotes;
  for (const std::string& text : texts) quotes.push_back(quoted(text));
  return "[" + join(quotes, ", ") + "]";
}

std::vector<std::string> list_of(const guest::Settings& settings, std::string_view key) {
  std::vector<std::string> words;
  for (const std::string_view word : split_list(settings.text(key))) words.emplace_back(word);
  return words;
}

class NetworkConfig {
 public:
  NetworkConfig(const guest::Settings& settings, const guest::Machine& machine) : settings_(settings), machine_(machine) {}

  std::string text() {
    text_ = "version: 2\nethernets:\n";
    for (const auto& [slot, nic] : settings_.nics)
      if (nic.mac) card(slot, nic);
    return settings_.nics.empty() ? "version: 2\nethernets: {}\n" : text_;
  }

 private:
  void line(const std::string& words) { text_ += "    " + words + "\n"; }

  void card(std::uint8_t slot, const guest::Nic& nic) {
    const std::string name = "eth" + std::to_string(slot);
    text_ += "  " + name + ":\n";
    line("match:");
    line("  macaddress: " + quoted(to_lower(guest::mac_text(nic))));
    line("set-name: " + name);
    const auto config = machine_.ip_configs.find(slot);
    if (config == machine_.ip_configs.end()) {
      line("optional: true");
      return;
    }
    addresses(guest::effective_addresses(config->second));
  }

  void addresses(const guest::AddressSettings& wanted) {
    std::vector<std::string> fixed;
    for (const auto* setting : {&wanted.ip, &wanted.ip6})
      if (*setting)
        if (const auto* address = std::get_if<InterfaceAddress>(&**setting)) fixed.push_back(format_interface_address(*address));
    const auto is = [](const std::optional<guest::AddressSetting>& setting, const auto& word) {
      return setting && std::holds_alternative<std::decay_t<decltype(word)>>(*setting);
    };
    line(std::string("dhcp4: ") + (is(wanted.ip, guest::DhcpAddress{}) ? "true" : "false"));
    line(std::string("dhcp6: ") + (is(wanted.ip6, guest::DhcpAddress{}) ? "true" : "false"));
    if (wanted.ip6)
      line(std::string("accept-ra: ") + (is(wanted.ip6, guest::SlaacAddress{}) || is(wanted.ip6, guest::DhcpAddress{}) ? "true" : "false"));
    if (!fixed.empty()) line("addresses: " + quoted_list(fixed));
    routes(wanted);
    name_servers();
  }

  void routes(const guest::AddressSettings& wanted) {
    if (!wanted.gw && !wanted.gw6) return;
    line("routes:");
    const auto route = [&](const char* to, const std::optional<IpAddress>& via, const std::optional<guest::AddressSetting>& own) {
      if (!via) return;
      line(std::string("  - to: ") + to);
      line("    via: " + quoted(format_ip(*via)));
      // A gateway outside the guest's subnet is reached on the link all the same.
      const auto* address = own ? std::get_if<InterfaceAddress>(&*own) : nullptr;
      if (address != nullptr && !contains(network_of(*address), *via)) line("    on-link: true");
    };
    route("\"0.0.0.0/0\"", wanted.gw, wanted.ip);
    route("\"::/0\"", wanted.gw6, wanted.ip6);
  }

  void name_servers() {
    const auto servers = list_of(settings_, "nameserver");
    const auto domains = list_of(settings_, "searchdomain");
    if (servers.empty() && domains.empty()) return;
    line("nameservers:");
    if (!servers.empty()) line("  addresses: " + quoted_list(servers));
    if (!domains.empty()) line("  search: " + quoted_list(domains));
  }

  const guest::Settings& settings_;
  const guest::Machine& machine_;
  std::string text_;
};

std::string user_data(const guest::Guest& guest, const guest::Settings& settings) {
  std::string text = "#cloud-config\nhostname: " + quoted(guest.name()) + "\nmanage_etc_hosts: true\n";
  if (const auto* user = settings.find("ciuser")) text += "user: " + quoted(user->text) + "\n";
  if (const auto* password = settings.find("cipassword"))
    text += "password: " + quoted(password->text) + "\nchpasswd:\n  expire: false\nssh_pwauth: true\n";
  if (const auto* keys = settings.find("sshkeys")) {
    text += "ssh_authorized_keys:\n";
    const std::string decoded = guest::decode_text(keys->text);
    for (const std::string_view key : split(decoded, '\n'))
      if (!trim(key).empty()) text += "  - " + quoted(trim(key)) + "\n";
  }
  return text + "users:\n  - default\n";
}

}  // namespace

SeedTexts seed_texts(const guest::Guest& guest, const guest::Settings& settings) {
  const guest::Machine machine = guest::read_machine(settings).machine;
  SeedTexts texts{{}, user_data(guest, settings), NetworkConfig(settings, machine).text()};
  texts.meta_data = "instance-id: " + quoted(sha256_hex(texts.user_data + texts.network_config).substr(0, 32)) +
                    "\nlocal-hostname: " + quoted(guest.name()) + "\n";
  return texts;
}

}  // namespace drawbridge::hypervisor
