#include "netfilter/saved_ruleset.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "netfilter/ruleset_batch.h"

namespace drawbridge::netfilter {
namespace {

/// Its last letter counts versions of the form; netlink's numbers stand in this machine's order, so a file from elsewhere fits only if it
/// is of the same kind.
constexpr std::string_view kTitle = "drawbridge ruleset 1\n";
constexpr std::size_t kDigest = 64;

std::string_view as_text(std::span<const std::uint8_t> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

std::string save_ruleset(const nftables::Ruleset& ruleset) {
  RulesetBatch batch;
  batch.replace(ruleset);
  const auto bytes = as_text(batch.finish());
  return fmt::format("{}{}\n{}", kTitle, sha256_hex(bytes), bytes);
}

Result<std::span<const std::uint8_t>> transaction_of_saved(std::string_view saved) {
  const std::size_t head = kTitle.size() + kDigest + 1;
  if (!saved.starts_with(kTitle) || saved.size() < head) return fail(Errc::invalid_input, "these are no saved rules of this version");
  const auto bytes = saved.substr(head);
  if (saved[head - 1] != '\n') return fail(Errc::invalid_input, "the saved rules are damaged");
  if (sha256_hex(bytes) != saved.substr(kTitle.size(), kDigest)) return fail(Errc::invalid_input, "the saved rules are damaged");
  return std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace drawbridge::netfilter
