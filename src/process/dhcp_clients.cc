#include "process/dhcp_clients.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "process/client_process.h"

namespace drawbridge::process {
namespace {

using network::DhcpClient;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAppear{2'000};  ///< until a started client has written its pid file
constexpr useconds_t kGlance = 20'000;               ///< microseconds

std::string_view stem_of(Family family) { return family == Family::ipv4 ? "dhclient." : "dhclient6."; }

/// "dhclient6.vmbr0.pid" → vmbr0, IPv6.
std::optional<DhcpClient> client_of(std::string_view pid_file_name) {
  constexpr std::string_view kEnd = ".pid";
  if (!pid_file_name.ends_with(kEnd)) return std::nullopt;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const std::string_view stem = stem_of(family);
    if (!pid_file_name.starts_with(stem) || pid_file_name.size() <= stem.size() + kEnd.size()) continue;
    return DhcpClient{std::string(pid_file_name.substr(stem.size(), pid_file_name.size() - stem.size() - kEnd.size())), family};
  }
  return std::nullopt;
}

bool has_address(const std::string& link, const std::string& address) {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return false;
  bool found = false;
  for (const ifaddrs* each = all; each != nullptr && !found; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || link != each->ifa_name) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = each->ifa_addr->sa_family;
    const void* bytes = family == AF_INET    ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr)
                        : family == AF_INET6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr)
                                             : nullptr;
    found = bytes != nullptr && ::inet_ntop(family, bytes, text.data(), text.size()) != nullptr && address == text.data();
  }
  ::freeifaddrs(all);
  return found;
}

/// True while the client's script runs: the address comes first, the routes a moment later.
bool runs_its_script(pid_t pid) {
  const std::string id = std::to_string(pid);
  return !trim(read_small_file("/proc/" + id + "/task/" + id + "/children")).empty();
}

}  // namespace

std::string last_leased_address(std::string_view leases, Family family) {
  const std::string_view keyword = family == Family::ipv4 ? "fixed-address" : "iaaddr";
  std::string address;
  for (const std::string_view line : split(leases, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 2 || words.front() != keyword) continue;
    address = words[1];
    if (address.ends_with(';')) address.pop_back();
  }
  return address;
}

std::string DhcpClients::pid_file(const DhcpClient& client) const {
  return options_.run + "/" + std::string(stem_of(client.family)) + client.link + ".pid";
}

std::string DhcpClients::lease_file(const DhcpClient& client) const {
  return options_.leases + "/" + std::string(stem_of(client.family)) + client.link + ".leases";
}

Result<std::string> DhcpClients::program() const {
  for (const std::string& candidate : options_.program.empty() ? std::vector<std::string>{"/sbin/dhclient", "/usr/sbin/dhclient"}
                                                               : std::vector<std::string>{options_.program}) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return fail(Errc::not_found, "the DHCP client dhclient is not installed", {}, "apt install isc-dhcp-client");
}

std::vector<std::string> DhcpClients::words_for(const std::string& program, const DhcpClient& client) const {
  std::vector<std::string> words{program, client.family == Family::ipv4 ? "-4" : "-6"};
  // ifupdown identifies itself by DUID for IPv4 too (-i), ifupdown2 by MAC. The lease file tells which it was: the one who goes on
  // as somebody else gets another address.
  const bool by_duid = read_small_file(lease_file(client)).find("default-duid") != std::string::npos;
  if (client.family == Family::ipv4 && by_duid) words.emplace_back("-i");
  for (const std::string& word : {std::string("-pf"), pid_file(client), std::string("-lf"), lease_file(client)}) words.push_back(word);
  return words;
}

std::vector<DhcpClient> DhcpClients::running() const {
  std::vector<DhcpClient> clients;
  DIR* folder = ::opendir(options_.run.c_str());
  if (folder == nullptr) return clients;
  while (const dirent* entry = ::readdir(folder)) {
    const auto client = client_of(entry->d_name);
    if (!client) continue;
    const pid_t pid = pid_in(pid_file(*client));
    if (is_client(pid, *client) && !is_outdated(pid, *client)) clients.push_back(*client);
  }
  ::closedir(folder);
  std::ranges::sort(clients);
  return clients;
}

Result<void> DhcpClients::start(const DhcpClient& client) const {
  const std::string file = pid_file(client);
  const pid_t there = pid_in(file);
  if (is_client(there, client)) {
    if (!is_outdated(there, client)) return {};
    end_process(there, client);
  }
  auto words = words_for(TRY(program()), client);
  words.emplace_back("-d");  // in the foreground of its own session: its pid is the one that we know
  words.push_back(client.link);
  std::error_code ignored;
  std::filesystem::create_directories(options_.run, ignored);
  std::filesystem::create_directories(options_.leases, ignored);
  ::unlink(file.c_str());  // a number in it may be somebody else's by now, and dhclient would not start
  TRY_VOID(start_detached(words, client, file));
  const auto until = SteadyClock::now() + kAppear;
  while (SteadyClock::now() < until) {
    if (is_client(pid_in(file), client)) return {};
    ::usleep(kGlance);
  }
  return fail(Errc::unavailable, "the DHCP client of " + client.link + " ended at once", {},
              "what it said is in the journal: journalctl -t dhclient");
}

bool DhcpClients::has_lease(const DhcpClient& client) const {
  const std::string address = last_leased_address(read_small_file(lease_file(client)), client.family);
  return !address.empty() && has_address(client.link, address) && !runs_its_script(pid_in(pid_file(client)));
}

void DhcpClients::wait_for_leases(std::span<const DhcpClient> clients) const {
  const auto until = SteadyClock::now() + options_.lease_patience;
  std::vector<DhcpClient> open(clients.begin(), clients.end());
  while (!open.empty() && SteadyClock::now() < until) {
    std::erase_if(open, [&](const DhcpClient& client) { return has_lease(client) || !is_client(pid_in(pid_file(client)), client); });
    if (!open.empty()) ::usleep(kGlance);
  }
}

Result<void> DhcpClients::stop(const DhcpClient& client) const {
  const std::string file = pid_file(client);
  const pid_t pid = pid_in(file);
  if (!is_client(pid, client)) return {};
  const auto found = program();
  if (found && !is_waiting(pid) && !is_outdated(pid, client)) {
    auto words = words_for(*found, client);
    words.emplace_back("-r");
    words.push_back(client.link);
    run_bounded(words, options_.stop_patience);
  }
  if (!end_process(pid, client)) {
    return fail(Errc::unavailable, "the DHCP client of " + client.link + " (process " + std::to_string(pid) + ") can't be ended");
  }
  ::unlink(file.c_str());
  return {};
}

}  // namespace drawbridge::process
