#include "lab/features.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

struct Feature {
  const char* name;
  const char* program;  ///< reads a batch
  const char* lines;
};

constexpr std::array kFeatures = {
    Feature{"veth", "ip -batch -", "link add v0 type veth peer name v1\n"},
    Feature{"bridge", "ip -batch -", "link add b0 type bridge\n"},
    Feature{"bridge-vlan-filtering", "ip -batch -", "link add b0 type bridge vlan_filtering 1\n"},
    Feature{"vlan", "ip -batch -", "link add b0 type bridge\nlink add link b0 name v9 type vlan id 9\n"},
    Feature{"bond", "ip -batch -", "link add o0 type bond mode 802.3ad\n"},
    Feature{"dummy", "ip -batch -", "link add d0 type dummy\n"},
    Feature{"vxlan", "ip -batch -", "link add x0 type vxlan id 9 dstport 4789 local 127.0.0.1\n"},
    Feature{"gre", "ip -batch -", "link add g1 type gre local 127.0.0.1 remote 127.0.0.2\n"},
    Feature{"macvlan", "ip -batch -", "link add b0 type bridge\nlink add link b0 name m1 type macvlan mode private\n"},
    Feature{"vrf", "ip -batch -", "link add r0 type vrf table 9\n"},
    Feature{"tap", "ip -batch -", "tuntap add t0 mode tap\n"},
    Feature{"tc-htb", "tc -batch -",
            "qdisc add dev lo root handle 1: htb default 1\nclass add dev lo parent 1: classid 1:1 htb rate 8mbit\n"},
    Feature{"tc-police", "tc -batch -",
            "qdisc add dev lo handle ffff: ingress\n"
            "filter add dev lo parent ffff: prio 50 basic police rate 8mbit burst 1mb drop\n"},
    Feature{"tc-mark", "tc -batch -",
            "qdisc add dev lo clsact\nfilter add dev lo ingress matchall action skbedit mark 1\n"
            "filter add dev lo egress protocol all prio 1 handle 1 fw action drop\n"},
    Feature{"nft-inet", "nft -f -", "add table inet t\nadd chain inet t c { type filter hook input priority 0; }\n"},
    Feature{"nft-bridge", "nft -f -",
            "add table bridge t\nadd chain bridge t c { type filter hook forward priority 0; }\nadd rule bridge t c ct state new accept\n"},
};

const Feature* find_feature(const std::string& name) {
  const auto* found = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const Feature& one) { return name == one.name; });
  return found == kFeatures.end() ? nullptr : found;
}

bool works(const Feature& feature) {
  std::vector<std::string> words;
  for (const auto word : split_words(feature.program)) words.emplace_back(word);
  const auto ended = run_program(words, {.input = feature.lines, .prepare = [] { return unshare(CLONE_NEWNET) == 0; }});
  return ended.has_value() && ended->status == 0;
}

}  // namespace

std::vector<std::string> feature_names() {
  std::vector<std::string> names;
  names.reserve(kFeatures.size());
  for (const Feature& feature : kFeatures) names.emplace_back(feature.name);
  return names;
}

Result<std::vector<std::string>> missing_features(const std::vector<std::string>& needed) {
  const auto allowed = run_program({"true"}, {.input = {}, .prepare = [] { return unshare(CLONE_NEWNET | CLONE_NEWNS) == 0; }});
  if (!allowed || allowed->status != 0)
    return fail(Errc::denied, "namespaces need root's rights", {}, "run as root, or in the virtual machine with --vm");
  std::vector<std::string> missing;
  for (const std::string& name : needed) {
    const Feature* feature = find_feature(name);
    if (feature == nullptr) {
      return fail(Errc::invalid_input, "no such kernel feature: " + printable(name), {}, "known: " + join(feature_names(), ", "));
    }
    if (!works(*feature)) missing.push_back(name);
  }
  return missing;
}

}  // namespace drawbridge::lab
