// The members of an interface's REST object that its options give, defaults included: shared by show, and by edits, for which
// setting what is shown changes nothing.
#pragma once

#include "network/types/types.h"

namespace drawbridge::network {

ShownFields shown_fields(const Interface& interface);

/// The comments under their REST names: an interface that has inet6 stanzas only keeps them under the plain name.
struct ShownComments {
  std::string comments;
  std::string comments6;
};
ShownComments shown_comments(const Interface& interface);

}  // namespace drawbridge::network
