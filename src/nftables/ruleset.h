// A ruleset of nftables as a value: tables, chains, sets, and rules of typed statements. It is what the compiler makes, what is
// printed for people (text.h), evaluated without a kernel (evaluate.h), compared (difference.h), encoded for the kernel and read
// back from it (netfilter/).
//
// All sets have names. A set of one rule alone is named by its contents, so that rules with equal contents share it, and
// comparing two rulesets never has to guess which set became which.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nftables/key.h"
#include "rules/number_set.h"

namespace drawbridge::nftables {

enum class TableFamily : std::uint8_t { inet, bridge };
/// "inet", "bridge"
std::string_view word_of(TableFamily family);

/// The key's value, after `mask`, is in the interval; or, negated, is not.
struct Compare {
  Key key = Key::protocol;
  bool negated = false;
  rules::Number mask = ~rules::Number{0};  ///< within the key's width all ones: no masking
  rules::Interval values;
  auto operator<=>(const Compare&) const = default;
};

/// Up to this many keys make one element of a set.
inline constexpr std::size_t kMaxKeys = 4;
struct Keys {
  std::array<Key, kMaxKeys> key{};
  std::uint8_t count = 0;
  const Key* begin() const { return key.data(); }
  const Key* end() const { return key.data() + count; }
  auto operator<=>(const Keys&) const = default;
};

/// The keys' values together are an element of the set; or, negated, are not.
struct Lookup {
  Keys keys;
  bool negated = false;
  rules::Number mask = ~rules::Number{0};  ///< of a single key
  std::string set;
  auto operator<=>(const Lookup&) const = default;
};

struct Verdict {
  enum class Kind : std::uint8_t { accept, drop, jump, go_back } kind = Kind::accept;
  std::string chain;  ///< of a jump
  auto operator<=>(const Verdict&) const = default;
};

/// The verdict that the map has for the keys' values; nothing if it has none.
struct VerdictLookup {
  Keys keys;
  std::string map;
  auto operator<=>(const VerdictLookup&) const = default;
};

/// Linux's NFT_REJECT_*: with an ICMP code of the packet's family, or of both ("icmpx"), or a TCP reset.
struct RejectWith {
  enum class Type : std::uint8_t { icmp, tcp_reset, icmpx } type = Type::icmpx;
  std::uint8_t code = 1;
  auto operator<=>(const RejectWith&) const = default;
};

/// To NFLOG.
struct LogTo {
  std::string prefix;  ///< up to 127 bytes
  std::uint16_t group = 0;
  auto operator<=>(const LogTo&) const = default;
};

struct Rate {
  std::uint64_t rate = 1;
  std::uint64_t seconds = 1;  ///< the unit: 1, 60, 3600, 86400
  std::uint32_t burst = 5;
  auto operator<=>(const Rate&) const = default;
};
/// Goes on while the rate is kept.
struct Limit {
  Rate rate;
  auto operator<=>(const Limit&) const = default;
};
/// Goes on if this value of the key comes more often; each value is counted in the (dynamic) set.
struct LimitEach {
  Key key = Key::ip_saddr;
  rules::Number mask = ~rules::Number{0};
  std::string set;
  Rate rate;
  auto operator<=>(const LimitEach&) const = default;
};

/// The connection's mark becomes what the map has for the key's value; ends the rule if it has nothing.
struct SetMark {
  Key key = Key::iifname;
  std::string map;
  auto operator<=>(const SetMark&) const = default;
};
/// To the connection's labels comes what the map has for the key's value; ends the rule if it has nothing.
struct SetLabel {
  Key key = Key::oifname;
  std::string map;
  auto operator<=>(const SetLabel&) const = default;
};
struct SetZone {
  std::uint16_t zone = 0;
  auto operator<=>(const SetZone&) const = default;
};
/// The zone that the map has for the key's value; ends the rule if it has nothing.
struct SetZoneFrom {
  Key key = Key::iifname;
  std::string map;
  auto operator<=>(const SetZoneFrom&) const = default;
};
/// The helper is an object of the table.
struct SetHelper {
  std::string object;
  auto operator<=>(const SetHelper&) const = default;
};
/// To a program at one of the queues; accepts if there is none.
struct QueueTo {
  std::uint16_t first = 0, last = 0;
  auto operator<=>(const QueueTo&) const = default;
};
/// Counts. Where the rule is written, that is what it begins with; how far one has come is no difference between rules.
struct Counter {
  std::uint64_t packets = 0, bytes = 0;
  bool operator==(const Counter&) const { return true; }
  std::strong_ordering operator<=>(const Counter&) const { return std::strong_ordering::equal; }
};

/// What a rule read from the kernel does, if no statements of ours say so: somebody else's rule, or one that was edited. It stands for
/// the whole rule and is equal to nothing that the compiler makes.
struct Foreign {
  std::string what;                 ///< the kernel's expressions by name: "payload cmp masq"
  std::vector<std::uint8_t> bytes;  ///< as the kernel has them
  auto operator<=>(const Foreign&) const = default;
};

using Statement = std::variant<Compare, Lookup, VerdictLookup, Verdict, RejectWith, LogTo, Limit, LimitEach, SetMark, SetLabel, SetZone,
                               SetZoneFrom, SetHelper, QueueTo, Counter, Foreign>;

struct Rule {
  std::vector<Statement> statements;
  std::string comment;  ///< where it comes from; nft keeps up to 128 bytes with the rule
  auto operator<=>(const Rule&) const = default;
};

enum class Hook : std::uint8_t { prerouting, input, forward, output, postrouting };  ///< numbers as NF_INET_*, NF_BR_*
std::string_view word_of(Hook hook);

/// A chain that the kernel enters by itself. Its policy is to accept.
struct Base {
  Hook hook = Hook::prerouting;
  std::int32_t priority = 0;
  auto operator<=>(const Base&) const = default;
};

struct Chain {
  std::optional<Base> base;
  std::vector<Rule> rules;
  auto operator<=>(const Chain&) const = default;
};

/// What a map has for an element.
using MapValue = std::variant<Verdict, std::uint32_t, rules::Number>;  // a number of a mark or zone, bits of a label

struct Set {
  Keys keys;               ///< one for each part; of keys with the same data type the compiler takes the first
  bool intervals = false;  ///< else each part of each element is one value
  enum class Kind : std::uint8_t { set, verdict_map, mark_map, zone_map, label_map, dynamic } kind = Kind::set;
  std::uint32_t timeout_seconds = 0;  ///< of a dynamic set
  /// Elements, keys.count parts each, in ascending order.
  std::vector<rules::Interval> parts;
  std::vector<MapValue> values;  ///< of a map: one for each element
  std::size_t size() const { return keys.count == 0 ? 0 : parts.size() / keys.count; }
  auto operator<=>(const Set&) const = default;
};

/// An object "ct helper".
struct Helper {
  std::string name;  ///< the kernel's: "ftp"
  std::uint8_t protocol = 6;
  auto operator<=>(const Helper&) const = default;
};

using ChainPointer = std::shared_ptr<const Chain>;
using SetPointer = std::shared_ptr<const Set>;
template <class T>
using Named = std::map<std::string, T, std::less<>>;

struct Table {
  Named<SetPointer> sets;
  Named<ChainPointer> chains;
  Named<Helper> helpers;
  /// Only in what was read back: objects that the types above can't express, and why: "set blocked" -> "its elements have timeouts".
  Named<std::string> foreign;
};

/// One table of each family, all of one name.
struct Ruleset {
  std::string name = "drawbridge";
  std::map<TableFamily, Table> tables;
};

}  // namespace drawbridge::nftables
