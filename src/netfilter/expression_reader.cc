#include "netfilter/expression_reader.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "netfilter/expression_list.h"
#include "netfilter/expression_writer.h"
#include "netfilter/key_reader.h"

namespace drawbridge::netfilter {
namespace {

using nftables::facts_of;
using nftables::Key;
using nftables::Statement;
using rules::Number;

/// Guesses, as the next function checks: registers and what is always the same are not looked at.
class StatementReader {
 public:
  explicit StatementReader(const std::vector<Expression>& expressions) : expressions_(expressions) {}

  /// nullopt: no statements of ours.
  std::optional<std::vector<Statement>> read() {
    while (at_ < expressions_.size()) {
      auto statement = is_load(expressions_[at_]) ? read_loading() : read_other();
      if (!statement) return std::nullopt;
      if (const auto* compare = std::get_if<nftables::Compare>(&*statement)) keys_.learn(*compare);
      statements_.push_back(std::move(*statement));
    }
    return std::move(statements_);
  }

 private:
  struct Load {
    const Expression* expression = nullptr;
    Bytes mask;  ///< empty: none
  };

  const Expression* peek(std::string_view name) const {
    return at_ < expressions_.size() && expressions_[at_].name == name ? &expressions_[at_] : nullptr;
  }
  const Expression* take(std::string_view name) {
    const Expression* found = peek(name);
    if (found != nullptr) ++at_;
    return found;
  }
  static Bytes data(const Expression& expression, AttributePath where) {
    const Attribute* value = expression.parts.find(path(where, NFTA_DATA_VALUE));
    return value == nullptr ? Bytes{} : value->payload;
  }

  std::optional<Statement> read_loading() {
    std::vector<Load> loads;
    while (at_ < expressions_.size() && is_load(expressions_[at_])) {
      Load load{&expressions_[at_++], {}};
      if (const Expression* mask = take("bitwise")) load.mask = data(*mask, NFTA_BITWISE_MASK);
      loads.push_back(load);
    }
    if (loads.size() == 1 && (peek("cmp") != nullptr || peek("range") != nullptr || peek("byteorder") != nullptr))
      return read_compare(loads[0]);
    return read_lookup(loads);
  }

  std::optional<Statement> read_compare(const Load& load) {
    const bool swapped = take("byteorder") != nullptr;
    if (at_ == expressions_.size()) return std::nullopt;
    const Expression* const first = &expressions_[at_];
    const Expression* last = first;
    Bytes low, high;
    bool negated = false;
    if (take("range") != nullptr) {
      low = data(*first, NFTA_RANGE_FROM_DATA);
      high = data(*first, NFTA_RANGE_TO_DATA);
      negated = true;
    } else if (take("cmp") != nullptr) {
      const std::uint32_t operation = first->parts.u32(NFTA_CMP_OP);
      negated = operation == NFT_CMP_NEQ;
      if (operation == NFT_CMP_GTE && (last = take("cmp")) == nullptr) return std::nullopt;
      low = data(*first, NFTA_CMP_DATA);
      high = data(*last, NFTA_CMP_DATA);
    } else {
      return std::nullopt;
    }
    const auto key = keys_.find(*load.expression, low.size());
    if (!key) return std::nullopt;
    const auto number = [&](Bytes bytes) {
      std::vector<std::uint8_t> turned(bytes.begin(), bytes.end());
      if (swapped) std::ranges::reverse(turned);
      return register_number(*key, turned);
    };
    nftables::Compare compare{*key, negated, ~Number{0}, {number(low), number(high)}};
    mask(load, low.size(), compare);
    return compare;
  }

