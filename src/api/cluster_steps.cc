#include "api/step.h"

namespace drawbridge::api {

std::vector<Step> cluster_steps() { return {}; }

}  // namespace drawbridge::api
