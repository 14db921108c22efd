// The realms that users are of, as the cluster's file domains.cfg has them:
//   pam: pam
//           comment the system's users
//           default 1
//           tfa type=oath
// pam and pve are always there, written or not. Sections of other types are kept in mind, so that it can be told why nobody of them logs
// in.
//
// Source: the manual of Proxmox VE, "User Management", "Authentication Realms".
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace drawbridge::access {

struct Realm {
  std::string name;
  std::string type;  ///< "pam", "pve"; "ldap", "ad", "openid" and others
  std::string comment = {};
  bool is_default = false;
  /// A second factor that its users must have: "oath", "yubico", or what is written there; empty: none.
  std::string second_factor = {};

  /// Its users can log in by password here.
  bool is_supported() const { return type == name && (type == "pam" || type == "pve"); }
  bool operator==(const Realm&) const = default;
};

using Realms = std::map<std::string, Realm, std::less<>>;

/// Lines that mean nothing to us are passed over. Of what the file says twice the first counts.
Realms parse_realms(std::string_view text);

/// What who fails to log in is told: of a realm whose users can't log in here at all, that; else the usual words, which tell nothing.
std::string failure_words(const Realms& realms, std::string_view user);

}  // namespace drawbridge::access
