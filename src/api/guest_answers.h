// From what our commands print of guests to what clients of the API expect.
#pragma once

#include <string_view>
#include <vector>

#include "api/step.h"
#include "guest/nic.h"

namespace drawbridge::api {

using Documents = std::vector<boost::json::value>;

/// One guest of `guest list`, as the lists of its kind have it.
boost::json::object listed_guest(const boost::json::object& guest);
/// Of the documents of `guest list`.
Answer list_guests(guest::Kind kind, const Documents& documents);

/// Those of `guest show`.
Answer guest_config(guest::Kind kind, const Documents& documents);
Answer guest_pending(guest::Kind kind, const Documents& documents);
Answer guest_status(guest::Kind kind, const Documents& documents);
Answer guest_snapshots(const Documents& documents);
/// Our addition: the cards with device, state and traffic.
Answer guest_cards(const Documents& documents);

/// Those of `guest addresses`.
Answer container_interfaces(const Documents& documents);
Answer agent_interfaces(const Documents& documents);

/// What the description has below a path, as a listing: [{"subdir": NAME}].
Answer folder(std::string_view path);

}  // namespace drawbridge::api
