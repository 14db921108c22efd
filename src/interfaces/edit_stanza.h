// What the edits of stanzas and of options share.
#pragma once

#include "interfaces/edit.h"

namespace drawbridge::interfaces {

/// The index of the stanza's iface line; not_found in words for a person.
Result<std::size_t> require_stanza(const Document& document, const StanzaId& id);

}  // namespace drawbridge::interfaces
