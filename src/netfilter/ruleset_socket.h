// The kernel's nf_tables by one long-lived netlink socket. Only the tables of the ruleset's own name are ever touched.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "netfilter/netlink_reply.h"
#include "netfilter/ruleset_batch.h"
#include "netfilter/ruleset_reader.h"
#include "nftables/ruleset.h"

struct mnl_socket;

namespace drawbridge::netfilter {

class RulesetSocket {
 public:
  /// In the network namespace of the calling thread.
  static Result<RulesetSocket> open();

  /// Puts the ruleset in the place of what its tables hold, at once or not at all. A refusal names the object, and where it is a
  /// rule's, file and line. With a generation: a conflict if anybody has changed any ruleset since.
  Result<void> replace(const nftables::Ruleset& ruleset, std::optional<std::uint32_t> generation = std::nullopt);
  /// Turns `from`, which the kernel has, into `to`, at once or not at all; sends what differs (nftables/delta.h), or nothing. Refusals
  /// and conflicts are as with replace(). If the kernel does not have `from`, it may refuse, or have neither afterwards: with the
  /// generation at which it had it, that can't be.
  Result<void> update(const nftables::Ruleset& from, const nftables::Ruleset& to, std::optional<std::uint32_t> generation = std::nullopt);
  /// Puts in place what save_ruleset() made. Errors: invalid_input if it is damaged; the kernel's refusal.
  Result<void> restore(std::string_view saved);
  /// Takes the tables away.
  Result<void> remove(const nftables::Ruleset& ruleset);
  /// What the kernel has under the name, of one generation: our tables as they are, with whatever others did to them. A table that is
  /// not there is not in the value. Errors: conflict, if it changed each time that it was read.
  Result<nftables::Ruleset> read(const std::string& name);
  /// The same of those chains, sets and helpers alone that `names` names; what is not there is not in the value.
  Result<nftables::Ruleset> read_part(const nftables::Ruleset& names);
  /// All rules with a line that the kernel refused the last time that it was given something, up to a refusal of something else, of which
  /// further ones may be mere consequences; the first is the error that was returned.
  const std::vector<Error>& refused() const { return refused_; }
  /// By which the kernel tells who changed something.
  std::uint32_t port() const;
  /// Counts the kernel's transactions, anybody's.
  Result<std::uint32_t> generation();

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit RulesetSocket(mnl_socket* socket);
  Result<void> commit(RulesetBatch& batch);
  /// Counters go on from where they are, in chains that are written anew.
  Result<void> carry_counts(const nftables::Ruleset& from, nftables::Delta& delta);
  /// One chain's rules; without any, if there is no such chain.
  Result<nftables::Chain> read_chain(nftables::TableFamily family, const std::string& table, const std::string& chain);
  using Request = std::vector<std::pair<std::uint16_t, const std::string*>>;  // attributes
  enum class Dump : std::uint8_t { one, all };
  /// Hands each answer to the reader. False: there is no such object, or the kernel was interrupted by a change.
  Result<bool> request(std::uint16_t message, nftables::TableFamily family, const Request& attributes, Dump dump, RulesetReader& reader);
  Result<bool> read_table(nftables::TableFamily family, const std::string& name, RulesetReader& reader);
  Result<bool> read_named(nftables::TableFamily family, const std::string& name, const nftables::Table& names, RulesetReader& reader);
  Result<bool> read_contents(nftables::TableFamily family, const std::string& name, RulesetReader& reader);
  /// Until nothing has changed meanwhile.
  Result<nftables::Ruleset> read_steadily(const std::string& name,
                                          const std::function<Result<bool>(nftables::TableFamily, RulesetReader&)>& read_one);
  /// What a message is about, and the line that it comes from.
  struct Subject {
    std::string text;
    SourceLocation where{};
  };
  /// The error of a transaction with these refusals. `subject`: of a message by its sequence number.
  Result<void> first_of(std::span<const Refusal> refusals, const std::function<Subject(std::uint32_t)>& subject);
  Result<void> send(std::span<const std::uint8_t> bytes, const std::function<Subject(std::uint32_t)>& subject);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
  std::vector<Error> refused_;
  std::uint32_t asked_ = 0;  ///< sequence of the last request but for batches
};

}  // namespace drawbridge::netfilter
