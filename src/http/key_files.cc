#include "http/key_files.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

namespace drawbridge::http {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024;

Result<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(errno, path);
  std::string text(kMostBytes, '\0');
  const auto got = ::read(fd, text.data(), text.size());
  const int error = errno;
  ::close(fd);
  if (got < 0) return fail_errno(error, path);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

/// Whole or not at all: a new file takes the old one's place.
Result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return fail_errno(errno, fresh);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (written && ::rename(fresh.c_str(), path.c_str()) == 0) return {};
  const int failure = written ? errno : error;
  ::unlink(fresh.c_str());
  return fail_errno(failure, path);
}

/// At the file's place in the message, where it is the file's fault.
Result<KeyPair> read_pair(const KeyFiles& files) {
  KeyPair pair;
  pair.certificate = TRY(read_file(files.certificate));
  pair.key = TRY(read_file(files.key));
  auto works = Tls::open(pair);
  if (works) return pair;
  Error error = works.error();
  error.what = files.certificate + " and " + files.key + ": " + error.what;
  return fail(std::move(error));
}

bool is_still_good(const Result<KeyPair>& pair, std::int64_t now) {
  if (!pair) return false;
  const auto end = certificate_end(pair->certificate);
  return end && *end - now > kRenewBefore;
}

}  // namespace

Result<KeyPair> read_keys(const KeyFiles& files, const CertificateNames& names, std::int64_t now) {
  auto pair = read_pair(files);
  if (!files.ours || is_still_good(pair, now)) return pair;
  std::error_code error;
  const auto folder = std::filesystem::path(files.key).parent_path();
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(error.value(), folder.string());
  ::chmod(folder.c_str(), 0700);
  pair = make_certificate(names, now);
  if (!pair) return pair;
  TRY_VOID(write_file(files.key, pair->key, 0600));
  TRY_VOID(write_file(files.certificate, pair->certificate, 0644));
  return pair;
}

CertificateNames own_names() {
  CertificateNames out;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) out.common_name = host.data();
  if (out.common_name.empty()) out.common_name = "localhost";
  out.names = {out.common_name, "localhost"};
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(out.common_name.c_str(), nullptr, &hints, &found) == 0 && found != nullptr) {
    const std::string full = found->ai_canonname == nullptr ? "" : found->ai_canonname;
    if (!full.empty() && std::ranges::find(out.names, full) == out.names.end()) out.names.push_back(full);
    ::freeaddrinfo(found);
  }
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return out;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (one->ifa_addr == nullptr) continue;
    if (one->ifa_addr->sa_family == AF_INET) {
      ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text.data(), text.size());
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      const auto& six = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
      if (!IN6_IS_ADDR_LINKLOCAL(&six)) ::inet_ntop(AF_INET6, &six, text.data(), text.size());
    }
    const std::string address(text.data());
    if (!address.empty() && std::ranges::find(out.addresses, address) == out.addresses.end()) out.addresses.push_back(address);
  }
  ::freeifaddrs(all);
  return out;
}

}  // namespace drawbridge::http
