#include "auth/access_files.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>

#include "access/encoding.h"
#include "base/text.h"

namespace drawbridge::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

/// Folders of secrets are made before the first file is: the door would make them for all to look into.
void make_private_folder(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  for (std::size_t end = folder.find('/', 1); end != std::string::npos; end = folder.find('/', end + 1))
    mkdir(folder.substr(0, end).c_str(), 0755);
  mkdir(folder.c_str(), 0700);
}

}  // namespace

AccessPaths access_paths(const std::string& root) {
  const std::string pve = root + "/etc/pve/";
  const std::string own = root + "/var/lib/drawbridge/access/";
  return {.users = pve + "user.cfg",
          .shadow = pve + "priv/shadow.cfg",
          .tokens = pve + "priv/token.cfg",
          .second_factors = pve + "priv/tfa.cfg",
          .realms = pve + "domains.cfg",
          .cluster_key = pve + "priv/authkey.key",
          .cluster_public = pve + "authkey.pub",
          .cluster_public_old = pve + "authkey.pub.old",
          .cluster_web = pve + "pve-www.key",
          .secret = own + "secret",
          .used_codes = own + "used-codes.json",
          .one_time = own + "one-time.json",
          .lock = root + "/run/drawbridge/locks/access.lock"};
}

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const auto got = getrandom(bytes.data() + done, count - done, 0);
    if (got < 0 && errno != EINTR) return fail_errno(errno, "no random bytes");
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::optional<AccessFiles::Stamp> AccessFiles::stamp_of(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // A file that was written this very moment may be written again within the same tick of the file system's clock.
  if (nanoseconds(now) - nanoseconds(found.st_mtim) < 2 * kSecond) return std::nullopt;
  return Stamp{found.st_ino, found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim)};
}

Result<std::string> AccessFiles::text(const std::string& path) {
  const auto stamp = stamp_of(path);
  const auto kept = kept_.find(path);
  if (stamp && kept != kept_.end() && kept->second.stamp == stamp) return kept->second.bytes;
  auto bytes = files_.read(path);
  if (!bytes && bytes.error().code != Errc::not_found) return fail(bytes.error());
  Kept& now = kept_[path];
  now = {stamp, bytes ? std::move(*bytes) : std::string()};
  return now.bytes;
}

Result<std::shared_ptr<const access::Users>> AccessFiles::users() {
  std::string bytes = TRY(text(paths_.users));
  if (!users_ || bytes != users_text_) {
    users_ = std::make_shared<const access::Users>(access::make_users(access::parse_user_document(bytes, paths_.users)));
    users_text_ = std::move(bytes);
  }
  return users_;
}

Result<access::SecondFactors> AccessFiles::second_factors() {
  const std::string bytes = TRY(text(paths_.second_factors));
  return access::SecondFactors::parse(bytes, paths_.second_factors);
}

Result<access::Realms> AccessFiles::realms() {
  const std::string bytes = TRY(text(paths_.realms));
  return access::parse_realms(bytes);
}

Result<std::string> AccessFiles::make_secret() {
  const auto held = TRY(lock());
  const std::string there = TRY(text(paths_.secret));
  if (!there.empty()) return there;
  const std::string random = TRY(random_bytes(kSecretBytes));
  const std::string secret = access::to_hex(random) + "\n";
  TRY_VOID(write(paths_.secret, secret));
  return secret;
}

Result<std::shared_ptr<const access::TicketKeys>> AccessFiles::keys() {
  std::string secret = TRY(text(paths_.secret));
  if (secret.empty()) secret = TRY(make_secret());
  const std::string key = TRY(text(paths_.cluster_key));
  std::vector<std::string> public_keys;
  for (const std::string& path : {paths_.cluster_public, paths_.cluster_public_old}) {
    std::string pem = TRY(text(path));
    if (!pem.empty()) public_keys.push_back(std::move(pem));
  }
  const std::string web_key = TRY(text(paths_.cluster_web));
  const std::string all = secret + key + join(public_keys, "\n") + web_key;
  if (!keys_ || all != keys_text_) {
    const auto bytes = access::from_hex(trim(secret));
    if (!bytes) return fail(Errc::invalid_input, "this is no secret", {paths_.secret, 0, 0}, "delete the file: a new one is made");
    keys_ = std::make_shared<const access::TicketKeys>(TRY(access::TicketKeys::make(*bytes, key, public_keys, web_key)));
    keys_text_ = all;
  }
  return keys_;
}

Result<void> AccessFiles::write(const std::string& path, std::string_view bytes) {
  const bool is_secret = path != paths_.users && path != paths_.realms;
  if (is_secret) make_private_folder(path);
  TRY_VOID(files_.write(path, bytes, is_secret ? 0600 : 0640));
  // The door keeps the mode of a file that was there. In a cluster's file system modes are what they are, and this fails.
  struct stat found{};
  if (is_secret && stat(path.c_str(), &found) == 0 && (found.st_mode & 0077U) != 0) chmod(path.c_str(), 0600);
  kept_.erase(path);
  return {};
}

Result<void> AccessFiles::edit(const std::string& path, const std::function<Result<std::string>(std::string)>& change) {
  const auto held = TRY(lock());
  const std::string before = TRY(text(path));
  const std::string after = TRY(change(before));
  if (after == before) return {};
  return write(path, after);
}

}  // namespace drawbridge::auth
