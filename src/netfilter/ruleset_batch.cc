#include "netfilter/ruleset_batch.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "netfilter/attribute_writer.h"
#include "netfilter/expression_writer.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Key;
using nftables::Set;
using nftables::TableFamily;

constexpr std::uint16_t kSubsystem = NFNL_SUBSYS_NFTABLES << 8U;
// A nest's length has 16 bits, so elements go in several messages. An element is 200 bytes and its chain's name at most.
constexpr std::size_t kMaxNest = 48'000;
// nft's own notes with a set (libnftnl/udata.h): the order of bytes in keys and data; 1 the machine's, 2 the network's.
constexpr std::uint8_t kNoteKeyOrder = 0, kNoteDataOrder = 1;

// Of linux/netfilter.h, which can't stand beside libc's netinet/in.h.
constexpr std::uint8_t kInet = 1, kBridge = 7;  // NFPROTO_*
constexpr std::uint32_t kAccept = 1;            // NF_ACCEPT

std::uint8_t number_of(TableFamily family) { return family == TableFamily::inet ? kInet : kBridge; }

std::uint32_t words_of(Key key) { return (nftables::facts_of(key).bytes + 3U) / 4; }

std::uint32_t key_length(const Set& set) {
  if (set.keys.count == 1) return nftables::facts_of(set.keys.key[0]).bytes;
  std::uint32_t words = 0;
  for (const Key key : set.keys) words += words_of(key);
  return words * 4;
}

/// The type by which nft shows elements: of bytes that have no type of their own, one that looks alike.
nftables::DataType shown_type(Key key) {
  switch (key) {
    case Key::nd_target: return nftables::DataType::ipv6_address;
    case Key::dhcp_chaddr: return nftables::DataType::ether_address;
    case Key::vlan_id: return nftables::DataType::inet_service;
    case Key::ip_ttl:
    case Key::ip6_hoplimit: return nftables::DataType::inet_protocol;
    default: return nftables::facts_of(key).type;
  }
}

/// nft's type of a concatenation: six bits for each part.
std::uint32_t key_type(const Set& set) {
  std::uint32_t type = 0;
  for (const Key key : set.keys) type = type << 6U | nftables::facts_of(shown_type(key)).number;
  return type;
}

std::uint32_t flags_of(const Set& set) {
  std::uint32_t flags = 0;
  if (set.intervals) flags |= NFT_SET_INTERVAL;
  if (set.intervals && set.keys.count > 1) flags |= NFT_SET_CONCAT;
  if (set.kind == Set::Kind::dynamic) {
    flags |= NFT_SET_EVAL | NFT_SET_TIMEOUT;
  } else if (set.kind != Set::Kind::set) {
    flags |= NFT_SET_MAP;
  }
  return flags;
}

/// Elements as the kernel takes them.
class ElementWriter {
 public:
  ElementWriter(AttributeWriter& writer, const Set& set) : writer_(writer), set_(set) {}

  /// Element `at`. An interval of a single key is two: where it begins, and where it is over, even if the next one begins there.
  void write(std::size_t at) {
    const auto parts = std::span(set_.parts).subspan(at * set_.keys.count, set_.keys.count);
    const bool pair = set_.intervals && set_.keys.count == 1;
    if (pair && at == 0 && parts[0].first != 0) bound(0);  // as nft does, which reads sets so
    begin();
    value(NFTA_SET_ELEM_KEY, parts, false);
    if (set_.intervals && !pair) value(NFTA_SET_ELEM_KEY_END, parts, true);
    if (!set_.values.empty()) map_value(set_.values[at]);
    writer_.end_nest(element_);
    const rules::Number top = rules::largest(nftables::bits_of(set_.keys.key[0]));
    if (pair && parts[0].last != top) bound(parts[0].last + 1);
  }

