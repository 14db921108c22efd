// Edits by REST parameter ("cidr", "bridge_ports") on the lossless document. Only the lines that a changed parameter needs are
// touched; what a request doesn't name stays.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "interfaces/document.h"
#include "network/interface.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// What a request asks for: REST parameter to value, and the parameters to take out.
struct Change {
  std::map<std::string, std::string> values;
  std::vector<std::string> removed;
  bool operator==(const Change&) const = default;
};

/// Why a parameter is refused. The interface's name is the parameter "iface".
struct ParameterError {
  std::string parameter;
  std::string message;
  std::string hint;
  bool operator==(const ParameterError&) const = default;
};

/// What an edit is checked against beside the document itself.
struct EditContext {
  const Model* model = nullptr;      ///< of the document and all it sources; nullptr: the document's own
  const Snapshot* kernel = nullptr;  ///< lets NICs be edited that have no stanza yet; nullptr: unknown
  bool force = false;                ///< skip the checks against other interfaces (gateway, ports), not those of syntax
};

/// A new document, or why not. `document` is there if and only if `errors` is empty.
struct Edited {
  std::optional<interfaces::Document> document;
  std::vector<ParameterError> errors;
  Diagnostics warnings;  ///< references to a deleted interface that stay…
};

/// Changes an existing interface. Setting what is there already changes no byte.
Edited set_interface(const interfaces::Document& document, const std::string& name, const Change& change, const EditContext& context = {});

/// Adds an interface of the wire type ("bridge", "OVSBond"…; see edit_types). Unless told, methods follow the addresses.
Edited create_interface(const interfaces::Document& document, const std::string& type, const std::string& name, const Change& change,
                        const EditContext& context = {});

/// Removes all stanzas of an interface and its name from auto lines. Lines of others that name it stay and are reported, but
/// an OVS port is taken out of its bridge's `ovs_ports`.
Edited delete_interface(const interfaces::Document& document, const std::string& name, const EditContext& context = {});

/// The parameters that an interface of the type takes, in alphabetical order; for help and completion.
std::vector<std::string> edit_parameters(InterfaceType type);

}  // namespace drawbridge::network
