// The kernel's messages about tables of one name as a ruleset. Knows no socket: messages in, value out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "netfilter/set_reader.h"

namespace drawbridge::netfilter {

class RulesetReader {
 public:
  explicit RulesetReader(std::string name) { ruleset_.name = std::move(name); }

  /// One NFT_MSG_NEW*, from the nfgenmsg on. Sets come before their elements. What is about other tables is passed over. Errors: cut short.
  Result<void> take(std::uint16_t message, Bytes bytes);
  bool has_table(nftables::TableFamily family) const { return ruleset_.tables.contains(family); }
  /// Those whose rules are to be asked for.
  std::vector<std::string> chains_of(nftables::TableFamily family) const;
  /// Those whose elements are to be asked for.
  std::vector<std::string> sets_of(nftables::TableFamily family) const;
  /// Errors: rules or elements of what is not there; it has changed meanwhile.
  Result<nftables::Ruleset> finish();

 private:
  struct Contents {
    std::map<std::string, nftables::Chain, std::less<>> chains;
    std::map<std::string, ElementReader, std::less<>> sets;
    bool stray = false;
  };
  void take_table(nftables::TableFamily family, Bytes attributes);
  void take_chain(nftables::TableFamily family, Bytes attributes);
  void take_rule(nftables::TableFamily family, Bytes attributes);
  void take_set(nftables::TableFamily family, Bytes attributes);
  bool take_elements(nftables::TableFamily family, Bytes attributes);
  void take_object(nftables::TableFamily family, Bytes attributes);

  nftables::Ruleset ruleset_;
  std::map<nftables::TableFamily, Contents> contents_;
};

}  // namespace drawbridge::netfilter
