#include "netfilter/ruleset_batch.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "base/text.h"
#include "netfilter/attribute_writer.h"
#include "netfilter/expression_writer.h"
#include "netfilter/family_number.h"
#include "netfilter/set_writer.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Set;
using nftables::TableFamily;

constexpr std::uint16_t kSubsystem = NFNL_SUBSYS_NFTABLES << 8U;
// A nest's length has 16 bits, so elements go in several messages. An element is 200 bytes and its chain's name at most.
constexpr std::size_t kMaxNest = 48'000;

// Of linux/netfilter.h, which can't stand beside libc's netinet/in.h.
constexpr std::uint32_t kAccept = 1;  // NF_ACCEPT

}  // namespace

RulesetBatch::RulesetBatch(std::optional<std::uint32_t> generation) {
  about("transaction", nullptr);
  const std::size_t message = begin(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  if (generation) AttributeWriter(bytes_).put_u32(NFNL_BATCH_GENID, *generation);
  end(message);
}

std::size_t RulesetBatch::begin(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + sizeof(nlmsghdr) + sizeof(nfgenmsg));
  // The kernel answers nothing to a batch that went well, so its first message asks for an answer.
  if (subjects_.size() == 2) flags |= NLM_F_ACK;
  const nlmsghdr header{0, type, flags, static_cast<std::uint32_t>(subjects_.size() - 1), 0};
  const nfgenmsg generic{family, NFNETLINK_V0, htons(resource)};
  std::memcpy(bytes_.data() + at, &header, sizeof header);
  std::memcpy(bytes_.data() + at + sizeof header, &generic, sizeof generic);
  return at;
}

void RulesetBatch::end(std::size_t message) {
  const auto length = static_cast<std::uint32_t>(bytes_.size() - message);
  std::memcpy(bytes_.data() + message, &length, sizeof length);
}

void RulesetBatch::about(const char* kind, const std::string* name, std::size_t rule, const std::string* comment) {
  subjects_.push_back({kind, name, rule, comment});
}

std::string RulesetBatch::subject(std::uint32_t sequence) const {
  if (sequence >= subjects_.size()) return "the transaction";
  const Subject& subject = subjects_[sequence];
  if (subject.name == nullptr) return std::string("the ") + subject.kind;
  if (subject.comment == nullptr) return fmt::format("{} {}", subject.kind, *subject.name);
  return fmt::format("rule {} of chain {} ({})", subject.rule + 1, *subject.name, *subject.comment);
}

SourceLocation RulesetBatch::where(std::uint32_t sequence) const {
  if (sequence >= subjects_.size() || subjects_[sequence].comment == nullptr) return {};
  const std::string_view comment = *subjects_[sequence].comment;
  const std::string_view first = comment.substr(0, comment.find(','));
  const std::size_t colon = first.rfind(':');
  const auto line = colon == std::string_view::npos ? std::nullopt : parse_number<std::uint32_t>(first.substr(colon + 1));
  if (!line) return {};
  return {std::string(first.substr(0, colon)), *line, 0};
}

void RulesetBatch::table_message(std::uint16_t type, std::uint16_t flags, TableFamily family, const std::string& table) {
  about("table", &table);
  const std::size_t message = begin(kSubsystem | type, flags, number_of(family));
  AttributeWriter(bytes_).put_text(NFTA_TABLE_NAME, table);
  end(message);
}

void RulesetBatch::add_table(TableFamily family, const std::string& table) {
  table_message(NFT_MSG_NEWTABLE, NLM_F_REQUEST | NLM_F_CREATE, family, table);
}

void RulesetBatch::remove_table(TableFamily family, const std::string& table) {
  add_table(family, table);  // so that there is one
  table_message(NFT_MSG_DELTABLE, NLM_F_REQUEST, family, table);
}

void RulesetBatch::remove(const nftables::Ruleset& ruleset) {
  for (const auto& [family, table] : ruleset.tables) remove_table(family, ruleset.name);
}

void RulesetBatch::replace(const nftables::Ruleset& ruleset) {
  remove(ruleset);
  for (const auto& [family, table] : ruleset.tables) {
    add_table(family, ruleset.name);
    add_contents(family, ruleset.name, table);
  }
}

void RulesetBatch::add_contents(TableFamily family, const std::string& name, const nftables::Table& table) {
  for (const auto& [helper, facts] : table.helpers) add_helper(family, name, helper, facts);
  for (const auto& [chain, contents] : table.chains) add_chain(family, name, chain, *contents);
  for (const auto& [set, contents] : table.sets) add_set(family, name, set, *contents);
  for (const auto& [set, contents] : table.sets) add_elements(family, name, set, *contents);
  for (const auto& [chain, contents] : table.chains) add_rules(family, name, chain, *contents);
}

