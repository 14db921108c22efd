#include "kernel/rate_limit.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace drawbridge::kernel {
namespace {

constexpr std::uint16_t kRequest = NLM_F_REQUEST | NLM_F_ACK;
constexpr std::uint32_t kRoot = 0x10000;        // 1:
constexpr std::uint32_t kClass = 0x10001;       // 1:1
constexpr std::uint32_t kIngress = 0xFFFF0000;  // ffff:
constexpr std::uint32_t kPriority = 50;
constexpr std::uint32_t kFilter = 1;
constexpr std::uint64_t kBurst = 1024 * 1024;      // bytes
constexpr std::uint32_t kPolicerMtu = 64 * 1024;   // bytes: the largest frame before segmentation
constexpr std::uint64_t kLeastCeilBurst = 1600;    // bytes: one frame, which is all that tc allows
constexpr std::uint64_t kLatenessPerSecond = 100;  // the kernel's timer may be late by 1/100 s; more than that is lost speed
constexpr std::uint64_t kLeastRate = 4096;         // bytes per second; the kernel counts a burst's time in 32 bits of 64 ns

// Already as wanted; nothing there, or something of another making.
constexpr std::array kPresent{EEXIST};
constexpr std::array kAbsent{ENOENT, EINVAL};

/// How long `bytes` take, in the kernel's ticks of 64 ns (PSCHED_SHIFT).
std::uint32_t ticks(std::uint64_t bytes, std::uint64_t rate) {
  constexpr std::uint64_t kTicksPerSecond = 1'000'000'000 / 64;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes * kTicksPerSecond / rate, std::numeric_limits<std::uint32_t>::max()));
}

tc_ratespec ratespec(std::uint64_t rate) {
  tc_ratespec spec{};
  // Without it the kernel wants a table of times per frame size, and computes them by itself all the same.
  spec.linklayer = TC_LINKLAYER_ETHERNET;
  spec.rate = static_cast<std::uint32_t>(std::min<std::uint64_t>(rate, std::numeric_limits<std::uint32_t>::max()));
  return spec;
}

bool is_wide(std::uint64_t rate) { return rate > std::numeric_limits<std::uint32_t>::max(); }

Message tc_message(std::uint16_t type, std::uint16_t flags, std::uint32_t index, std::uint32_t handle, std::uint32_t parent,
                   const std::string& kind, std::uint32_t info = 0) {
  tcmsg header{};
  header.tcm_ifindex = static_cast<int>(index);
  header.tcm_handle = handle;
  header.tcm_parent = parent;
  header.tcm_info = info;
  Message message(type, static_cast<std::uint16_t>(kRequest | flags), header);
  message.put_text(TCA_KIND, kind);
  return message;
}

Message root_queue(std::uint32_t index) {
  // All three flags: any other root gives way, and an htb `1:` that is there stays, with EEXIST.
  auto message = tc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_EXCL, index, kRoot, TC_H_ROOT, "htb");
  const auto nest = message.begin_nest(TCA_OPTIONS);
  tc_htb_glob options{};
  options.version = 3;
  options.rate2quantum = 10;
  options.defcls = TC_H_MIN(kClass);
  message.put_value(TCA_HTB_INIT, options);
  message.end_nest(nest);
  return message;
}

Message queue_class(std::uint32_t index, std::uint64_t rate) {
  auto message = tc_message(RTM_NEWTCLASS, NLM_F_CREATE | NLM_F_REPLACE, index, kClass, kRoot, "htb");
  const auto nest = message.begin_nest(TCA_OPTIONS);
  tc_htb_opt options{};
  options.rate = options.ceil = ratespec(rate);
  options.buffer = ticks(kBurst, rate);
  options.cbuffer = ticks(std::max(kLeastCeilBurst, rate / kLatenessPerSecond), rate);
  // As the kernel would choose it, but without its complaint in the log about large ones.
  options.quantum = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(rate / 10, 1000, 200'000));
  if (is_wide(rate)) {
    message.put_value(TCA_HTB_RATE64, rate);
    message.put_value(TCA_HTB_CEIL64, rate);
  }
  message.put_value(TCA_HTB_PARMS, options);
  message.end_nest(nest);
  return message;
}

/// The time of each frame size. The kernel asks for it, and works it out by itself.
void put_rate_table(std::uint64_t rate, std::uint8_t cell_log, Message& message) {
  std::array<std::uint32_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table.at(i) = ticks((i + 1) << cell_log, rate);
  message.put_value(TCA_POLICE_RATE, table);
}

Message ingress_filter(std::uint16_t type, std::uint16_t flags, std::uint32_t index) {
  return tc_message(type, flags, index, kFilter, kIngress, "basic", (kPriority << 16U) | htons(ETH_P_ALL));
}

Message policer(std::uint32_t index, std::uint64_t rate) {
  auto message = ingress_filter(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_REPLACE, index);
  const auto options = message.begin_nest(TCA_OPTIONS);
  const auto police = message.begin_nest(TCA_BASIC_POLICE);
  tc_police parameters{};
  parameters.action = TC_ACT_SHOT;
  parameters.burst = ticks(kBurst, rate);
  parameters.mtu = kPolicerMtu;
  parameters.rate = ratespec(rate);
  parameters.rate.cell_log = 9;  // 256 cells of 512 bytes reach beyond the largest frame
  parameters.rate.cell_align = -1;
  message.put_value(TCA_POLICE_TBF, parameters);
  put_rate_table(rate, parameters.rate.cell_log, message);
  if (is_wide(rate)) message.put_value(TCA_POLICE_RATE64, rate);
  message.end_nest(police);
  message.end_nest(options);
  return message;
}

void add_egress(std::uint32_t index, std::uint64_t rate, std::vector<RateRequest>& requests) {
  if (rate == 0) {
    requests.push_back({tc_message(RTM_DELQDISC, 0, index, kRoot, TC_H_ROOT, "htb"), kAbsent});
    return;
  }
  requests.push_back({root_queue(index), kPresent});
  requests.push_back({queue_class(index, rate), {}});
}

void add_ingress(std::uint32_t index, std::uint64_t rate, std::vector<RateRequest>& requests) {
  if (rate == 0) {
    requests.push_back({tc_message(RTM_DELQDISC, 0, index, kIngress, TC_H_INGRESS, "ingress"), kAbsent});
    return;
  }
  requests.push_back({tc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, index, kIngress, TC_H_INGRESS, "ingress"), kPresent});
  requests.push_back({policer(index, rate), {}});
}

