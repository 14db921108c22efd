// The entry points of the verbs about users, tokens, roles and rights.
#pragma once

#include "cli/command_spec.h"

namespace drawbridge::cli {

struct Context;

Exit user_list(Context& context);
Exit user_show(Context& context);
Exit user_create(Context& context);
Exit user_set(Context& context);
Exit user_delete(Context& context);
Exit user_password(Context& context);
Exit user_one_time_password(Context& context);
Exit user_unlock(Context& context);
Exit totp_list(Context& context);
Exit totp_add(Context& context);
Exit totp_delete(Context& context);
Exit totp_recovery(Context& context);
Exit group_list(Context& context);
Exit group_set(Context& context);
Exit group_delete(Context& context);
Exit token_list(Context& context);
Exit token_create(Context& context);
Exit token_set(Context& context);
Exit token_delete(Context& context);
Exit role_list(Context& context);
Exit role_show(Context& context);
Exit role_set(Context& context);
Exit role_delete(Context& context);
Exit acl_list(Context& context);
Exit acl_set(Context& context);
Exit acl_delete(Context& context);

}  // namespace drawbridge::cli
