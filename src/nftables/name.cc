#include "nftables/name.h"

#include <fmt/format.h>

namespace drawbridge::nftables {
namespace {

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '.' || letter == '/';
}

/// The finalizer of SplitMix64: every bit of the input moves every bit of the output.
std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 30U;
  value *= 0xbf58476d1ce4e5b9U;
  value ^= value >> 27U;
  value *= 0x94d049bb133111ebU;
  return value ^ value >> 31U;
}

}  // namespace

std::string object_name(std::string_view text) {
  std::string name;
  name.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    const bool lone_bar = letter == '_' && (at + 1 == text.size() || is_plain(text[at + 1]));
    if (is_plain(letter) || lone_bar) {
      name += letter;
    } else {
      name += fmt::format("__{:02x}", static_cast<std::uint8_t>(letter));
    }
  }
  return name;
}

std::string type_word(Key key) {
  switch (key) {
    case Key::nd_target: return "nd_target";
    case Key::vlan_id: return "vlan_id";
    case Key::dhcp_chaddr: return "dhcp_chaddr";
    case Key::ip_ttl: return "ttl";
    case Key::ip6_hoplimit: return "hoplimit";
    default: return std::string(facts_of(facts_of(key).type).word);
  }
}

std::string content_name(const Set& set) {
  std::uint64_t digest = set.intervals ? 1 : 0;
  const auto add = [&digest](rules::Number number) {
    digest = mix(digest ^ static_cast<std::uint64_t>(number));
    digest = mix((digest + 0x9e3779b97f4a7c15U) ^ static_cast<std::uint64_t>(number >> 64U));
  };
  for (const rules::Interval& part : set.parts) {
    add(part.first);
    add(part.last);
  }
  std::string types;
  for (const Key key : set.keys) types += fmt::format("/{}", type_word(key));
  return fmt::format("values{}/{:016x}", types, digest);
}

}  // namespace drawbridge::nftables
