#include "cli/openapi_verb.h"

#include "api/openapi.h"
#include "cli/context.h"

namespace drawbridge::cli {

Exit print_openapi(Context& context) {
  context.console.print_document(boost::json::serialize(api::openapi(api::Description::own(), DRAWBRIDGE_VERSION)));
  return Exit::done;
}

}  // namespace drawbridge::cli
