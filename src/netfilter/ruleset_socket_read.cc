// Reading the ruleset. The kernel can filter rules, sets and objects by table; chains only by family, so others' chains come too and
// are passed over.
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>

#include "netfilter/attribute_writer.h"
#include "netfilter/family_number.h"
#include "netfilter/netlink_reply.h"
#include "netfilter/ruleset_socket.h"
#include "nftables/counts.h"

namespace drawbridge::netfilter {
namespace {

using nftables::TableFamily;

constexpr int kTries = 8;

/// What stopped a dump, 0 if it came to its end.
int done_code(const nlmsghdr* message) {
  std::int32_t code = 0;
  if (mnl_nlmsg_get_payload_len(message) >= sizeof code) std::memcpy(&code, mnl_nlmsg_get_payload(message), sizeof code);
  return -code;
}

}  // namespace

Result<bool> RulesetSocket::request(std::uint16_t message, TableFamily family, const Request& attributes, Dump dump,
                                    RulesetReader& reader) {
  std::vector<std::uint8_t> bytes(sizeof(nlmsghdr) + sizeof(nfgenmsg));
  AttributeWriter writer(bytes);
  for (const auto& [type, text] : attributes) writer.put_text(type, *text);
  const nlmsghdr header{static_cast<std::uint32_t>(bytes.size()), static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8U | message),
                        static_cast<std::uint16_t>(NLM_F_REQUEST | (dump == Dump::all ? NLM_F_DUMP : NLM_F_ACK)), ++asked_, 0};
  const nfgenmsg generic{number_of(family), NFNETLINK_V0, 0};
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &generic, sizeof generic);
  if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0) return fail_errno(errno, "cannot ask the kernel for the ruleset");
  // All answers are taken, also after an error, or the next request would find them.
  bool interrupted = false;
  std::optional<Error> error;
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, "cannot read the kernel's ruleset");
    auto left = static_cast<int>(size);
    for (const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(answer, left);
         answer = mnl_nlmsg_next(answer, &left)) {
      if (answer->nlmsg_seq != asked_) continue;
      interrupted = interrupted || (answer->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      const auto refusal = refusal_of(answer);
      if (refusal || answer->nlmsg_type == NLMSG_DONE) {
        if (error) return fail(std::move(*error));
        const int code = refusal ? refusal->os_errno : done_code(answer);
        if (code != 0 && code != ENOENT && code != EINTR) return fail_errno(code, "the kernel does not tell its ruleset");
        return code == 0 && !interrupted;
      }
      const auto* payload = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(answer));
      auto taken = reader.take(answer->nlmsg_type & 0xffU, {payload, mnl_nlmsg_get_payload_len(answer)});
      if (!taken && !error) error = std::move(taken.error());
    }
  }
}

/// False: it changed meanwhile.
Result<bool> RulesetSocket::read_table(TableFamily family, const std::string& name, RulesetReader& reader) {
  TRY(request(NFT_MSG_GETTABLE, family, {{NFTA_TABLE_NAME, &name}}, Dump::one, reader));
  if (!reader.has_table(family)) return true;
  struct {
    std::uint16_t message;
    Request filter;
  } const dumps[] = {{NFT_MSG_GETOBJ, {{NFTA_OBJ_TABLE, &name}}},
                     {NFT_MSG_GETFLOWTABLE, {{NFTA_FLOWTABLE_TABLE, &name}}},
                     {NFT_MSG_GETCHAIN, {}},
                     {NFT_MSG_GETSET, {{NFTA_SET_TABLE, &name}}}};
  for (const auto& [message, filter] : dumps)
    if (!TRY(request(message, family, filter, Dump::all, reader))) return false;
  return read_contents(family, name, reader);
}

/// Of the chains and sets that the reader knows.
Result<bool> RulesetSocket::read_contents(TableFamily family, const std::string& name, RulesetReader& reader) {
  // Chain by chain: in a dump of all rules the kernel begins each piece by walking past all that it has told.
  for (const std::string& chain : reader.chains_of(family)) {
    const Request filter{{NFTA_RULE_TABLE, &name}, {NFTA_RULE_CHAIN, &chain}};
    if (!TRY(request(NFT_MSG_GETRULE, family, filter, Dump::all, reader))) return false;
  }
  for (const std::string& set : reader.sets_of(family)) {
    const Request filter{{NFTA_SET_ELEM_LIST_TABLE, &name}, {NFTA_SET_ELEM_LIST_SET, &set}};
    if (!TRY(request(NFT_MSG_GETSETELEM, family, filter, Dump::all, reader))) return false;
  }
  return true;
}

