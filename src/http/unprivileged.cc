#include "http/unprivileged.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace drawbridge::http {

Result<Identity> find_user(const std::string& name) {
  const passwd* found = ::getpwnam(name.c_str());
  if (found == nullptr)
    return fail(Errc::not_found, "no user " + printable(name), {},
                "create it: systemd-sysusers, or useradd --system --user-group " + printable(name));
  if (found->pw_uid == 0) return fail(Errc::invalid_input, printable(name) + " is root; what faces the network must not be");
  return Identity{name, found->pw_uid, found->pw_gid};
}

Result<void> become(const Identity& identity, std::size_t most_files) {
  const rlimit files{most_files, most_files};
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0 || ::setrlimit(RLIMIT_CORE, &no_core) != 0) return fail_errno(errno, "can't set limits");
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return fail_errno(errno, "can't give up capabilities");
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return fail_errno(errno, "can't give up capabilities");
  if (::setgroups(0, nullptr) != 0 || ::setresgid(identity.group, identity.group, identity.group) != 0 ||
      ::setresuid(identity.user, identity.user, identity.user) != 0)
    return fail_errno(errno, "can't become " + identity.name);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail_errno(errno, "can't forbid new privileges");
  if (::setuid(0) == 0 || ::setgid(0) == 0) return fail(Errc::bug, "root could be had back");
  ::umask(0077);
  if (::chdir("/") != 0) return fail_errno(errno, "/");
  return {};
}

}  // namespace drawbridge::http