  /// A prefix is an interval, any other mask is one.
  static void mask(const Load& load, std::size_t compared, nftables::Compare& compare) {
    const unsigned width = nftables::bits_of(compare.key);
    if (compared < facts_of(compare.key).bytes) {
      compare.values.last |= rules::largest(width - 8 * static_cast<unsigned>(compared));
      return;
    }
    const Number bits = mask_number(compare.key, load.mask);
    if (bits == ~Number{0}) return;
    const Number hosts = ~bits & rules::largest(width);
    const nftables::DataType type = facts_of(compare.key).type;
    const bool has_prefixes =
        type == nftables::DataType::ipv4_address || type == nftables::DataType::ipv6_address || nftables::is_name(compare.key);
    if (has_prefixes && (hosts & (hosts + 1)) == 0) {
      compare.values.last |= hosts;
    } else {
      compare.mask = bits;
    }
  }

  /// All bits: no mask but the key's own.
  static Number mask_number(Key key, Bytes mask) {
    if (mask.empty()) return ~Number{0};
    const Number bits = register_number(key, mask);
    return facts_of(key).mask != 0 && bits == facts_of(key).mask ? ~Number{0} : bits;
  }

  std::optional<Statement> read_lookup(const std::vector<Load>& loads) {
    nftables::Keys keys;
    if (loads.size() > nftables::kMaxKeys) return std::nullopt;
    for (const Load& load : loads) {
      const auto key = keys_.find(*load.expression, 0);
      if (!key) return std::nullopt;
      keys.key.at(keys.count++) = *key;
    }
    const Number mask = loads.size() == 1 ? mask_number(keys.key[0], loads[0].mask) : ~Number{0};
    if (const Expression* dynamic = take("dynset")) return read_limit_each(keys.key[0], mask, *dynamic);
    const Expression* lookup = take("lookup");
    if (lookup == nullptr) return std::nullopt;
    const Attribute* name = lookup->parts.find(NFTA_LOOKUP_SET);
    if (name == nullptr) return std::nullopt;
    std::string set(name->text());
    const Attribute* destination = lookup->parts.find(NFTA_LOOKUP_DREG);
    if (destination == nullptr) return nftables::Lookup{keys, lookup->parts.u32(NFTA_LOOKUP_FLAGS) != 0, mask, std::move(set)};
    if (destination->u32() == NFT_REG_VERDICT) return nftables::VerdictLookup{keys, std::move(set)};
    const Expression* connection = take("ct");
    if (connection == nullptr) return std::nullopt;
    if (connection->parts.u32(NFTA_CT_KEY) == NFT_CT_LABELS) return nftables::SetLabel{keys.key[0], std::move(set)};
    if (connection->parts.u32(NFTA_CT_KEY) == NFT_CT_ZONE) return nftables::SetZoneFrom{keys.key[0], std::move(set)};
    return nftables::SetMark{keys.key[0], std::move(set)};
  }

  static nftables::Rate read_rate(const Parts& parts, AttributePath outer) {
    const auto u64 = [&](std::uint32_t where) {
      const Attribute* attribute = parts.find(path(outer, where));
      return attribute == nullptr ? 0 : attribute->u64();
    };
    return {u64(NFTA_LIMIT_RATE), u64(NFTA_LIMIT_UNIT), parts.u32(path(outer, NFTA_LIMIT_BURST))};
  }

  static std::optional<Statement> read_limit_each(Key key, Number mask, const Expression& dynamic) {
    const Attribute* set = dynamic.parts.find(NFTA_DYNSET_SET_NAME);
    if (set == nullptr) return std::nullopt;
    return nftables::LimitEach{key, mask, std::string(set->text()), read_rate(dynamic.parts, path(NFTA_DYNSET_EXPR, NFTA_EXPR_DATA))};
  }

