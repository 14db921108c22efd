// Privileges, and the roles that every installation has. A privilege is a word as "VM.Audit"; a set of them is one number, since
// lists of a thousand guests are filtered by them.
//
// Source: the tables of privileges and roles in the manual of Proxmox VE, "User Management", versions 8 and 9.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::access {

class Privileges {
 public:
  constexpr Privileges() = default;
  constexpr explicit Privileges(std::uint64_t bits) : bits_(bits) {}
  bool operator==(const Privileges&) const = default;

  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint64_t bits() const { return bits_; }
  /// All of `others` are in it.
  constexpr bool has(Privileges others) const { return (bits_ & others.bits_) == others.bits_; }
  /// One of `others` is in it at least.
  constexpr bool has_any(Privileges others) const { return (bits_ & others.bits_) != 0; }
  friend constexpr Privileges operator|(Privileges a, Privileges b) { return Privileges(a.bits_ | b.bits_); }
  friend constexpr Privileges operator&(Privileges a, Privileges b) { return Privileges(a.bits_ & b.bits_); }
  constexpr Privileges& operator|=(Privileges b) { return *this = *this | b; }
  constexpr Privileges without(Privileges b) const { return Privileges(bits_ & ~b.bits_); }

 private:
  std::uint64_t bits_ = 0;
};

/// One privilege by its word; nullopt: there is none of that name.
std::optional<Privileges> privilege(std::string_view name);
/// The words of a set, sorted.
std::vector<std::string> privilege_names(Privileges privileges);
/// Every privilege that there is.
Privileges all_privileges();

/// Roles that are there without being written down, and that nobody can change: Administrator, NoAccess, PVEAdmin, …
const std::map<std::string, Privileges, std::less<>>& built_in_roles();

}  // namespace drawbridge::access
