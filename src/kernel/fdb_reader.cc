#include "kernel/fdb_reader.h"

#include <linux/rtnetlink.h>

#include <unordered_map>

#include "kernel/dump_message.h"
#include "kernel/link_message.h"

namespace drawbridge::kernel {
namespace {

using network::FdbEntry;
using network::Link;

/// With more VXLANs one dump of everybody's entries is cheaper than one question for each: for that the kernel walks all links.
constexpr std::size_t kMostQuestions = 16;

// A VXLAN's own remote end (data "group") stands in its database as well. It belongs to the link, not to the list.
bool is_default_remote(const Link& link, const FdbEntry& entry) {
  const auto remote = link.data.find(entry.destination.is_v4() ? "group" : "group6");
  return entry.mac.is_zero() && remote != link.data.end() && remote->second == network::AttributeValue{format_ip(entry.destination)};
}

using LinkOfIndex = std::function<const Link*(std::uint32_t)>;

Result<bool> dump(Socket& socket, std::uint32_t index, const LinkOfIndex& link_of, std::vector<FdbEntry>& entries) {
  return socket.query(make_fdb_dump(index), [&](std::uint16_t type, Bytes bytes) {
    auto raw = type == RTM_NEWNEIGH ? decode_fdb(bytes) : std::nullopt;
    const Link* link = raw ? link_of(raw->index) : nullptr;
    if (link == nullptr || is_default_remote(*link, raw->entry)) return;
    raw->entry.link = link->name;
    entries.push_back(std::move(raw->entry));
  });
}

}  // namespace

Result<bool> read_fdb_of(Socket& socket, const Link& link, std::vector<FdbEntry>& entries) {
  return dump(socket, link.index, [&](std::uint32_t index) { return index == link.index ? &link : nullptr; }, entries);
}

Result<bool> read_fdb(Socket& socket, const std::map<std::string, Link, std::less<>>& links, std::vector<FdbEntry>& entries) {
  std::unordered_map<std::uint32_t, const Link*> vxlans;
  for (const auto& [name, link] : links)
    if (link.kind == "vxlan") vxlans.emplace(link.index, &link);
  const auto link_of = [&](std::uint32_t index) {
    const auto found = vxlans.find(index);
    return found == vxlans.end() ? nullptr : found->second;
  };
  if (vxlans.size() > kMostQuestions) return dump(socket, 0, link_of, entries);
  bool consistent = true;
  for (const auto& [index, link] : vxlans) consistent = TRY(read_fdb_of(socket, *link, entries)) && consistent;
  return consistent;
}

}  // namespace drawbridge::kernel
