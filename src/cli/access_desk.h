// What the verbs about users, tokens and rights share: the files open under lock, and how a change of user.cfg is told.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>

#include "access/edit_users.h"
#include "auth/access_files.h"
#include "cli/context.h"

namespace drawbridge::cli {

/// etc/pve/user.cfg under edit, everybody else kept out.
struct AccessDesk {
  auth::AccessFiles files;
  std::unique_ptr<doors::FileLock> lock;
  std::string bytes;
  access::UserDocument document;
  access::Users users;
};
/// Errors: those of reading; conflict if the lock is held, or the file is not the one with --digest.
Result<AccessDesk> open_access(Context& context);

/// Writes user.cfg and tells the difference. With --json: {"path","changed","diff","digest"}, and the members of `more`.
Exit save_access(Context& context, AccessDesk& desk, const access::UserDocument& after, const boost::json::object& more = {});

/// The files for reading. What is wrong with user.cfg is told on standard error.
Result<std::shared_ptr<const access::Users>> read_users(Context& context);

/// The argument USER as a user who exists; of TOKEN a token. Errors: not_found.
Result<access::User> known_user(const Context& context, const access::Users& users);
Result<access::Token> known_token(const Context& context, const access::Users& users);

/// Seconds since 1970.
access::UnixTime unix_time();
/// "never" or a date.
std::string time_text(access::UnixTime time);

/// A secret: asked for on the terminal without echo, twice if it is new; else the first line of standard input. Errors: invalid_input.
Result<std::string> read_secret(const Context& context, const std::string& question, bool is_new);

}  // namespace drawbridge::cli
