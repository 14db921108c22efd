// A transaction for nf_tables under construction: messages back to back between a batch's begin and end, each with the object that
// it is about, so that the kernel's refusal can be told in our words. Layouts: linux/netfilter/nf_tables.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_location.h"
#include "netfilter/set_writer.h"
#include "nftables/delta.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

class RulesetBatch {
 public:
  /// With a generation the kernel refuses all if the ruleset has changed since (ERESTART).
  explicit RulesetBatch(std::optional<std::uint32_t> generation = std::nullopt);

  /// Makes the tables, in place of what was there under the name.
  void replace(const nftables::Ruleset& ruleset);
  /// Takes the tables away; they may be absent.
  void remove(const nftables::Ruleset& ruleset);
  void add_table(nftables::TableFamily family, const std::string& table);
  /// Does what the delta says.
  void apply(const nftables::Delta& delta);

  /// The finished bytes. Sequence numbers count from 0, the batch's begin.
  std::span<const std::uint8_t> finish();
  /// "rule 3 of chain guest-out (100.fw:12)".
  std::string subject(std::uint32_t sequence) const;
  /// The line that a rule comes from, the first if there are several; none for what is nobody's line or no rule.
  SourceLocation where(std::uint32_t sequence) const;

 private:
  void remove_table(nftables::TableFamily family, const std::string& table);
  void add_contents(nftables::TableFamily family, const std::string& name, const nftables::Table& table);
  void add_chain(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Chain& chain);
  void add_rules(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Chain& chain);
  void add_set(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Set& set);
  void add_elements(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Set& set) {
    elements(family, table, name, set, has_floor(set) ? Floor::too : Floor::no, Elements::add);
  }
  enum class Floor : std::uint8_t { no, too };
  enum class Elements : std::uint8_t { add, remove };
  void elements(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Set& set, Floor floor,
                Elements what);
  void change_set(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::SetChange& change,
                  Elements what);
  void remove_contents(nftables::TableFamily family, const std::string& table, const nftables::TableDelta& delta);
  /// Rules, sets and chains by their names.
  void remove_named(std::uint16_t type, const char* kind, nftables::TableFamily family, const std::string& table, std::uint16_t attribute,
                    const std::string& name);
  void remove_helper(nftables::TableFamily family, const std::string& table, const std::string& name);
  void add_helper(nftables::TableFamily family, const std::string& table, const std::string& name, const nftables::Helper& helper);
  void table_message(std::uint16_t type, std::uint16_t flags, nftables::TableFamily family, const std::string& table);
  std::size_t begin(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource = 0);
  void end(std::size_t message);

  struct Subject {
    const char* kind;
    const std::string* name;  // of the ruleset, which outlives the batch
    std::size_t rule;
    const std::string* comment;
  };
  void about(const char* kind, const std::string* name, std::size_t rule = 0, const std::string* comment = nullptr);

  std::vector<std::uint8_t> bytes_;
  std::vector<Subject> subjects_;
};

}  // namespace drawbridge::netfilter
