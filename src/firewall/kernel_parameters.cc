#include "firewall/kernel_parameters.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

constexpr std::string_view kBuckets = "/sys/module/nf_conntrack/parameters/hashsize";
constexpr std::string_view kMax = "/proc/sys/net/netfilter/nf_conntrack_max";
constexpr std::string_view kEstablished = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established";
constexpr std::string_view kSynReceived = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_recv";
constexpr std::string_view kSynCookies = "/proc/sys/net/ipv4/tcp_syncookies";
// Bridged frames must not pass the rules for routed packets as well: ours see them at the bridge.
constexpr std::array<std::string_view, 3> kBridgeCalls{"/proc/sys/net/bridge/bridge-nf-call-arptables",
                                                       "/proc/sys/net/bridge/bridge-nf-call-ip6tables",
                                                       "/proc/sys/net/bridge/bridge-nf-call-iptables"};

/// The buckets come first: a larger limit on a small table makes long chains meanwhile.
constexpr std::array<std::string_view, 5> kOrder{kBuckets, kMax, kEstablished, kSynReceived, kSynCookies};

std::size_t rank(std::string_view path) { return static_cast<std::size_t>(std::ranges::find(kOrder, path) - kOrder.begin()); }

std::uint64_t conntrack_max(const NodeOptions& options, const Parameters& present) {
  if (options.conntrack_max) return std::max(*options.conntrack_max, kLeastConntrackMax);
  const auto now = present.find(kMax);
  const auto value = now == present.end() ? std::nullopt : parse_number<std::uint64_t>(trim(now->second));
  return std::max(value.value_or(0), kUsualConntrackMax);
}

void want(Parameters& wanted, const Parameters& present, std::string_view path, std::string value) {
  // A kernel without the module has no such file; asking for it is left to who needs it.
  if (present.contains(path)) wanted.emplace(path, std::move(value));
}

}  // namespace

std::vector<std::string> parameter_paths() {
  std::vector<std::string> paths(kOrder.begin(), kOrder.end());
  paths.insert(paths.end(), kBridgeCalls.begin(), kBridgeCalls.end());
  return paths;
}

Parameters wanted_parameters(const NodeOptions& options, const Parameters& present) {
  Parameters wanted;
  const std::uint64_t max = conntrack_max(options, present);
  want(wanted, present, kMax, std::to_string(max));
  want(wanted, present, kBuckets, std::to_string(max / 4));
  if (options.tcp_timeout_established) want(wanted, present, kEstablished, std::to_string(*options.tcp_timeout_established));
  if (options.tcp_timeout_syn_recv) want(wanted, present, kSynReceived, std::to_string(*options.tcp_timeout_syn_recv));
  if (options.synflood) want(wanted, present, kSynCookies, "1");
  for (const std::string_view path : kBridgeCalls) want(wanted, present, path, "0");
  return wanted;
}

ParameterPlan plan_parameters(const Parameters& wanted, const Parameters& present, const Parameters& ours, const Parameters& originals) {
  ParameterPlan plan;
  for (const auto& [path, value] : wanted) {
    const auto now = present.find(path);
    if (now == present.end()) continue;
    const auto before = originals.find(path);
    plan.originals.emplace(path, before != originals.end() ? before->second : now->second);
    if (now->second != value) plan.changes.push_back({path, value});
  }
  for (const auto& [path, original] : originals) {
    const auto now = present.find(path);
    if (wanted.contains(path) || now == present.end()) continue;
    const auto written = ours.find(path);
    const bool is_still_ours = written != ours.end() && written->second == now->second;
    if (is_still_ours && now->second != original) plan.changes.push_back({path, original});
  }
  std::ranges::stable_sort(plan.changes, {}, [](const ParameterChange& change) { return rank(change.path); });
  return plan;
}

}  // namespace drawbridge::firewall