void RulesetBatch::add_chain(TableFamily family, const std::string& table, const std::string& name, const nftables::Chain& chain) {
  about("chain", &name);
  const std::size_t message = begin(kSubsystem | NFT_MSG_NEWCHAIN, NLM_F_REQUEST | NLM_F_CREATE, number_of(family));
  AttributeWriter writer(bytes_);
  writer.put_text(NFTA_CHAIN_TABLE, table);
  writer.put_text(NFTA_CHAIN_NAME, name);
  if (chain.base) {
    writer.put_u32(NFTA_CHAIN_POLICY, kAccept);
    writer.put_text(NFTA_CHAIN_TYPE, "filter");
    const std::size_t hook = writer.begin_nest(NFTA_CHAIN_HOOK);
    writer.put_u32(NFTA_HOOK_HOOKNUM, static_cast<std::uint32_t>(chain.base->hook));
    writer.put_u32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.base->priority));
    writer.end_nest(hook);
  }
  end(message);
}

void RulesetBatch::add_rules(TableFamily family, const std::string& table, const std::string& name, const nftables::Chain& chain) {
  for (std::size_t at = 0; at < chain.rules.size(); ++at) {
    const nftables::Rule& rule = chain.rules[at];
    about("rule", &name, at, &rule.comment);
    const std::size_t message = begin(kSubsystem | NFT_MSG_NEWRULE, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_APPEND, number_of(family));
    AttributeWriter writer(bytes_);
    writer.put_text(NFTA_RULE_TABLE, table);
    writer.put_text(NFTA_RULE_CHAIN, name);
    const std::size_t expressions = writer.begin_nest(NFTA_RULE_EXPRESSIONS);
    ExpressionWriter expression(writer);
    for (const nftables::Statement& statement : rule.statements) expression.write(statement);
    writer.end_nest(expressions);
    if (!rule.comment.empty()) {
      std::vector<std::uint8_t> note{0, static_cast<std::uint8_t>(rule.comment.size() + 1)};  // NFTNL_UDATA_RULE_COMMENT
      note.insert(note.end(), rule.comment.begin(), rule.comment.end());
      note.push_back(0);
      writer.put(NFTA_RULE_USERDATA, note);
    }
    end(message);
  }
}

void RulesetBatch::add_set(TableFamily family, const std::string& table, const std::string& name, const Set& set) {
  about("set", &name);
  const std::size_t message = begin(kSubsystem | NFT_MSG_NEWSET, NLM_F_REQUEST | NLM_F_CREATE, number_of(family));
  AttributeWriter writer(bytes_);
  writer.put_text(NFTA_SET_TABLE, table);
  writer.put_text(NFTA_SET_NAME, name);
  writer.put_u32(NFTA_SET_ID, static_cast<std::uint32_t>(subjects_.size()));
  write_definition(writer, set);
  end(message);
}

void RulesetBatch::elements(TableFamily family, const std::string& table, const std::string& name, const Set& set, Floor floor,
                            Elements what) {
  const bool add = what == Elements::add;
  bool with_floor = floor == Floor::too;
  for (std::size_t at = 0; at < set.size() || with_floor;) {
    about("elements of set", &name);
    const std::size_t message = begin(kSubsystem | (add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM),
                                      add ? NLM_F_REQUEST | NLM_F_CREATE : NLM_F_REQUEST, number_of(family));
    AttributeWriter writer(bytes_);
    writer.put_text(NFTA_SET_ELEM_LIST_TABLE, table);
    writer.put_text(NFTA_SET_ELEM_LIST_SET, name);
    const std::size_t nest = writer.begin_nest(NFTA_SET_ELEM_LIST_ELEMENTS);
    ElementWriter element(writer, set);
    if (with_floor) element.write_floor();
    with_floor = false;
    while (at < set.size() && bytes_.size() - nest < kMaxNest) element.write(at++);
    writer.end_nest(nest);
    end(message);
  }
}

void RulesetBatch::add_helper(TableFamily family, const std::string& table, const std::string& name, const nftables::Helper& helper) {
  about("helper", &name);
  const std::size_t message = begin(kSubsystem | NFT_MSG_NEWOBJ, NLM_F_REQUEST | NLM_F_CREATE, number_of(family));
  AttributeWriter writer(bytes_);
  writer.put_text(NFTA_OBJ_TABLE, table);
  writer.put_text(NFTA_OBJ_NAME, name);
  writer.put_u32(NFTA_OBJ_TYPE, NFT_OBJECT_CT_HELPER);
  const std::size_t data = writer.begin_nest(NFTA_OBJ_DATA);
  writer.put_text(NFTA_CT_HELPER_NAME, helper.name);
  writer.put_u8(NFTA_CT_HELPER_L4PROTO, helper.protocol);
  writer.end_nest(data);
  end(message);
}

std::span<const std::uint8_t> RulesetBatch::finish() {
  about("transaction", nullptr);
  end(begin(NFNL_MSG_BATCH_END, NLM_F_REQUEST, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
  return bytes_;
}

}  // namespace drawbridge::netfilter
