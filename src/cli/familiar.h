// What ifup, ifdown, ifreload and ifquery have in common.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/sources.h"

namespace drawbridge::cli {

/// Takes -d, -l and the environment into account; to be called first.
void begin_familiar(Context& context, const std::string& name);
/// The file that -i and -t name, else the running one.
Result<Source> familiar_source(Context& context);
/// The file as last applied; nullopt if nothing has been applied yet.
Result<std::optional<Source>> last_applied(Context& context);
/// Says which of the named interfaces are in no file; exit 1.
Exit complain_unknown(Context& context, const Source& source, const std::vector<std::string>& unknown);
/// "list": NAME : LOWER LOWER… or "dot": a graph. As -p prints it.
std::string dependency_text(const network::Model& model, const std::set<std::string>& names, bool dot);

}  // namespace drawbridge::cli