Result<nftables::Chain> RulesetSocket::read_chain(TableFamily family, const std::string& table, const std::string& chain) {
  RulesetReader reader(table);
  TRY(request(NFT_MSG_GETTABLE, family, {{NFTA_TABLE_NAME, &table}}, Dump::one, reader));
  if (!TRY(request(NFT_MSG_GETCHAIN, family, {{NFTA_CHAIN_TABLE, &table}, {NFTA_CHAIN_NAME, &chain}}, Dump::one, reader)))
    return nftables::Chain();
  TRY(request(NFT_MSG_GETRULE, family, {{NFTA_RULE_TABLE, &table}, {NFTA_RULE_CHAIN, &chain}}, Dump::all, reader));
  const auto ruleset = TRY(reader.finish());
  const auto found = ruleset.tables.find(family);
  const auto rules = found == ruleset.tables.end() ? nullptr : found->second.chains.find(chain)->second;
  return rules == nullptr ? nftables::Chain() : *rules;
}

Result<void> RulesetSocket::carry_counts(const nftables::Ruleset& from, nftables::Delta& delta) {
  for (auto& [family, table] : delta.tables) {
    const auto before = from.tables.find(family);
    if (table.create || before == from.tables.end()) continue;
    const auto carry = [&, family = family](const std::string& name, nftables::ChainPointer& to) -> Result<void> {
      if (!nftables::counts(*to) || !before->second.chains.contains(name)) return {};
      const auto counted = TRY(read_chain(family, from.name, name));
      to = std::make_shared<const nftables::Chain>(nftables::carry_counts(counted, *to));
      return {};
    };
    for (auto& [name, change] : table.changed_chains) TRY_VOID(carry(name, change.to));
    for (auto& [name, chain] : table.written_chains) TRY_VOID(carry(name, chain));
  }
  return {};
}

Result<bool> RulesetSocket::read_named(TableFamily family, const std::string& name, const nftables::Table& names, RulesetReader& reader) {
  TRY(request(NFT_MSG_GETTABLE, family, {{NFTA_TABLE_NAME, &name}}, Dump::one, reader));
  if (!reader.has_table(family)) return true;
  // What is not there is seen by its absence.
  for (const auto& [chain, contents] : names.chains)
    TRY(request(NFT_MSG_GETCHAIN, family, {{NFTA_CHAIN_TABLE, &name}, {NFTA_CHAIN_NAME, &chain}}, Dump::one, reader));
  for (const auto& [set, contents] : names.sets)
    TRY(request(NFT_MSG_GETSET, family, {{NFTA_SET_TABLE, &name}, {NFTA_SET_NAME, &set}}, Dump::one, reader));
  if (!names.helpers.empty() && !TRY(request(NFT_MSG_GETOBJ, family, {{NFTA_OBJ_TABLE, &name}}, Dump::all, reader))) return false;
  return read_contents(family, name, reader);
}

Result<nftables::Ruleset> RulesetSocket::read_steadily(const std::string& name,
                                                       const std::function<Result<bool>(TableFamily, RulesetReader&)>& read_one) {
  for (int tries = 0; tries < kTries; ++tries) {
    const std::uint32_t before = TRY(generation());
    RulesetReader reader(name);
    bool steady = true;
    for (const TableFamily family : {TableFamily::inet, TableFamily::bridge}) steady = steady && TRY(read_one(family, reader));
    if (!steady || TRY(generation()) != before) continue;
    return reader.finish();
  }
  return fail(Errc::conflict, "the kernel's ruleset changes each time that it is read");
}

Result<nftables::Ruleset> RulesetSocket::read(const std::string& name) {
  return read_steadily(name, [&](TableFamily family, RulesetReader& reader) { return read_table(family, name, reader); });
}

Result<nftables::Ruleset> RulesetSocket::read_part(const nftables::Ruleset& names) {
  auto part = TRY(read_steadily(names.name, [&](TableFamily family, RulesetReader& reader) -> Result<bool> {
    const auto table = names.tables.find(family);
    return table == names.tables.end() ? Result<bool>(true) : read_named(family, names.name, table->second, reader);
  }));
  for (auto& [family, table] : part.tables)
    std::erase_if(table.helpers, [&](const auto& helper) { return !names.tables.at(family).helpers.contains(helper.first); });
  return part;
}

}  // namespace drawbridge::netfilter
