#include "netfilter/ruleset_reader.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "netfilter/expression_reader.h"
#include "netfilter/family_number.h"

namespace drawbridge::netfilter {
namespace {

using nftables::TableFamily;

constexpr std::uint32_t kAccept = 1;  // NF_ACCEPT

// The attribute with the table's name, whatever the message is about.
constexpr std::uint16_t kTable = 1;
static_assert(NFTA_TABLE_NAME == kTable && NFTA_CHAIN_TABLE == kTable && NFTA_RULE_TABLE == kTable && NFTA_SET_TABLE == kTable &&
              NFTA_SET_ELEM_LIST_TABLE == kTable && NFTA_OBJ_TABLE == kTable && NFTA_FLOWTABLE_TABLE == kTable);

std::string_view text_of(Bytes attributes, std::uint16_t type) {
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next())
    if (attribute->type == type) return attribute->text();
  return {};
}

bool is_whole(Bytes attributes) {
  AttributeReader reader(attributes);
  while (reader.next()) {
  }
  return reader.is_whole();
}

/// Empty: as ours have it.
std::string read_hook(Bytes nest, nftables::Base& base) {
  std::string foreign;
  AttributeReader reader(nest);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NFTA_HOOK_HOOKNUM) {
      if (attribute->u32() > static_cast<std::uint32_t>(nftables::Hook::postrouting)) foreign = "its hook is none of ours";
      base.hook = static_cast<nftables::Hook>(attribute->u32());
    } else if (attribute->type == NFTA_HOOK_PRIORITY) {
      base.priority = static_cast<std::int32_t>(attribute->u32());
    } else {
      foreign = "it stands at a device";
    }
  }
  return foreign;
}

/// The comment's; other notes are for people too, and say nothing.
std::string read_comment(Bytes notes) {
  constexpr std::uint8_t kComment = 0;  // NFTNL_UDATA_RULE_COMMENT
  while (notes.size() >= 2 && notes.size() >= notes[1] + 2U) {
    const Attribute note{notes[0], notes.subspan(2, notes[1])};
    if (note.type == kComment) return std::string(note.text());
    notes = notes.subspan(2U + notes[1]);
  }
  return {};
}

}  // namespace

Result<void> RulesetReader::take(std::uint16_t message, Bytes bytes) {
  if (bytes.size() < sizeof(nfgenmsg)) return fail(Errc::unavailable, "the kernel's answer about the ruleset is cut short");
  const auto our_family = family_of(bytes[0]);
  const Bytes attributes = bytes.subspan(sizeof(nfgenmsg));
  if (!is_whole(attributes)) return fail(Errc::unavailable, "the kernel's answer about the ruleset is cut short");
  if (!our_family || text_of(attributes, kTable) != ruleset_.name) return {};
  const TableFamily family = *our_family;
  bool whole = true;
  switch (message) {
    case NFT_MSG_NEWTABLE: take_table(family, attributes); break;
    case NFT_MSG_NEWCHAIN: take_chain(family, attributes); break;
    case NFT_MSG_NEWRULE: take_rule(family, attributes); break;
    case NFT_MSG_NEWSET: take_set(family, attributes); break;
    case NFT_MSG_NEWSETELEM: whole = take_elements(family, attributes); break;
    case NFT_MSG_NEWOBJ: take_object(family, attributes); break;
    case NFT_MSG_NEWFLOWTABLE:
      ruleset_.tables[family].foreign.emplace(fmt::format("flowtable {}", text_of(attributes, NFTA_FLOWTABLE_NAME)), "we have none");
      break;
    default: break;
  }
  if (!whole) return fail(Errc::unavailable, "the kernel's answer about the ruleset is cut short");
  return {};
}

void RulesetReader::take_table(TableFamily family, Bytes attributes) {
  nftables::Table& table = ruleset_.tables[family];
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next())
    if (attribute->type == NFTA_TABLE_FLAGS && attribute->u32() != 0)
      table.foreign.insert_or_assign(
          "table", (attribute->u32() & NFT_TABLE_F_DORMANT) != 0 ? "it is dormant: none of its chains is in force" : "it has an owner");
}