 private:
  void begin() { element_ = writer_.begin_nest(NFTA_LIST_ELEM); }
  void bound(rules::Number number) {
    begin();
    const std::array<rules::Interval, 1> part{rules::Interval{number, number}};
    value(NFTA_SET_ELEM_KEY, part, false);
    writer_.put_u32(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
    writer_.end_nest(element_);
  }
  void value(std::uint16_t type, std::span<const rules::Interval> parts, bool last) {
    std::array<std::uint8_t, 64> bytes{};
    std::size_t length = 0;
    for (std::size_t at = 0; at < parts.size(); ++at) {
      const Key key = set_.keys.key.at(at);
      const auto number = register_bytes(key, last ? parts[at].last : parts[at].first);
      std::memcpy(bytes.data() + length, number.data(), nftables::facts_of(key).bytes);
      length += words_of(key) * std::size_t{4};
    }
    const std::size_t nest = writer_.begin_nest(type);
    writer_.put(NFTA_DATA_VALUE, std::span(bytes).first(key_length(set_)));
    writer_.end_nest(nest);
  }
  void map_value(const nftables::MapValue& value) {
    const std::size_t nest = writer_.begin_nest(NFTA_SET_ELEM_DATA);
    if (const auto* verdict = std::get_if<nftables::Verdict>(&value)) {
      write_verdict(writer_, *verdict);
    } else {
      std::array<std::uint8_t, 4> bytes{};
      std::memcpy(bytes.data(), &std::get<std::uint32_t>(value), 4);
      writer_.put(NFTA_DATA_VALUE, std::span(bytes).first(set_.kind == Set::Kind::zone_map ? 2 : 4));
    }
    writer_.end_nest(nest);
  }

  AttributeWriter& writer_;
  const Set& set_;
  std::size_t element_ = 0;
};

void write_set_notes(AttributeWriter& writer, const Set& set) {
  const nftables::KeyFacts& facts = nftables::facts_of(set.keys.key[0]);
  const bool host_order = facts.host_order || nftables::is_name(set.keys.key[0]) || facts.bytes == 1;
  const std::uint8_t order = set.keys.count > 1 ? 0 : host_order ? 1 : 2;
  std::vector<std::uint8_t> notes{kNoteKeyOrder, 4, order, 0, 0, 0};
  // A verdict has no order, and nft aborts if it is said to have one.
  if (set.kind == Set::Kind::mark_map || set.kind == Set::Kind::zone_map) notes.insert(notes.end(), {kNoteDataOrder, 4, 1, 0, 0, 0});
  writer.put(NFTA_SET_USERDATA, notes);
}

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

void RulesetBatch::table_message(std::uint16_t type, std::uint16_t flags, TableFamily family, const std::string& table) {
  about("table", &table);
  const std::size_t message = begin(kSubsystem | type, flags, number_of(family));
  AttributeWriter(bytes_).put_text(NFTA_TABLE_NAME, table);
  end(message);
}

void RulesetBatch::add_table(TableFamily family, const std::string& table) {
  table_message(NFT_MSG_NEWTABLE, NLM_F_REQUEST | NLM_F_CREATE, family, table);
}

void RulesetBatch::remove(const nftables::Ruleset& ruleset) {
  for (const auto& [family, table] : ruleset.tables) {
    add_table(family, ruleset.name);  // so that there is one
    table_message(NFT_MSG_DELTABLE, NLM_F_REQUEST, family, ruleset.name);
  }
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
  writer.put_u32(NFTA_SET_FLAGS, flags_of(set));
  writer.put_u32(NFTA_SET_KEY_TYPE, key_type(set));
  writer.put_u32(NFTA_SET_KEY_LEN, key_length(set));
  writer.put_u32(NFTA_SET_ID, static_cast<std::uint32_t>(subjects_.size()));
  if (set.kind == Set::Kind::verdict_map) {
    writer.put_u32(NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
    writer.put_u32(NFTA_SET_DATA_LEN, 16);
  } else if (set.kind == Set::Kind::mark_map || set.kind == Set::Kind::zone_map) {
    const bool mark = set.kind == Set::Kind::mark_map;
    writer.put_u32(NFTA_SET_DATA_TYPE, facts_of(mark ? nftables::DataType::mark : nftables::DataType::integer).number);
    writer.put_u32(NFTA_SET_DATA_LEN, mark ? 4 : 2);
  } else if (set.kind == Set::Kind::dynamic) {
    writer.put_u64(NFTA_SET_TIMEOUT, std::uint64_t{set.timeout_seconds} * 1000);
  }
  const std::size_t description = writer.begin_nest(NFTA_SET_DESC);
  if (set.kind == Set::Kind::dynamic) writer.put_u32(NFTA_SET_DESC_SIZE, 65535);
  if (set.keys.count > 1 && set.intervals) {
    const std::size_t fields = writer.begin_nest(NFTA_SET_DESC_CONCAT);
    for (const Key key : set.keys) {
      const std::size_t field = writer.begin_nest(NFTA_LIST_ELEM);
      writer.put_u32(NFTA_SET_FIELD_LEN, nftables::facts_of(key).bytes);
      writer.end_nest(field);
    }
    writer.end_nest(fields);
  }
  writer.end_nest(description);
  write_set_notes(writer, set);
  end(message);
}

void RulesetBatch::add_elements(TableFamily family, const std::string& table, const std::string& name, const Set& set) {
  for (std::size_t at = 0; at < set.size();) {
    about("elements of set", &name);
    const std::size_t message = begin(kSubsystem | NFT_MSG_NEWSETELEM, NLM_F_REQUEST | NLM_F_CREATE, number_of(family));
    AttributeWriter writer(bytes_);
    writer.put_text(NFTA_SET_ELEM_LIST_TABLE, table);
    writer.put_text(NFTA_SET_ELEM_LIST_SET, name);
    const std::size_t elements = writer.begin_nest(NFTA_SET_ELEM_LIST_ELEMENTS);
    ElementWriter element(writer, set);
    while (at < set.size() && bytes_.size() - elements < kMaxNest) element.write(at++);
    writer.end_nest(elements);
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
