// What cloud-init is told about a guest, as the files of its NoCloud data source. Pure.
//
// Source: cloud-init's documentation of NoCloud, of "cloud-config" and of network configuration version 2.
#pragma once

#include <string>

#include "base/result.h"
#include "guest/guest.h"
#include "guest/machine.h"

namespace drawbridge::hypervisor {

struct SeedTexts {
  std::string meta_data;
  std::string user_data;
  std::string network_config;  ///< version 2; cards are told apart by their MAC addresses
  bool operator==(const SeedTexts&) const = default;
};

/// Every card with a MAC address is there, netN as ethN; one without an ipconfig has no addresses. The instance-id changes
/// whenever anything does, so that cloud-init takes it for new and applies it.
SeedTexts seed_texts(const guest::Guest& guest, const guest::Settings& settings);

/// Makes the image (ISO 9660, volume "cidata") with Debian's xorriso or genisoimage; readable by its owner alone.
/// Errors: not_found if neither is installed; unavailable with its words.
Result<void> make_seed_image(const SeedTexts& texts, const std::string& path);

}  // namespace drawbridge::hypervisor
