// Guests and cards as JSON.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "guest/guest.h"

namespace drawbridge::cli {

/// The members of a card as its text has them: numbers as numbers, switches as 1 or 0.
boost::json::object nic_json(const guest::Nic& nic);

/// {"id","device","canonical"} and the members of nic_json.
boost::json::object card_json(const guest::Guest& guest, const guest::Nic& nic);

/// The list of what changes at the next start: {"key","value","pending","delete"}, as the REST interface has it.
boost::json::array pending_json(const guest::Guest& guest);

/// Of `guest list`.
boost::json::object summary_json(const guest::Guest& guest);

}  // namespace drawbridge::cli