  std::optional<Statement> read_other() {
    const Expression& expression = expressions_[at_++];
    const Parts& parts = expression.parts;
    const auto text = [&](AttributePath where) {
      const Attribute* attribute = parts.find(where);
      return attribute == nullptr ? std::string() : std::string(attribute->text());
    };
    const auto u16 = [&](AttributePath where) {
      const Attribute* attribute = parts.find(where);
      return attribute == nullptr ? std::uint16_t{0} : attribute->u16();
    };
    if (expression.name == "counter") return expression.counted;
    if (expression.name == "limit") return nftables::Limit{read_rate(parts, 0)};
    if (expression.name == "log") return nftables::LogTo{text(NFTA_LOG_PREFIX), u16(NFTA_LOG_GROUP)};
    if (expression.name == "objref") return nftables::SetHelper{text(NFTA_OBJREF_IMM_NAME)};
    if (expression.name == "reject") return read_reject(parts);
    if (expression.name == "immediate") return read_immediate(parts);
    if (expression.name == "queue") {
      const std::uint16_t first = u16(NFTA_QUEUE_NUM);
      return nftables::QueueTo{first, static_cast<std::uint16_t>(first + u16(NFTA_QUEUE_TOTAL) - 1)};
    }
    return std::nullopt;
  }

  static Statement read_reject(const Parts& parts) {
    using Type = nftables::RejectWith::Type;
    const std::uint32_t type = parts.u32(NFTA_REJECT_TYPE);
    const Attribute* code = parts.find(NFTA_REJECT_ICMP_CODE);
    return nftables::RejectWith{type == NFT_REJECT_TCP_RST        ? Type::tcp_reset
                                : type == NFT_REJECT_ICMP_UNREACH ? Type::icmp
                                                                  : Type::icmpx,
                                code == nullptr ? std::uint8_t{0} : code->u8()};
  }

  std::optional<Statement> read_immediate(const Parts& parts) {
    if (const Attribute* code = parts.find(path(NFTA_IMMEDIATE_DATA, NFTA_DATA_VERDICT, NFTA_VERDICT_CODE))) {
      const Attribute* chain = parts.find(path(NFTA_IMMEDIATE_DATA, NFTA_DATA_VERDICT, NFTA_VERDICT_CHAIN));
      return read_verdict(code->u32(), chain == nullptr ? std::string_view{} : chain->text());
    }
    const Attribute* value = parts.find(path(NFTA_IMMEDIATE_DATA, NFTA_DATA_VALUE));
    if (value == nullptr || value->payload.size() != 2 || take("ct") == nullptr) return std::nullopt;
    return nftables::SetZone{static_cast<std::uint16_t>(value->payload[0] | value->payload[1] << 8U)};
  }

  const std::vector<Expression>& expressions_;
  std::size_t at_ = 0;
  KeyReader keys_;
  std::vector<Statement> statements_;
};

bool is_encoding_of(const std::vector<Statement>& statements, const std::vector<Expression>& expressions) {
  std::vector<std::uint8_t> bytes;
  AttributeWriter writer(bytes);
  ExpressionWriter expression(writer);
  for (const Statement& statement : statements) expression.write(statement);
  return parse_expressions(bytes) == expressions;
}

}  // namespace

std::optional<nftables::Verdict> read_verdict(std::uint32_t code, std::string_view chain) {
  using Kind = nftables::Verdict::Kind;
  switch (static_cast<std::int32_t>(code)) {
    case NF_ACCEPT: return nftables::Verdict{Kind::accept, {}};
    case NF_DROP: return nftables::Verdict{Kind::drop, {}};
    case NFT_JUMP: return nftables::Verdict{Kind::jump, std::string(chain)};
    case NFT_RETURN: return nftables::Verdict{Kind::go_back, {}};
    default: return std::nullopt;
  }
}

std::vector<Statement> read_statements(Bytes bytes) {
  const auto expressions = parse_expressions(bytes);
  if (expressions) {
    auto statements = StatementReader(*expressions).read();
    if (statements && is_encoding_of(*statements, *expressions)) return std::move(*statements);
  }
  return {nftables::Foreign{expressions ? names_of(*expressions) : "cut short", {bytes.begin(), bytes.end()}}};
}

}  // namespace drawbridge::netfilter
