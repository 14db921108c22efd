// Sets and their elements as the kernel dumps them, as values.
#pragma once

#include <string>

#include "netfilter/attribute_reader.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

struct SetReading {
  std::string name;
  nftables::Set set;    ///< without its elements
  std::string foreign;  ///< what our sets don't have; empty: it is one of ours
  /// Lives and dies with the rule that uses it, by which it is seen.
  bool is_anonymous = false;
};
/// From an NFT_MSG_NEWSET's attributes.
SetReading read_set(Bytes attributes);

/// Gathers one set's elements, in any order.
class ElementReader {
 public:
  explicit ElementReader(nftables::Set set) : set_(std::move(set)) {}
  const nftables::Set& definition() const { return set_; }
  /// From an NFT_MSG_NEWSETELEM's list. False if it is cut short.
  bool take(Bytes elements);
  /// The set with its elements in order. Why it is not one of ours is in `foreign`.
  nftables::Set finish(std::string& foreign);

 private:
  struct Element {
    std::vector<rules::Interval> parts;
    nftables::MapValue value;
    bool is_end = false;  ///< of a pair
  };
  void take_element(Bytes attributes);
  void read_key(Bytes nest, bool last, Element& element);
  void read_value(Bytes nest, Element& element);
  void join_pairs();

  nftables::Set set_;
  std::vector<Element> elements_;
  std::string foreign_;
};

}  // namespace drawbridge::netfilter
