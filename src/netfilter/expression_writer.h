// A rule's statements as the kernel's expressions.
#pragma once

#include <array>

#include "netfilter/attribute_writer.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

/// The number as the register holds it behind the key: network order, or this machine's.
std::array<std::uint8_t, 16> register_bytes(nftables::Key key, rules::Number value);
/// And back; of fewer bytes than the key has, the rest is zero.
rules::Number register_number(nftables::Key key, std::span<const std::uint8_t> bytes);
void write_verdict(AttributeWriter& writer, const nftables::Verdict& verdict);

class ExpressionWriter {
 public:
  explicit ExpressionWriter(AttributeWriter& writer) : writer_(writer) {}
  void write(const nftables::Statement& statement) { std::visit(*this, statement); }

  void operator()(const nftables::Compare& compare);
  void operator()(const nftables::Lookup& lookup);
  void operator()(const nftables::VerdictLookup& lookup);
  void operator()(const nftables::Verdict& verdict);
  void operator()(const nftables::RejectWith& reject);
  void operator()(const nftables::LogTo& log);
  void operator()(const nftables::Limit& limit);
  void operator()(const nftables::LimitEach& limit);
  void operator()(const nftables::SetMark& set);
  void operator()(const nftables::SetLabel& set);
  void operator()(const nftables::SetZone& set);
  void operator()(const nftables::SetZoneFrom& set);
  void operator()(const nftables::SetHelper& set);
  void operator()(const nftables::QueueTo& queue);
  void operator()(const nftables::Counter& counter);
  void operator()(const nftables::Foreign& foreign);

 private:
  template <class Write>
  void expression(std::string_view name, Write write);
  void load(nftables::Key key, std::uint32_t reg, std::size_t bytes);
  void mask(nftables::Key key, rules::Number mask, std::uint32_t reg);
  void load_all(const nftables::Keys& keys, rules::Number mask);
  void compare_bytes(std::uint32_t operation, std::span<const std::uint8_t> bytes);
  void lookup(const std::string& set, bool negated, int destination);
  void limit_data(const nftables::Rate& rate, bool over);
  void data(std::uint16_t type, std::span<const std::uint8_t> bytes);
  void set_connection(std::uint32_t key);

  AttributeWriter& writer_;
};

}  // namespace drawbridge::netfilter
