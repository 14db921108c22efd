// What changes, and nothing else, in the order in which the kernel can take it: what goes first sets free what it uses.
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "netfilter/attribute_writer.h"
#include "netfilter/family_number.h"
#include "netfilter/ruleset_batch.h"

namespace drawbridge::netfilter {
namespace {

using nftables::TableFamily;

constexpr std::uint16_t kSubsystem = NFNL_SUBSYS_NFTABLES << 8U;

}  // namespace

void RulesetBatch::apply(const nftables::Delta& delta) {
  for (const auto& [family, table] : delta.tables) {
    if (table.remove) remove_table(family, delta.name);
    if (table.create) add_table(family, delta.name);
    remove_contents(family, delta.name, table);
    for (const auto& [name, helper] : table.added_helpers) add_helper(family, delta.name, name, helper);
    for (const auto& [name, chain] : table.added_chains) add_chain(family, delta.name, name, *chain);
    for (const auto& [name, set] : table.added_sets) add_set(family, delta.name, name, *set);
    for (const auto& [name, set] : table.added_sets) add_elements(family, delta.name, name, *set);
    for (const auto& [name, change] : table.changed_sets) change_set(family, delta.name, name, change, Elements::add);
    for (const auto& [name, change] : table.changed_chains) add_rules(family, delta.name, name, *change.to);
    for (const auto& [name, chain] : table.written_chains) add_rules(family, delta.name, name, *chain);
  }
}

void RulesetBatch::remove_contents(TableFamily family, const std::string& table, const nftables::TableDelta& delta) {
  for (const std::string& name : delta.emptied_chains)
    remove_named(NFT_MSG_DELRULE, "rules of chain", family, table, NFTA_RULE_CHAIN, name);
  for (const auto& [name, change] : delta.changed_chains)
    if (!change.from->rules.empty()) remove_named(NFT_MSG_DELRULE, "rules of chain", family, table, NFTA_RULE_CHAIN, name);
  for (const auto& [name, change] : delta.changed_sets) change_set(family, table, name, change, Elements::remove);
  for (const std::string& name : delta.removed_sets) remove_named(NFT_MSG_DELSET, "set", family, table, NFTA_SET_NAME, name);
  for (const std::string& name : delta.removed_chains) remove_named(NFT_MSG_DELCHAIN, "chain", family, table, NFTA_CHAIN_NAME, name);
  for (const std::string& name : delta.removed_helpers) remove_helper(family, table, name);
}

void RulesetBatch::change_set(TableFamily family, const std::string& table, const std::string& name, const nftables::SetChange& change,
                              Elements what) {
  const bool had = has_floor(*change.from), has = has_floor(*change.to);
  const bool add = what == Elements::add;
  elements(family, table, name, add ? change.added : change.removed, (add ? has && !had : had && !has) ? Floor::too : Floor::no, what);
}

void RulesetBatch::remove_named(std::uint16_t type, const char* kind, TableFamily family, const std::string& table, std::uint16_t attribute,
                                const std::string& name) {
  about(kind, &name);
  const std::size_t message = begin(kSubsystem | type, NLM_F_REQUEST, number_of(family));
  AttributeWriter writer(bytes_);
  writer.put_text(NFTA_CHAIN_TABLE, table);  // of rules and sets too
  writer.put_text(attribute, name);
  end(message);
}

void RulesetBatch::remove_helper(TableFamily family, const std::string& table, const std::string& name) {
  about("helper", &name);
  const std::size_t message = begin(kSubsystem | NFT_MSG_DELOBJ, NLM_F_REQUEST, number_of(family));
  AttributeWriter writer(bytes_);
  writer.put_text(NFTA_OBJ_TABLE, table);
  writer.put_text(NFTA_OBJ_NAME, name);
  writer.put_u32(NFTA_OBJ_TYPE, NFT_OBJECT_CT_HELPER);
  end(message);
}

}  // namespace drawbridge::netfilter
