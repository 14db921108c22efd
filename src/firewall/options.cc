#include "firewall/options.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "firewall/option_value.h"

namespace drawbridge::firewall {
namespace {

using enum OptionType;
constexpr std::uint64_t kNoLimit = 0xffffffff;
constexpr std::uint64_t kTrial = 60;  // seconds that a trial lasts

/// One option and where its value goes; nullptr: it is known, and does nothing.
template <class Options>
struct Field {
  OptionSpec spec;
  void (*assign)(Options&, OptionValue&&) = nullptr;
};

template <auto member>
struct MemberOf;
template <class Options, class Type, Type Options::* member>
struct MemberOf<member> {
  using Class = Options;
  using Value = Type;
};

/// Into a member of the value's own type, or one that it fits into: read_value has seen to that.
template <auto member>
void to(typename MemberOf<member>::Class& options, OptionValue&& value) {
  using Value = typename MemberOf<member>::Value;
  if constexpr (std::is_same_v<Value, bool>) {
    const auto* trial = std::get_if<Enable>(&value);
    options.*member = trial != nullptr ? trial->number != 0 : std::get<bool>(value);
  } else if constexpr (std::is_same_v<Value, std::optional<LogLevel>>) {
    options.*member = std::get<LogWord>(value).level;
  } else if constexpr (std::is_same_v<Value, std::optional<std::uint32_t>> || std::is_same_v<Value, std::uint32_t>) {
    options.*member = static_cast<std::uint32_t>(std::get<std::uint64_t>(value));
  } else if constexpr (std::is_same_v<Value, std::optional<std::uint64_t>>) {
    options.*member = std::get<std::uint64_t>(value);
  } else if constexpr (std::is_same_v<Value, std::optional<rules::NumberSet>>) {
    options.*member = std::get<rules::NumberSet>(std::move(value));
  } else {
    options.*member = std::get<Value>(std::move(value));
  }
}

void enable_datacenter(DatacenterOptions& options, OptionValue&& value) {
  const auto number = std::get<Enable>(value).number;
  options.enable = number != 0;
  options.enable_until = number > 1 && number <= ~kTrial ? std::optional(number + kTrial) : std::nullopt;
}

void set_queues(GuestOptions& options, OptionValue&& value) {
  const auto queues = std::get<Queues>(value);
  options.first_queue = queues.first;
  options.last_queue = queues.last;
}

using D = DatacenterOptions;
constexpr std::array kDatacenter{
    Field<D>{{"ebtables", flag, "1", "filter frames of guests at layer 2"}, to<&D::ebtables>},
    Field<D>{{"enable", enable, "0", "the firewall of all nodes and guests"}, enable_datacenter},
    Field<D>{{"log_ratelimit", log_limit, "enable=1,rate=1/second,burst=5", "how many lines go to the log"}, to<&D::log_limit>},
    Field<D>{{"policy_forward", forward_policy, "ACCEPT", "what becomes of routed packets that no rule decides"}, to<&D::policy_forward>},
    Field<D>{{"policy_in", policy, "DROP", "what becomes of packets to nodes that no rule decides"}, to<&D::policy_in>},
    Field<D>{{"policy_out", policy, "ACCEPT", "what becomes of packets from nodes that no rule decides"}, to<&D::policy_out>},
};

using N = NodeOptions;
constexpr std::array kNode{
    Field<N>{{"enable", flag, "1", "the firewall of this node; its guests' goes on without"}, to<&N::enable>},
    Field<N>{{"log_level_forward", log_level, "nolog", "packets that the policy for routed packets drops"}, to<&N::log_forward>},
    Field<N>{{"log_level_in", log_level, "nolog", "packets to the node that its policy or the blacklist stops"}, to<&N::log_in>},
    Field<N>{{"log_level_out", log_level, "nolog", "packets from the node that its policy stops"}, to<&N::log_out>},
    Field<N>{{"log_nf_conntrack", flag, "0", "log connections that begin and end"}, to<&N::log_conntrack>},
    Field<N>{{"ndp", flag, "1", "let IPv6 neighbour discovery pass"}, to<&N::ndp>},
    Field<N>{{"nf_conntrack_allow_invalid", flag, "0", "let packets pass that belong to no connection"}, to<&N::allow_invalid>},
    Field<N>{{"nf_conntrack_helpers", helpers, "", "protocols whose further connections are followed"}, to<&N::helpers>},
    Field<N>{{"nf_conntrack_max", number, "262144", "most connections that are tracked", 32768, kNoLimit}, to<&N::conntrack_max>},
    Field<N>{{"nf_conntrack_tcp_timeout_established", number, "432000", "seconds until a silent connection is forgotten", 7875, kNoLimit},
             to<&N::tcp_timeout_established>},
    Field<N>{{"nf_conntrack_tcp_timeout_syn_recv", number, "60", "seconds until an unanswered attempt is forgotten", 30, 60},
             to<&N::tcp_timeout_syn_recv>},
    Field<N>{{"nftables", flag, "0", "chose among other programs which one filters; without function here"}},
    Field<N>{{"nosmurfs", flag, "1", "drop packets with a broadcast address as source"}, to<&N::nosmurfs>},
    Field<N>{{"protection_limit", number, "", "without function", 0, kNoLimit}},
    Field<N>{{"protection_synflood", flag, "0", "limit connection attempts by source"}, to<&N::synflood>},
    Field<N>{{"protection_synflood_burst", number, "1000", "attempts of a source that are too many only together", 0, kNoLimit},
             to<&N::synflood_burst>},
    Field<N>{{"protection_synflood_rate", number, "200", "attempts of a source per second", 0, kNoLimit}, to<&N::synflood_rate>},
    Field<N>{{"smurf_log_level", log_level, "nolog", "packets that nosmurfs drops"}, to<&N::log_smurfs>},
    Field<N>{{"tcp_flags_log_level", log_level, "nolog", "packets that tcpflags drops"}, to<&N::log_tcp_flags>},
    Field<N>{{"tcpflags", flag, "0", "drop TCP packets whose flags make no sense"}, to<&N::tcpflags>},
};

using G = GuestOptions;
constexpr std::array kGuest{
    Field<G>{{"dhcp", flag, "1", "let the guest ask for addresses by DHCP"}, to<&G::dhcp>},
    Field<G>{{"enable", flag, "0", "filter the cards of this guest that have firewall=1"}, to<&G::enable>},
    Field<G>{{"ipfilter", flag, "0", "let only the guest's own addresses out, on every card"}, to<&G::ipfilter>},
    Field<G>{{"ips", flag, "0", "hand accepted packets to a program that inspects them"}, to<&G::ips>},
    Field<G>{{"ips_queues", queues, "0", "the queues of that program"}, set_queues},
    Field<G>{{"layer2_protocols", ethertypes, "", "let only these EtherTypes out, besides IP and ARP"}, to<&G::layer2_protocols>},
    Field<G>{{"log_level_in", log_level, "nolog", "packets to the guest that its policy stops"}, to<&G::log_in>},
    Field<G>{{"log_level_out", log_level, "nolog", "packets from the guest that its policy stops"}, to<&G::log_out>},
    Field<G>{{"macfilter", flag, "1", "let only the card's own MAC address out"}, to<&G::macfilter>},
    Field<G>{{"ndp", flag, "1", "let IPv6 neighbour discovery pass"}, to<&G::ndp>},
    Field<G>{{"policy_in", policy, "DROP", "what becomes of packets to the guest that no rule decides"}, to<&G::policy_in>},
    Field<G>{{"policy_out", policy, "ACCEPT", "what becomes of packets from the guest that no rule decides"}, to<&G::policy_out>},
    Field<G>{{"radv", flag, "0", "let the guest announce itself as an IPv6 router"}, to<&G::radv>},
};

using V = VnetOptions;
constexpr std::array kVnet{
    Field<V>{{"enable", enable, "0", "filter what passes between the ports of this network"}, to<&V::enable>},
    Field<V>{{"log_level_forward", log_level, "nolog", "packets that the policy drops"}, to<&V::log_forward>},
    Field<V>{{"policy_forward", forward_policy, "ACCEPT", "what becomes of packets that no rule decides"}, to<&V::policy_forward>},
};

template <class Options, std::size_t n>
constexpr std::array<OptionSpec, n> specs_of(const std::array<Field<Options>, n>& fields) {
  std::array<OptionSpec, n> specs{};
  for (std::size_t i = 0; i < n; ++i) specs[i] = fields[i].spec;
  return specs;
}
constexpr auto kDatacenterSpecs = specs_of(kDatacenter);
constexpr auto kNodeSpecs = specs_of(kNode);
constexpr auto kGuestSpecs = specs_of(kGuest);
constexpr auto kVnetSpecs = specs_of(kVnet);

template <class Options, std::size_t n>
void read_into(Options& options, const std::array<Field<Options>, n>& fields, const OptionText& text, const NameTables& tables,
               Mistakes& mistakes) {
  const auto field = std::ranges::find_if(fields, [&](const Field<Options>& one) { return equal_words(one.spec.key, text.key.text); });
  if (field == fields.end()) {
    std::vector<std::string> keys;
    for (const auto& one : fields) keys.emplace_back(one.spec.key);
    const auto near = mistakes.brief ? std::nullopt : nearest(text.key.text.substr(0, kLongestName), keys);
    mistakes.push_back(
        {text.key.column, "option", "option-unknown", "there is no option '" + printable(text.key.text, 40) + "' here",
         near ? "did you mean '" + *near + "'?" : "delete the line, or see which options there are: drawbridge firewall options",
         near ? Severity::error : Severity::warning});
    return;
  }
  auto value = read_value(field->spec, text.value, tables, mistakes);
  if (value && field->assign != nullptr) field->assign(options, std::move(*value));
}

}  // namespace

std::span<const OptionSpec> option_specs(Level level) {
  switch (level) {
    case Level::datacenter: return kDatacenterSpecs;
    case Level::node: return kNodeSpecs;
    case Level::guest: return kGuestSpecs;
    case Level::vnet: return kVnetSpecs;
    case Level::group: break;
  }
  return {};
}

const OptionSpec* find_option(Level level, std::string_view key) {
  for (const OptionSpec& spec : option_specs(level))
    if (equal_words(spec.key, key)) return &spec;
  return nullptr;
}

void read_option(DatacenterOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes) {
  read_into(options, kDatacenter, text, tables, mistakes);
}
void read_option(NodeOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes) {
  read_into(options, kNode, text, tables, mistakes);
}
void read_option(GuestOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes) {
  read_into(options, kGuest, text, tables, mistakes);
}
void read_option(VnetOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes) {
  read_into(options, kVnet, text, tables, mistakes);
}

Mistakes check_option(Level level, std::string_view key, std::string_view value, const NameTables& tables) {
  Mistakes mistakes;
  const OptionSpec* spec = find_option(level, key);
  if (spec == nullptr) {
    std::vector<std::string> keys;
    for (const OptionSpec& one : option_specs(level)) keys.emplace_back(one.key);
    const auto near = nearest(key.substr(0, kLongestName), keys);
    mistakes.push_back({1, "option", "option-unknown", "there is no option '" + printable(key, 40) + "' here",
                        near ? "did you mean '" + *near + "'?" : "they are: " + join(keys, ", ")});
  } else if (has_control_character(value)) {
    mistakes.push_back(
        {1, spec->key, "control-character", "the value has a control character in it", "write it in one line, without tabs"});
  } else {
    read_value(*spec, {value, 1}, tables, mistakes);
    for (Mistake& mistake : mistakes) mistake.severity = Severity::error;
  }
  return mistakes;
}

}  // namespace drawbridge::firewall
