#include "netfilter/expression_list.h"

#include <linux/netfilter/nf_tables.h>

#include <array>

namespace drawbridge::netfilter {
namespace {

struct Place {
  std::string_view expression;
  AttributePath where;
};

constexpr AttributePath kEach = path(NFTA_DYNSET_EXPR, NFTA_EXPR_DATA);

constexpr std::array kNests{Place{"cmp", NFTA_CMP_DATA},
                            Place{"bitwise", NFTA_BITWISE_MASK},
                            Place{"bitwise", NFTA_BITWISE_XOR},
                            Place{"range", NFTA_RANGE_FROM_DATA},
                            Place{"range", NFTA_RANGE_TO_DATA},
                            Place{"immediate", NFTA_IMMEDIATE_DATA},
                            Place{"immediate", path(NFTA_IMMEDIATE_DATA, NFTA_DATA_VERDICT)},
                            Place{"dynset", NFTA_DYNSET_EXPR},
                            Place{"dynset", kEach}};

// Where the kernel says 0, it may have been told nothing.
constexpr std::array kZeroIsNothing{Place{"lookup", NFTA_LOOKUP_FLAGS},
                                    Place{"bitwise", NFTA_BITWISE_OP},
                                    Place{"exthdr", NFTA_EXTHDR_FLAGS},
                                    Place{"exthdr", NFTA_EXTHDR_OP},
                                    Place{"limit", NFTA_LIMIT_FLAGS},
                                    Place{"dynset", NFTA_DYNSET_FLAGS},
                                    Place{"reject", NFTA_REJECT_ICMP_CODE},
                                    Place{"dynset", NFTA_DYNSET_TIMEOUT},
                                    Place{"dynset", path(NFTA_DYNSET_EXPR, NFTA_EXPR_DATA, NFTA_LIMIT_FLAGS)}};

// What it counts or pads with.
constexpr std::array kNothing{
    Place{"counter", NFTA_COUNTER_BYTES}, Place{"counter", NFTA_COUNTER_PACKETS},
    Place{"counter", NFTA_COUNTER_PAD},   Place{"limit", NFTA_LIMIT_PAD},
    Place{"dynset", NFTA_DYNSET_PAD},     Place{"dynset", path(NFTA_DYNSET_EXPR, NFTA_EXPR_DATA, NFTA_LIMIT_PAD)}};

template <std::size_t n>
bool is_among(const std::array<Place, n>& places, std::string_view expression, AttributePath where) {
  return std::ranges::any_of(places, [&](const Place& place) { return place.where == where && place.expression == expression; });
}

}  // namespace

std::optional<std::vector<Expression>> parse_expressions(Bytes bytes) {
  std::vector<Expression> expressions;
  AttributeReader list(bytes);
  while (const auto element = list.next()) {
    Expression expression;
    Bytes data;
    AttributeReader inside(element->payload);
    while (const auto attribute = inside.next()) {
      if (attribute->type == NFTA_EXPR_NAME) expression.name = attribute->text();
      if (attribute->type == NFTA_EXPR_DATA) data = attribute->payload;
    }
    const auto is_nest = [&](AttributePath where) { return is_among(kNests, expression.name, where); };
    const auto is_noise = [&](AttributePath where, const Attribute& attribute) {
      const bool counts = expression.name == "counter";
      if (counts && where == NFTA_COUNTER_PACKETS) expression.counted.packets = attribute.u64();
      if (counts && where == NFTA_COUNTER_BYTES) expression.counted.bytes = attribute.u64();
      return (is_among(kZeroIsNothing, expression.name, where) && is_zero(attribute)) || is_among(kNothing, expression.name, where);
    };
    if (!inside.is_whole() || !flatten(data, is_nest, is_noise, expression.parts)) return std::nullopt;
    expressions.push_back(std::move(expression));
  }
  if (!list.is_whole()) return std::nullopt;
  return expressions;
}

std::string names_of(const std::vector<Expression>& expressions) {
  std::string names;
  for (const Expression& expression : expressions) names.append(names.empty() ? "" : " ").append(expression.name);
  return names;
}

}  // namespace drawbridge::netfilter
