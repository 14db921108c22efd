#include "api/step.h"

namespace drawbridge::api {

std::vector<Step> guest_steps() { return {}; }

}  // namespace drawbridge::api
