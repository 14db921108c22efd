#include "kernel/ethtool.h"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <map>
#include <span>
#include <vector>

#include "base/text.h"
#include "network/link_defaults.h"

namespace drawbridge::kernel {
namespace {

using network::Attributes;
using network::AttributeValue;

/// 0, or the errno.
int call(int control, const std::string& link, void* command) {
  ifreq request{};
  if (link.size() >= sizeof request.ifr_name) return ENODEV;
  std::memcpy(request.ifr_name, link.data(), link.size());
  request.ifr_data = static_cast<char*>(command);
  return ioctl(control, SIOCETHTOOL, &request) < 0 ? errno : 0;
}

// ---- Offloads. The kernel numbers them as it likes and tells their names.

/// A setting of ours stands for all of the kernel's features whose names start so.
struct Offload {
  std::string_view name;
  std::string_view features;
};
constexpr Offload kOffloads[] = {{"rx", "rx-checksum"},
                                 {"tx", "tx-checksum-"},
                                 {"tso", "tx-tcp"},
                                 {"gso", "tx-generic-segmentation"},
                                 {"gro", "rx-gro"},
                                 {"lro", "rx-lro"},
                                 {"rx-vlan-filter", "rx-vlan-filter"}};
constexpr std::uint32_t kMostFeatures = 512;
constexpr std::uint32_t kMostBlocks = kMostFeatures / 32;

bool is_of(const Offload& offload, std::string_view feature) {
  // "rx-gro" is one feature, "rx-gro-hw" and "rx-gro-list" are others.
  const bool family = offload.features == "tx-checksum-" || offload.features == "tx-tcp";
  return family ? feature.starts_with(offload.features) : feature == offload.features;
}

/// The numbers of the features behind each entry of kOffloads: the same for all links of a kernel.
using FeatureNumbers = std::array<std::vector<std::uint32_t>, std::size(kOffloads)>;

FeatureNumbers read_feature_numbers(int control, const std::string& link) {
  FeatureNumbers numbers;
  std::vector<std::uint32_t> count_buffer(sizeof(ethtool_sset_info) / 4 + 1);
  auto* count = reinterpret_cast<ethtool_sset_info*>(count_buffer.data());
  count->cmd = ETHTOOL_GSSET_INFO;
  count->sset_mask = 1ULL << ETH_SS_FEATURES;
  if (call(control, link, count) != 0 || count->sset_mask == 0) return numbers;
  const std::uint32_t features = std::min(count_buffer[sizeof(ethtool_sset_info) / 4], kMostFeatures);
  std::vector<std::uint32_t> buffer((sizeof(ethtool_gstrings) + std::size_t{features} * ETH_GSTRING_LEN) / 4 + 1);
  auto* strings = reinterpret_cast<ethtool_gstrings*>(buffer.data());
  strings->cmd = ETHTOOL_GSTRINGS;
  strings->string_set = ETH_SS_FEATURES;
  strings->len = features;
  if (call(control, link, strings) != 0) return numbers;
  const auto* text = reinterpret_cast<const char*>(buffer.data()) + sizeof(ethtool_gstrings);
  for (std::uint32_t i = 0; i < std::min(features, strings->len); ++i, text += ETH_GSTRING_LEN) {
    const std::string_view name(text, strnlen(text, ETH_GSTRING_LEN));
    for (std::size_t o = 0; o < std::size(kOffloads); ++o)
      if (is_of(kOffloads[o], name)) numbers[o].push_back(i);
  }
  return numbers;
}

const FeatureNumbers& feature_numbers(int control, const std::string& link) {
  static FeatureNumbers numbers;
  // Asked again while no link could tell: one that goes away under way has no answer.
  if (std::ranges::all_of(numbers, [](const auto& list) { return list.empty(); })) numbers = read_feature_numbers(control, link);
  return numbers;
}

/// The blocks of 32 features that ETHTOOL_GFEATURES gives; empty: none.
std::vector<ethtool_get_features_block> read_features(int control, const std::string& link) {
  std::vector<std::uint32_t> buffer((sizeof(ethtool_gfeatures) + kMostBlocks * sizeof(ethtool_get_features_block)) / 4);
  auto* features = reinterpret_cast<ethtool_gfeatures*>(buffer.data());
  features->cmd = ETHTOOL_GFEATURES;
  features->size = kMostBlocks;
  if (call(control, link, features) != 0) return {};
  std::vector<ethtool_get_features_block> blocks(std::min(features->size, kMostBlocks));
  std::memcpy(blocks.data(), buffer.data() + sizeof(ethtool_gfeatures) / 4, blocks.size() * sizeof(ethtool_get_features_block));
  return blocks;
}

bool is_on(const std::vector<ethtool_get_features_block>& blocks, const std::vector<std::uint32_t>& numbers) {
  return std::ranges::any_of(numbers,
                             [&](std::uint32_t i) { return i / 32 < blocks.size() && ((blocks[i / 32].active >> (i % 32)) & 1U) != 0; });
}

void read_offloads(int control, const std::string& link, Attributes& told) {
  const auto blocks = read_features(control, link);
  if (blocks.empty()) return;
  const auto& numbers = feature_numbers(control, link);
  for (std::size_t o = 0; o < std::size(kOffloads); ++o)
    if (!numbers[o].empty()) told.emplace(kOffloads[o].name, std::uint64_t{is_on(blocks, numbers[o]) ? 1U : 0U});
}

Result<std::uint64_t> number_of(std::string_view name, const AttributeValue& value, std::uint64_t most) {
  const auto* plain = std::get_if<std::uint64_t>(&value);
  if (plain == nullptr || *plain > most) return fail(Errc::invalid_input, fmt::format("{} must be a number up to {}", name, most));
  return *plain;
}

Result<void> check_offloads(int control, const std::string& link, const Attributes& wanted) {
  Attributes told;
  read_offloads(control, link, told);
  for (const auto& [name, value] : wanted)
    if (const auto now = told.find(name); now == told.end() || now->second != value)
      return fail(Errc::unavailable, fmt::format("the driver leaves {} as it was", name));
  return {};
}

Result<void> write_offloads(int control, const std::string& link, const Attributes& settings) {
  const auto blocks = read_features(control, link);
  const auto& numbers = feature_numbers(control, link);
  std::vector<std::uint32_t> buffer((sizeof(ethtool_sfeatures) + blocks.size() * sizeof(ethtool_set_features_block)) / 4);
  std::vector<ethtool_set_features_block> asked(blocks.size());
  Attributes wanted;
  for (std::size_t o = 0; o < std::size(kOffloads); ++o) {
    const auto found = settings.find(kOffloads[o].name);
    if (found == settings.end()) continue;
    const bool on = TRY(number_of(found->first, found->second, 1)) == 1;
    wanted.emplace(found->first, found->second);
    if (is_on(blocks, numbers[o]) == on) continue;
    bool possible = false;
    for (const auto i : numbers[o]) {
      if (i / 32 >= blocks.size() || ((blocks[i / 32].available >> (i % 32)) & 1U) == 0) continue;
      possible = true;
      asked[i / 32].valid |= 1U << (i % 32);
      if (on) asked[i / 32].requested |= 1U << (i % 32);
    }
    if (!possible) return fail_errno(EOPNOTSUPP, fmt::format("{} is fixed by the driver", found->first));
  }
  if (std::ranges::none_of(asked, [](const auto& block) { return block.valid != 0; })) return {};
  auto* features = reinterpret_cast<ethtool_sfeatures*>(buffer.data());
  features->cmd = ETHTOOL_SFEATURES;
  features->size = static_cast<std::uint32_t>(asked.size());
  std::memcpy(buffer.data() + sizeof(ethtool_sfeatures) / 4, asked.data(), asked.size() * sizeof(ethtool_set_features_block));
  if (const int error = call(control, link, features); error != 0) return fail_errno(error, "offloads");
  return check_offloads(control, link, wanted);
}

// ---- Rings

void read_rings(int control, const std::string& link, Attributes& told) {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (call(control, link, &rings) != 0) return;
  told.emplace("ring-rx", std::uint64_t{rings.rx_pending});
  told.emplace("ring-tx", std::uint64_t{rings.tx_pending});
  told.emplace("ring-rx-max", std::uint64_t{rings.rx_max_pending});
  told.emplace("ring-tx-max", std::uint64_t{rings.tx_max_pending});
}

Result<void> write_rings(int control, const std::string& link, const Attributes& settings) {
  const auto rx = settings.find("ring-rx");
  const auto tx = settings.find("ring-tx");
  if (rx == settings.end() && tx == settings.end()) return {};
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (const int error = call(control, link, &rings); error != 0) return fail_errno(error, "ring sizes");
  constexpr std::uint64_t kMost = 0xFFFFFFFF;
  if (rx != settings.end()) rings.rx_pending = static_cast<std::uint32_t>(TRY(number_of("ring-rx", rx->second, kMost)));
  if (tx != settings.end()) rings.tx_pending = static_cast<std::uint32_t>(TRY(number_of("ring-tx", tx->second, kMost)));
  rings.cmd = ETHTOOL_SRINGPARAM;
  if (const int error = call(control, link, &rings); error != 0) return fail_errno(error, "ring sizes");
  return {};
}

// ---- Forward error correction

struct FecWord {
  std::uint32_t bit;
  std::string_view name;
};
constexpr FecWord kFecWords[] = {
    {ETHTOOL_FEC_AUTO, "auto"}, {ETHTOOL_FEC_OFF, "off"}, {ETHTOOL_FEC_RS, "rs"}, {ETHTOOL_FEC_BASER, "baser"}, {ETHTOOL_FEC_LLRS, "llrs"}};

void read_fec(int control, const std::string& link, Attributes& told) {
  ethtool_fecparam fec{};
  fec.cmd = ETHTOOL_GFECPARAM;
  if (call(control, link, &fec) != 0) return;
  std::vector<std::string> words;
  for (const auto& word : kFecWords)
    if ((fec.fec & word.bit) != 0) words.emplace_back(word.name);
  if (!words.empty()) told.emplace("fec", join(words, " "));
}

Result<void> write_fec(int control, const std::string& link, const Attributes& settings) {
  const auto found = settings.find("fec");
  if (found == settings.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  ethtool_fecparam fec{};
  fec.cmd = ETHTOOL_SFECPARAM;
  for (const auto word : split_list(text == nullptr ? std::string_view{} : std::string_view{*text})) {
    const auto known = std::ranges::find(kFecWords, word, &FecWord::name);
    if (known == std::end(kFecWords))
      return fail(Errc::invalid_input, fmt::format("fec must be auto, off, rs, baser or llrs, not {}", printable(word)));
    fec.fec |= known->bit;
  }
  if (const int error = call(control, link, &fec); error != 0) return fail_errno(error, "fec");
  return {};
}

// ---- Speed

/// ethtool_link_settings with room for the three bit masks behind it.
struct LinkSettings {
  static constexpr std::size_t kMostWords = 127;  // SCHAR_MAX, each
  std::array<std::uint32_t, sizeof(ethtool_link_settings) / 4 + 3 * kMostWords> words{};

  ethtool_link_settings& head() { return *reinterpret_cast<ethtool_link_settings*>(words.data()); }
  std::uint32_t* masks() { return words.data() + sizeof(ethtool_link_settings) / 4; }
};

/// 0, or the errno. The kernel first tells how long its masks are.
int read_link_settings(int control, const std::string& link, LinkSettings& settings) {
  settings.head().cmd = ETHTOOL_GLINKSETTINGS;
  if (const int error = call(control, link, settings.words.data()); error != 0) return error;
  const int words = -settings.head().link_mode_masks_nwords;
  if (words <= 0) return EOPNOTSUPP;
  settings = {};
  settings.head().cmd = ETHTOOL_GLINKSETTINGS;
  settings.head().link_mode_masks_nwords = static_cast<__s8>(words);
  return call(control, link, settings.words.data());
}

void read_speed(int control, const std::string& link, Attributes& told) {
  LinkSettings settings;
  if (read_link_settings(control, link, settings) != 0) return;
  const auto& head = settings.head();
  const bool negotiates = head.autoneg == AUTONEG_ENABLE;
  told.emplace("autoneg", std::uint64_t{negotiates ? 1U : 0U});
  if (negotiates) return;
  if (head.speed != 0 && head.speed != static_cast<std::uint32_t>(SPEED_UNKNOWN)) told.emplace("speed", std::uint64_t{head.speed});
  if (head.duplex != DUPLEX_UNKNOWN) told.emplace("duplex", std::string(head.duplex == DUPLEX_FULL ? "full" : "half"));
}

Result<void> write_speed(int control, const std::string& link, const Attributes& settings) {
  const auto autoneg = settings.find("autoneg");
  const auto speed = settings.find("speed");
  const auto duplex = settings.find("duplex");
  if (autoneg == settings.end() && speed == settings.end() && duplex == settings.end()) return {};
  LinkSettings wanted;
  if (const int error = read_link_settings(control, link, wanted); error != 0) return fail_errno(error, "speed");
  auto& head = wanted.head();
  if (speed != settings.end()) head.speed = static_cast<std::uint32_t>(TRY(number_of("speed", speed->second, 0x7FFFFFFF)));
  if (duplex != settings.end()) head.duplex = duplex->second == AttributeValue{std::string("half")} ? DUPLEX_HALF : DUPLEX_FULL;
  // A fixed speed ends the negotiation, unless it is asked for as well.
  const bool negotiates = autoneg != settings.end() && TRY(number_of("autoneg", autoneg->second, 1)) == 1;
  head.autoneg = negotiates ? AUTONEG_ENABLE : AUTONEG_DISABLE;
  const auto words = static_cast<std::size_t>(head.link_mode_masks_nwords);
  // Advertise all that is supported: the masks are supported, advertised, the partner's.
  if (negotiates) std::copy_n(wanted.masks(), words, wanted.masks() + words);
  head.cmd = ETHTOOL_SLINKSETTINGS;
  if (const int error = call(control, link, wanted.words.data()); error != 0) return fail_errno(error, "speed");
  return {};
}

}  // namespace

bool has_driver_settings(const network::Link& link) {
  return !link.loopback && (link.kind.empty() || link.kind == "veth") && !network::is_guest_port(link.name);
}

Attributes read_ethtool(int control, const std::string& link) {
  Attributes told;
  read_offloads(control, link, told);
  read_rings(control, link, told);
  read_fec(control, link, told);
  read_speed(control, link, told);
  return told;
}

Result<void> write_ethtool(int control, const std::string& link, const Attributes& settings) {
  static constexpr std::string_view kOthers[] = {"ring-rx", "ring-tx", "fec", "autoneg", "speed", "duplex"};
  for (const auto& [name, value] : settings)
    if (std::ranges::find(kOthers, name) == std::end(kOthers) && std::ranges::find(kOffloads, name, &Offload::name) == std::end(kOffloads))
      return fail(Errc::unsupported, fmt::format("no driver's setting {} can be set", printable(name)));
  TRY_VOID(write_rings(control, link, settings));
  TRY_VOID(write_offloads(control, link, settings));
  TRY_VOID(write_fec(control, link, settings));
  return write_speed(control, link, settings);
}

}  // namespace drawbridge::kernel
