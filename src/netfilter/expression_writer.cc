#include "netfilter/expression_writer.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>

#include <algorithm>

namespace drawbridge::netfilter {
namespace {

using nftables::facts_of;
using nftables::Key;
using nftables::KeyFacts;
using nftables::Source;
using rules::Number;

constexpr std::uint32_t kRegister = NFT_REG_1;
constexpr int kNowhere = -1;

std::uint32_t code_of(const nftables::Verdict& verdict) {
  switch (verdict.kind) {
    case nftables::Verdict::Kind::accept: return NF_ACCEPT;
    case nftables::Verdict::Kind::drop: return NF_DROP;
    case nftables::Verdict::Kind::jump: return static_cast<std::uint32_t>(NFT_JUMP);
    case nftables::Verdict::Kind::go_back: return static_cast<std::uint32_t>(NFT_RETURN);
  }
  return NF_DROP;
}

/// How many leading bits are fixed, if the interval is a prefix of the key's width.
std::optional<unsigned> prefix_bits(Key key, const rules::Interval& values) {
  const unsigned width = nftables::bits_of(key);
  for (unsigned rest = 0; rest < width; ++rest) {
    const Number hosts = rest == 0 ? 0 : rules::largest(rest);
    if (values.last - values.first == hosts && (values.first & hosts) == 0) return width - rest;
  }
  return std::nullopt;
}

Number key_mask(Key key, Number mask) {
  const Number own = facts_of(key).mask != 0 ? Number{facts_of(key).mask} : rules::largest(nftables::bits_of(key));
  return mask & own;
}

}  // namespace

std::array<std::uint8_t, 16> register_bytes(Key key, Number value) {
  std::array<std::uint8_t, 16> bytes{};
  const KeyFacts& facts = facts_of(key);
  for (std::size_t at = 0; at < facts.bytes; ++at) {
    const std::size_t place = facts.host_order ? at : facts.bytes - 1U - at;  // little-endian machines only, as Debian's
    bytes.at(place) = static_cast<std::uint8_t>(value >> (8 * at));
  }
  return bytes;
}

Number register_number(Key key, std::span<const std::uint8_t> bytes) {
  const KeyFacts& facts = facts_of(key);
  Number value = 0;
  for (std::size_t at = 0; at < facts.bytes; ++at) {
    const std::size_t place = facts.host_order ? facts.bytes - 1U - at : at;
    value = value << 8U | (place < bytes.size() ? bytes[place] : 0U);
  }
  return value;
}

void write_verdict(AttributeWriter& writer, const nftables::Verdict& verdict) {
  const std::size_t nest = writer.begin_nest(NFTA_DATA_VERDICT);
  writer.put_u32(NFTA_VERDICT_CODE, code_of(verdict));
  if (verdict.kind == nftables::Verdict::Kind::jump) writer.put_text(NFTA_VERDICT_CHAIN, verdict.chain);
  writer.end_nest(nest);
}

template <class Write>
void ExpressionWriter::expression(std::string_view name, Write write) {
  const std::size_t element = writer_.begin_nest(NFTA_LIST_ELEM);
  writer_.put_text(NFTA_EXPR_NAME, name);
  const std::size_t body = writer_.begin_nest(NFTA_EXPR_DATA);
  write();
  writer_.end_nest(body);
  writer_.end_nest(element);
}

void ExpressionWriter::data(std::uint16_t type, std::span<const std::uint8_t> bytes) {
  const std::size_t nest = writer_.begin_nest(type);
  writer_.put(NFTA_DATA_VALUE, bytes);
  writer_.end_nest(nest);
}

void ExpressionWriter::load(Key key, std::uint32_t reg, std::size_t bytes) {
  const KeyFacts& facts = facts_of(key);
  const auto header = [&](std::uint32_t base) {
    expression("payload", [&] {
      writer_.put_u32(NFTA_PAYLOAD_DREG, reg);
      writer_.put_u32(NFTA_PAYLOAD_BASE, base);
      writer_.put_u32(NFTA_PAYLOAD_OFFSET, facts.number);
      writer_.put_u32(NFTA_PAYLOAD_LEN, static_cast<std::uint32_t>(bytes));
    });
  };
  switch (facts.source) {
    case Source::meta:
      expression("meta", [&] {
        writer_.put_u32(NFTA_META_KEY, facts.number);
        writer_.put_u32(NFTA_META_DREG, reg);
      });
      break;
    case Source::conntrack:
      expression("ct", [&] {
        writer_.put_u32(NFTA_CT_KEY, facts.number);
        writer_.put_u32(NFTA_CT_DREG, reg);
      });
      break;
    case Source::fib:
      expression("fib", [&] {
        writer_.put_u32(NFTA_FIB_FLAGS, facts.number);
        writer_.put_u32(NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
        writer_.put_u32(NFTA_FIB_DREG, reg);
      });
      break;
    case Source::link: header(NFT_PAYLOAD_LL_HEADER); break;
    case Source::network: header(NFT_PAYLOAD_NETWORK_HEADER); break;
    case Source::transport: header(NFT_PAYLOAD_TRANSPORT_HEADER); break;
    case Source::ipv6_fragment:
      expression("exthdr", [&] {
        writer_.put_u32(NFTA_EXTHDR_DREG, reg);
        writer_.put_u8(NFTA_EXTHDR_TYPE, IPPROTO_FRAGMENT);
        writer_.put_u32(NFTA_EXTHDR_OFFSET, facts.number);
        writer_.put_u32(NFTA_EXTHDR_LEN, facts.bytes);
        if (key == Key::frag_exists) writer_.put_u32(NFTA_EXTHDR_FLAGS, NFT_EXTHDR_F_PRESENT);
      });
      break;
  }
}

void ExpressionWriter::mask(Key key, Number mask, std::uint32_t reg) {
  const Number bits = key_mask(key, mask);
  if (bits == rules::largest(nftables::bits_of(key))) return;
  const std::size_t length = facts_of(key).bytes;
  const auto ones = register_bytes(key, bits), zeros = register_bytes(key, 0);
  expression("bitwise", [&] {
    writer_.put_u32(NFTA_BITWISE_SREG, reg);
    writer_.put_u32(NFTA_BITWISE_DREG, reg);
    writer_.put_u32(NFTA_BITWISE_LEN, static_cast<std::uint32_t>(length));
    data(NFTA_BITWISE_MASK, std::span(ones).first(length));
    data(NFTA_BITWISE_XOR, std::span(zeros).first(length));
  });
}

/// Each key begins at the next 32-bit register.
void ExpressionWriter::load_all(const nftables::Keys& keys, Number mask) {
  std::uint32_t word = 0;
  for (const Key key : keys) {
    const std::uint32_t reg = word % 4 == 0 ? NFT_REG_1 + word / 4 : NFT_REG32_00 + word;
    load(key, reg, facts_of(key).bytes);
    this->mask(key, mask, reg);
    word += (facts_of(key).bytes + 3U) / 4;
  }
}

void ExpressionWriter::compare_bytes(std::uint32_t operation, std::span<const std::uint8_t> bytes) {
  expression("cmp", [&] {
    writer_.put_u32(NFTA_CMP_SREG, kRegister);
    writer_.put_u32(NFTA_CMP_OP, operation);
    data(NFTA_CMP_DATA, bytes);
  });
}

void ExpressionWriter::operator()(const nftables::Compare& compare) {
  const Key key = compare.key;
  const KeyFacts& facts = facts_of(key);
  const bool masked = key_mask(key, compare.mask) != rules::largest(nftables::bits_of(key));
  auto first = register_bytes(key, compare.values.first), last = register_bytes(key, compare.values.last);
  const std::uint32_t equal = compare.negated ? NFT_CMP_NEQ : NFT_CMP_EQ;
  // Prefixes of addresses and names, as nft has them; of anything else they are ranges.
  const bool has_prefixes =
      facts.type == nftables::DataType::ipv4_address || facts.type == nftables::DataType::ipv6_address || nftables::is_name(key);
  const auto prefix = masked || !has_prefixes ? std::nullopt : prefix_bits(key, compare.values);
  if (prefix && *prefix != 0 && *prefix % 8 == 0) {
    load(key, kRegister, *prefix / 8);
    compare_bytes(equal, std::span(first).first(*prefix / 8));
    return;
  }
  load(key, kRegister, facts.bytes);
  if (prefix && *prefix != 0) {
    mask(key, ~rules::largest(nftables::bits_of(key) - *prefix), kRegister);
    compare_bytes(equal, std::span(first).first(facts.bytes));
    return;
  }
  mask(key, compare.mask, kRegister);
  if (compare.values.first == compare.values.last) {
    compare_bytes(equal, std::span(first).first(facts.bytes));
    return;
  }
  if (facts.host_order && facts.bytes > 1) {  // ranges are compared byte by byte
    expression("byteorder", [&] {
      writer_.put_u32(NFTA_BYTEORDER_SREG, kRegister);
      writer_.put_u32(NFTA_BYTEORDER_DREG, kRegister);
      writer_.put_u32(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
      writer_.put_u32(NFTA_BYTEORDER_LEN, facts.bytes);
      writer_.put_u32(NFTA_BYTEORDER_SIZE, facts.bytes);
    });
    std::reverse(first.begin(), first.begin() + facts.bytes);
    std::reverse(last.begin(), last.begin() + facts.bytes);
  }
  if (!compare.negated) {
    compare_bytes(NFT_CMP_GTE, std::span(first).first(facts.bytes));
    compare_bytes(NFT_CMP_LTE, std::span(last).first(facts.bytes));
    return;
  }
  expression("range", [&] {
    writer_.put_u32(NFTA_RANGE_SREG, kRegister);
    writer_.put_u32(NFTA_RANGE_OP, NFT_RANGE_NEQ);
    data(NFTA_RANGE_FROM_DATA, std::span(first).first(facts.bytes));
    data(NFTA_RANGE_TO_DATA, std::span(last).first(facts.bytes));
  });
}

void ExpressionWriter::lookup(const std::string& set, bool negated, int destination) {
  expression("lookup", [&] {
    writer_.put_text(NFTA_LOOKUP_SET, set);
    writer_.put_u32(NFTA_LOOKUP_SREG, kRegister);
    if (destination != kNowhere) writer_.put_u32(NFTA_LOOKUP_DREG, static_cast<std::uint32_t>(destination));
    if (negated) writer_.put_u32(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
  });
}

void ExpressionWriter::operator()(const nftables::Lookup& lookup) {
  load_all(lookup.keys, lookup.mask);
  this->lookup(lookup.set, lookup.negated, kNowhere);
}

void ExpressionWriter::operator()(const nftables::VerdictLookup& lookup) {
  load_all(lookup.keys, ~Number{0});
  this->lookup(lookup.map, false, NFT_REG_VERDICT);
}

void ExpressionWriter::operator()(const nftables::Verdict& verdict) {
  expression("immediate", [&] {
    writer_.put_u32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    const std::size_t nest = writer_.begin_nest(NFTA_IMMEDIATE_DATA);
    write_verdict(writer_, verdict);
    writer_.end_nest(nest);
  });
}

void ExpressionWriter::operator()(const nftables::RejectWith& reject) {
  using Type = nftables::RejectWith::Type;
  expression("reject", [&] {
    const std::uint32_t type = reject.type == Type::tcp_reset ? NFT_REJECT_TCP_RST
                               : reject.type == Type::icmp    ? NFT_REJECT_ICMP_UNREACH
                                                              : NFT_REJECT_ICMPX_UNREACH;
    writer_.put_u32(NFTA_REJECT_TYPE, type);
    writer_.put_u8(NFTA_REJECT_ICMP_CODE, reject.code);
  });
}

void ExpressionWriter::operator()(const nftables::LogTo& log) {
  expression("log", [&] {
    writer_.put_u16(NFTA_LOG_GROUP, log.group);
    writer_.put_text(NFTA_LOG_PREFIX, log.prefix);
  });
}

void ExpressionWriter::limit_data(const nftables::Rate& rate, bool over) {
  writer_.put_u64(NFTA_LIMIT_RATE, rate.rate);
  writer_.put_u64(NFTA_LIMIT_UNIT, rate.seconds);
  writer_.put_u32(NFTA_LIMIT_BURST, rate.burst);
  writer_.put_u32(NFTA_LIMIT_TYPE, NFT_LIMIT_PKTS);
  writer_.put_u32(NFTA_LIMIT_FLAGS, over ? NFT_LIMIT_F_INV : 0);
}

void ExpressionWriter::operator()(const nftables::Limit& limit) {
  expression("limit", [&] { limit_data(limit.rate, false); });
}

void ExpressionWriter::operator()(const nftables::LimitEach& limit) {
  load(limit.key, kRegister, facts_of(limit.key).bytes);
  mask(limit.key, limit.mask, kRegister);
  expression("dynset", [&] {
    writer_.put_text(NFTA_DYNSET_SET_NAME, limit.set);
    writer_.put_u32(NFTA_DYNSET_OP, NFT_DYNSET_OP_ADD);
    writer_.put_u32(NFTA_DYNSET_SREG_KEY, kRegister);
    const std::size_t each = writer_.begin_nest(NFTA_DYNSET_EXPR);
    writer_.put_text(NFTA_EXPR_NAME, "limit");
    const std::size_t body = writer_.begin_nest(NFTA_EXPR_DATA);
    limit_data(limit.rate, true);
    writer_.end_nest(body);
    writer_.end_nest(each);
  });
}

void ExpressionWriter::set_connection(std::uint32_t key) {
  expression("ct", [&] {
    writer_.put_u32(NFTA_CT_KEY, key);
    writer_.put_u32(NFTA_CT_SREG, kRegister);
  });
}

void ExpressionWriter::operator()(const nftables::SetMark& set) {
  load(set.key, kRegister, facts_of(set.key).bytes);
  lookup(set.map, false, kRegister);
  set_connection(NFT_CT_MARK);
}

void ExpressionWriter::operator()(const nftables::SetLabel& set) {
  load(set.key, kRegister, facts_of(set.key).bytes);
  lookup(set.map, false, kRegister);
  set_connection(NFT_CT_LABELS);
}

void ExpressionWriter::operator()(const nftables::SetZoneFrom& set) {
  load(set.key, kRegister, facts_of(set.key).bytes);
  lookup(set.map, false, kRegister);
  set_connection(NFT_CT_ZONE);
}

void ExpressionWriter::operator()(const nftables::SetZone& set) {
  expression("immediate", [&] {
    writer_.put_u32(NFTA_IMMEDIATE_DREG, kRegister);
    data(NFTA_IMMEDIATE_DATA, std::array{static_cast<std::uint8_t>(set.zone), static_cast<std::uint8_t>(set.zone >> 8U)});
  });
  set_connection(NFT_CT_ZONE);
}

void ExpressionWriter::operator()(const nftables::SetHelper& set) {
  expression("objref", [&] {
    writer_.put_u32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_CT_HELPER);
    writer_.put_text(NFTA_OBJREF_IMM_NAME, set.object);
  });
}

void ExpressionWriter::operator()(const nftables::QueueTo& queue) {
  expression("queue", [&] {
    writer_.put_u16(NFTA_QUEUE_NUM, queue.first);
    writer_.put_u16(NFTA_QUEUE_TOTAL, static_cast<std::uint16_t>(queue.last - queue.first + 1));
    writer_.put_u16(NFTA_QUEUE_FLAGS, NFT_QUEUE_FLAG_BYPASS);
  });
}

void ExpressionWriter::operator()(const nftables::Counter& counter) {
  expression("counter", [&] {
    if (counter.packets == 0 && counter.bytes == 0) return;
    writer_.put_u64(NFTA_COUNTER_BYTES, counter.bytes);
    writer_.put_u64(NFTA_COUNTER_PACKETS, counter.packets);
  });
}

/// The kernel takes what it has told.
void ExpressionWriter::operator()(const nftables::Foreign& foreign) { writer_.append(foreign.bytes); }

}  // namespace drawbridge::netfilter
