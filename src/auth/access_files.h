// The files of users, rights and secrets below one root: read when they have changed, edited under one lock, replaced atomically. What is
// secret belongs to root alone (0600, its folders 0700).
//
// etc/pve/user.cfg, etc/pve/priv/{shadow,token,tfa}.cfg and the cluster's keys are the familiar ones. What only concerns this node is in
// var/lib/drawbridge/access: the secret that tickets are signed with, codes that were used, one-time passwords.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "access/realms.h"
#include "access/second_factors.h"
#include "access/ticket_keys.h"
#include "access/users.h"
#include "base/result.h"
#include "doors/files.h"

namespace drawbridge::auth {

struct AccessPaths {
  std::string users;
  std::string shadow;
  std::string tokens;
  std::string second_factors;
  std::string realms;
  std::string cluster_key;
  std::string cluster_public;
  std::string cluster_public_old;
  std::string cluster_web;
  std::string secret;
  std::string used_codes;
  std::string one_time;
  std::string lock;
};
/// `root`: a prefix without a slash at its end, or empty.
AccessPaths access_paths(const std::string& root);

/// Random bytes of the kernel. Errors: unavailable.
Result<std::string> random_bytes(std::size_t count);

class AccessFiles {
 public:
  /// `files` must outlive it.
  AccessFiles(doors::Files& files, const std::string& root) : files_(files), paths_(access_paths(root)) {}

  const AccessPaths& paths() const { return paths_; }

  /// Who there is now; without a file, root@pam. The same value as before where the file is the same. Errors: those of reading.
  Result<std::shared_ptr<const access::Users>> users();
  /// The keys of now; the secret is made if there is none yet. Errors: those of reading and writing; invalid_input for a key that is none.
  Result<std::shared_ptr<const access::TicketKeys>> keys();
  /// A file's bytes, empty if there is none. Errors: those of reading.
  Result<std::string> text(const std::string& path);
  Result<access::SecondFactors> second_factors();
  Result<access::Realms> realms();

  /// Held by whoever changes one of the files. Errors: conflict with the holder's name, after ten seconds.
  Result<std::unique_ptr<doors::FileLock>> lock() { return files_.lock(paths_.lock, std::chrono::seconds(10)); }
  /// While the lock is held. user.cfg and domains.cfg are for all to read, the others for root alone. Errors: those of writing.
  Result<void> write(const std::string& path, std::string_view bytes);
  /// Lock, read, change, write: an error of `change` leaves the file as it is, and so does a text that equals the old one.
  Result<void> edit(const std::string& path, const std::function<Result<std::string>(std::string)>& change);

 private:
  /// Tells a file from what it was, without reading it.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t written_ns = 0;  ///< mtime
    std::int64_t changed_ns = 0;  ///< ctime; the same in file systems that have but one
    bool operator==(const Stamp&) const = default;
  };
  struct Kept {
    std::optional<Stamp> stamp;
    std::string bytes;
  };
  static std::optional<Stamp> stamp_of(const std::string& path);
  Result<std::string> make_secret();

  doors::Files& files_;
  AccessPaths paths_;
  std::map<std::string, Kept, std::less<>> kept_;
  std::string users_text_;
  std::shared_ptr<const access::Users> users_;
  std::string keys_text_;
  std::shared_ptr<const access::TicketKeys> keys_;
};

}  // namespace drawbridge::auth
