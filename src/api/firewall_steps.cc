#include "api/step.h"

namespace drawbridge::api {

std::vector<Step> firewall_steps() { return {}; }

}  // namespace drawbridge::api
