#include "network/model_addresses.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "network/option_key.h"

namespace drawbridge::network {
namespace {

using interfaces::Option;

class AddressReader {
 public:
  AddressReader(const interfaces::Stanza& stanza, Interface& interface, Diagnostics& diagnostics)
      : stanza_(stanza), interface_(interface), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& option : stanza_.options) {
      const std::string name = canonical_option(option.name);
      if (name == "address") {
        finish_address();
        address_ = &option;
        // What stood above the first address is about that one.
        if (seen_address_) qualifiers_.clear();
        seen_address_ = true;
      } else if (is_address_qualifier(name)) {
        if (address_ != nullptr || !seen_address_) qualifiers_.emplace_back(name, &option);
      } else if (name == "gateway") {
        gateways_.push_back(&option);
      } else if (name == "metric") {
        metrics_.push_back(&option);
      }
    }
    finish_address();
    read_gateways();
  }

 private:
  void report(const Option& option, Severity severity, std::string code, std::string message, std::string hint) {
    diagnostics_.push_back({option.value_where, severity, std::move(code), std::move(message), std::move(hint), {}});
  }

  void finish_address() {
    if (address_ == nullptr) return;
    const Option& option = *std::exchange(address_, nullptr);
    if (auto line = read_address(option)) {
      for (const auto& [name, qualifier] : qualifiers_) qualify(*line, name, *qualifier, option);
      if (!line->address.address.is_unspecified()) interface_.addresses.push_back(std::move(*line));
    }
    qualifiers_.clear();
  }

  std::optional<AddressLine> read_address(const Option& option) {
    const auto slash = option.value.find('/');
    const std::string_view text = option.value;
    // "10.0.0.1/255.255.255.0" is accepted by other readers too.
    if (slash != std::string::npos && text.find('.', slash) != std::string_view::npos) {
      const auto ip = parse_ip(text.substr(0, slash));
      const auto length = parse_netmask(text.substr(slash + 1));
      if (ip && length && ip->is_v4()) return AddressLine{{*ip, *length}, {}, {}, option.value_where, {}};
    }
    auto address = parse_interface_address(text);
    if (address) return AddressLine{*address, {}, {}, option.value_where, {}};
    std::string hint = address.error().hint;
    if (hint.empty()) hint = address_hint(text);
    report(option, Severity::error, "address-invalid", address.error().what, std::move(hint));
    return std::nullopt;
  }

  static std::string address_hint(std::string_view text) {
    const auto words = split_words(text);
    if (words.size() > 1 && words[1].starts_with('#')) return "comments need a line of their own";
    if (words.size() > 1) return "one address per line; write a further address line for each";
    return text.find(':') == std::string_view::npos ? "write for example 192.0.2.10/24" : "write for example 2001:db8::10/64";
  }

  void qualify(AddressLine& line, const std::string& name, const Option& option, const Option& address) {
    if (name == "netmask") return set_length(line, option, address);
    if (name == "scope") {
      line.scope = option.value;
      return;
    }
    if (name == "preferred-lifetime") return set_preferred(line, option);
    if (name == "broadcast") {
      if (option.value == "+" || option.value == "-") return;
      line.broadcast = read_ip(option, "broadcast-invalid", line.address.address.family);
    } else if (name == "pointopoint") {
      line.peer = read_ip(option, "peer-invalid", line.address.address.family);
    }
  }

  void set_preferred(AddressLine& line, const Option& option) {
    if (option.value == "forever") return;
    const auto seconds = parse_number<std::uint32_t>(option.value);
    if (!seconds) {
      report(option, Severity::error, "preferred-lifetime-invalid", "'" + printable(option.value) + "' is not a time",
             "write forever, 0 (new connections never begin from this address), or a number of seconds");
      return;
    }
    if (line.address.address.is_v4() && PreferredLifetime{*seconds}.counts_down()) {
      report(option, Severity::warning, "preferred-lifetime-ignored",
             "the kernel lets no time run out on an IPv4 address that is kept for ever", "write forever or 0, or remove the line");
      return;
    }
    line.preferred = {*seconds};
  }

  std::optional<IpAddress> read_ip(const Option& option, const std::string& code, Family family) {
    const auto ip = parse_ip(option.value);
    if (ip && ip->family == family) return *ip;
    report(option, Severity::error, code, ip ? "'" + printable(option.value) + "' is of another family than its address" : ip.error().what,
           "write an address of the same family, or remove the line");
    return std::nullopt;
  }

  void set_length(AddressLine& line, const Option& option, const Option& address) {
    const auto length = read_length(option.value, line.address.address);
    if (!length) {
      report(option, Severity::error, "netmask-invalid", "'" + printable(option.value) + "' is not a netmask",
             line.address.address.is_v4() ? "write a length from 0 to 32 or a mask such as 255.255.255.0" : "write a length from 0 to 128");
      return;
    }
    if (address.value.find('/') == std::string::npos) {
      line.address.length = *length;
    } else if (*length != line.address.length) {
      report(option, Severity::warning, "netmask-ignored", "the address has a length of its own; this netmask has no effect",
             "remove the netmask line, or correct the address");
    }
  }

  static std::optional<std::uint8_t> read_length(std::string_view text, const IpAddress& address) {
    if (const auto number = parse_number<std::uint8_t>(text)) return *number <= address.width() ? number : std::nullopt;
    if (!address.is_v4()) return std::nullopt;
    const auto mask = parse_netmask(text);
    return mask ? std::optional(*mask) : std::nullopt;
  }

  void read_gateways() {
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
      const Option& option = *gateways_[i];
      const auto ip = parse_ip(option.value);
      if (!ip) {
        const auto words = split_words(option.value);
        report(option, Severity::error, "gateway-invalid", ip.error().what,
               words.size() == 3 && words[1] == "metric" ? "write the metric on a line of its own: metric " + printable(words[2])
                                                         : "write the address alone, without a length");
        continue;
      }
      if (ip->is_unspecified()) {
        report(option, Severity::warning, "gateway-unspecified", "this gateway means none", "remove the line");
        continue;
      }
      interface_.gateways.push_back({*ip, metric_of(i), option.value_where});
    }
    if (gateways_.empty()) return;
    for (const Option* metric : metrics_)
      if (!parse_number<std::uint32_t>(metric->value))
        report(*metric, Severity::error, "metric-invalid", "'" + printable(metric->value) + "' is not a metric",
               "write a number from 0 to 4294967295");
  }

  std::optional<std::uint32_t> metric_of(std::size_t gateway) const {
    if (metrics_.empty()) return std::nullopt;
    const Option& metric = metrics_.size() == gateways_.size() ? *metrics_[gateway] : *metrics_.back();
    return parse_number<std::uint32_t>(metric.value);
  }

  const interfaces::Stanza& stanza_;
  Interface& interface_;
  Diagnostics& diagnostics_;
  const Option* address_ = nullptr;
  bool seen_address_ = false;
  std::vector<std::pair<std::string, const Option*>> qualifiers_;
  std::vector<const Option*> gateways_;
  std::vector<const Option*> metrics_;
};

}  // namespace

void read_addresses(const interfaces::Stanza& stanza, Interface& interface, Diagnostics& diagnostics) {
  AddressReader(stanza, interface, diagnostics).run();
}

}  // namespace drawbridge::network