void RulesetReader::take_chain(TableFamily family, Bytes attributes) {
  nftables::Chain chain;
  std::string foreign, name;
  bool filter = true, accepts = true;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case NFTA_CHAIN_NAME: name = attribute->text(); break;
      case NFTA_CHAIN_HOOK: foreign = read_hook(attribute->payload, chain.base.emplace()); break;
      case NFTA_CHAIN_POLICY: accepts = attribute->u32() == kAccept; break;
      case NFTA_CHAIN_TYPE: filter = attribute->text() == "filter"; break;
      case NFTA_CHAIN_FLAGS:
        if ((attribute->u32() & ~std::uint32_t{NFT_CHAIN_BASE}) != 0) foreign = "it has flags that ours don't have";
        break;
      case NFTA_CHAIN_TABLE:
      case NFTA_CHAIN_HANDLE:
      case NFTA_CHAIN_USE:
      case NFTA_CHAIN_COUNTERS:
      case NFTA_CHAIN_PAD:
      case NFTA_CHAIN_ID:
      case NFTA_CHAIN_USERDATA: break;  // numbers and notes
      default: foreign = fmt::format("it has something new, attribute {}", attribute->type); break;
    }
  }
  if (!filter) foreign = "its type is not filter";
  if (!accepts) foreign = "its policy is not to accept";
  if (!foreign.empty()) ruleset_.tables[family].foreign.insert_or_assign(fmt::format("chain {}", name), foreign);
  contents_[family].chains.emplace(std::move(name), std::move(chain));
}

void RulesetReader::take_rule(TableFamily family, Bytes attributes) {
  nftables::Rule rule;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NFTA_RULE_EXPRESSIONS) rule.statements = read_statements(attribute->payload);
    if (attribute->type == NFTA_RULE_USERDATA) rule.comment = read_comment(attribute->payload);
  }
  Contents& contents = contents_[family];
  const auto chain = contents.chains.find(text_of(attributes, NFTA_RULE_CHAIN));
  if (chain == contents.chains.end()) {
    contents.stray = true;
  } else {
    chain->second.rules.push_back(std::move(rule));
  }
}

void RulesetReader::take_set(TableFamily family, Bytes attributes) {
  SetReading reading = read_set(attributes);
  if (reading.is_anonymous) return;
  if (!reading.foreign.empty()) {
    ruleset_.tables[family].foreign.emplace(fmt::format("set {}", reading.name), std::move(reading.foreign));
    return;
  }
  contents_[family].sets.emplace(std::move(reading.name), ElementReader(std::move(reading.set)));
}

bool RulesetReader::take_elements(TableFamily family, Bytes attributes) {
  Contents& contents = contents_[family];
  const auto set = contents.sets.find(text_of(attributes, NFTA_SET_ELEM_LIST_SET));
  if (set == contents.sets.end()) {
    contents.stray = true;
    return true;
  }
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next())
    if (attribute->type == NFTA_SET_ELEM_LIST_ELEMENTS && !set->second.take(attribute->payload)) return false;
  return true;
}

void RulesetReader::take_object(TableFamily family, Bytes attributes) {
  nftables::Table& table = ruleset_.tables[family];
  nftables::Helper helper;
  std::string name;
  std::uint32_t type = 0;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NFTA_OBJ_NAME) name = attribute->text();
    if (attribute->type == NFTA_OBJ_TYPE) type = attribute->u32();
    if (attribute->type != NFTA_OBJ_DATA) continue;
    AttributeReader data(attribute->payload);
    while (const auto part = data.next()) {
      // The third, its address family, is what the kernel has the helper for.
      if (part->type == NFTA_CT_HELPER_NAME) helper.name = part->text();
      if (part->type == NFTA_CT_HELPER_L4PROTO) helper.protocol = part->u8();
    }
  }
  if (type == NFT_OBJECT_CT_HELPER) {
    table.helpers.emplace(std::move(name), std::move(helper));
  } else {
    table.foreign.emplace(fmt::format("object {}", name), "ours are connection helpers only");
  }
}

std::vector<std::string> RulesetReader::chains_of(TableFamily family) const {
  std::vector<std::string> names;
  const auto contents = contents_.find(family);
  if (contents == contents_.end()) return names;
  for (const auto& [name, chain] : contents->second.chains) names.push_back(name);
  return names;
}

std::vector<std::string> RulesetReader::sets_of(TableFamily family) const {
  std::vector<std::string> names;
  const auto contents = contents_.find(family);
  if (contents == contents_.end()) return names;
  for (const auto& [name, set] : contents->second.sets)
    if (set.definition().kind != nftables::Set::Kind::dynamic) names.push_back(name);
  return names;
}

Result<nftables::Ruleset> RulesetReader::finish() {
  for (auto& [family, contents] : contents_) {
    if (contents.stray || !has_table(family)) return fail(Errc::conflict, "the kernel's ruleset changes while it is read");
    nftables::Table& table = ruleset_.tables[family];
    for (auto& [name, chain] : contents.chains) table.chains.emplace(name, std::make_shared<const nftables::Chain>(std::move(chain)));
    for (auto& [name, reader] : contents.sets) {
      std::string foreign;
      table.sets.emplace(name, std::make_shared<const nftables::Set>(reader.finish(foreign)));
      if (!foreign.empty()) table.foreign.emplace(fmt::format("set {}", name), std::move(foreign));
    }
  }
  return std::move(ruleset_);
}

}  // namespace drawbridge::netfilter