template <class Header>
Bytes attributes_behind(Bytes message) {
  return message.subspan(std::min(message.size(), std::size_t{NLMSG_ALIGN(sizeof(Header))}));
}

}  // namespace

Result<std::vector<RateRequest>> encode_rate_limit(const network::SetRateLimit& operation, std::uint32_t index) {
  for (const auto rate : {operation.rate.egress, operation.rate.ingress})
    if (rate != 0 && rate < kLeastRate)
      return fail(Errc::invalid_input, "a limit below 4096 bytes per second", {}, "ask for at least 0.004 MB/s");
  std::vector<RateRequest> requests;
  add_egress(index, operation.rate.egress, requests);
  add_ingress(index, operation.rate.ingress, requests);
  return requests;
}

bool holds_egress_limit(const network::Qdisc& qdisc) { return qdisc.kind == "htb" && qdisc.handle == kRoot && qdisc.parent == TC_H_ROOT; }
bool holds_ingress_limit(const network::Qdisc& qdisc) { return qdisc.kind == "ingress" && qdisc.handle == kIngress; }

Message make_class_dump(std::uint32_t index) {
  tcmsg header{};
  header.tcm_ifindex = static_cast<int>(index);
  return Message(RTM_GETTCLASS, NLM_F_REQUEST | NLM_F_DUMP, header);
}

std::optional<std::uint64_t> decode_class_rate(Bytes message) {
  const auto header = read_as<tcmsg>(message);
  if (!header || header->tcm_handle != kClass) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<tcmsg>(message), TCA_MAX);
  if (attributes.text(TCA_KIND) != "htb") return std::nullopt;
  const AttributeIndex options(attributes.nest(TCA_OPTIONS), TCA_HTB_MAX);
  if (const auto wide = options.get<std::uint64_t>(TCA_HTB_RATE64)) return wide;
  const auto parameters = options.get<tc_htb_opt>(TCA_HTB_PARMS);
  return parameters ? std::optional<std::uint64_t>(parameters->rate.rate) : std::nullopt;
}

Message make_ingress_filter_dump(std::uint32_t index) {
  tcmsg header{};
  header.tcm_ifindex = static_cast<int>(index);
  header.tcm_parent = kIngress;
  return Message(RTM_GETTFILTER, NLM_F_REQUEST | NLM_F_DUMP, header);
}

std::optional<std::uint64_t> decode_policer_rate(Bytes message) {
  const auto header = read_as<tcmsg>(message);
  if (!header || header->tcm_info >> 16U != kPriority) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<tcmsg>(message), TCA_MAX);
  if (attributes.text(TCA_KIND) != "basic") return std::nullopt;
  const AttributeIndex options(attributes.nest(TCA_OPTIONS), TCA_BASIC_MAX);
  // The kernel tells a policer as the action it has become: list, action, options.
  const AttributeIndex actions(options.nest(TCA_BASIC_ACT), TCA_ACT_MAX_PRIO);
  const AttributeIndex action(actions.nest(1), TCA_ACT_MAX);
  const bool listed = action.text(TCA_ACT_KIND) == "police";
  const AttributeIndex police(listed ? action.nest(TCA_ACT_OPTIONS) : options.nest(TCA_BASIC_POLICE), TCA_POLICE_MAX);
  if (const auto wide = police.get<std::uint64_t>(TCA_POLICE_RATE64)) return wide;
  const auto parameters = police.get<tc_police>(TCA_POLICE_TBF);
  return parameters ? std::optional<std::uint64_t>(parameters->rate.rate) : std::nullopt;
}

}  // namespace drawbridge::kernel
