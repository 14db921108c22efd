// firewall connections: what becomes of established connections that rules no longer allow.
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/connection_cutter.h"
#include "cli/display.h"
#include "cli/firewall_marks.h"
#include "cli/verbs.h"

namespace drawbridge::cli {

Exit firewall_connections(Context& context) {
  namespace json = boost::json;
  const auto path = keep_mark(context.system.paths());
  if (const auto word = context.arguments().value("WHAT"))
    if (const auto set = set_mark(context, path, *word == "keep"); !set) return context.console.fail(set.error());
  const auto kept = context.system.files().read(path);
  if (context.console.json()) {
    context.console.print_document(json::serialize(json::object{{"keep", kept.has_value()}}));
    return Exit::done;
  }
  context.console.print(kept ? "Established connections live on when rules no longer allow them (" + visible(trim(*kept)) + ").\n"
                             : "Established connections are cut when rules no longer allow them.\n");
  return Exit::done;
}

}  // namespace drawbridge::cli
