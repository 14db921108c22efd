// What firewall files mean: documents in, policy and findings out. A line that is not understood is not in force, and is told;
// all other lines are. What blocks and is not understood is told twice, since it is then open.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firewall/document.h"
#include "firewall/name_tables.h"
#include "firewall/policy.h"
#include "firewall/scope.h"

namespace drawbridge::firewall {

/// What is needed besides the files.
struct Surroundings {
  NameTables tables;
  std::vector<NamedSet> sdn;                                  ///< sets of the networks' own definition: "web-all", "guest-ipam-100"
  std::vector<Prefix> local_networks;                         ///< as detected (local_network.h)
  std::vector<std::pair<std::string, std::string>> altnames;  ///< of devices, with their names; sorted
};

template <class Value>
struct Resolved {
  Value value;
  Diagnostics diagnostics;
};

/// The datacenter, and what other files need of it. Immutable: files that change are resolved against it again and again.
struct DatacenterScope {
  std::shared_ptr<const Surroundings> surroundings;
  Datacenter datacenter;
  FileNames names;                  ///< "management" among them, whether the file has it or not
  NamedSet local;                   ///< the local networks as a set; of no file
  std::vector<std::string> groups;  ///< in lower case, sorted
};

Resolved<std::shared_ptr<const DatacenterScope>> resolve_datacenter(const Document& document,
                                                                    std::shared_ptr<const Surroundings> surroundings);
Resolved<Node> resolve_node(const Document& document, const DatacenterScope& datacenter);
Resolved<Guest> resolve_guest(const Document& document, guest::Vmid vmid, const DatacenterScope& datacenter);
Resolved<Vnet> resolve_vnet(const Document& document, std::string name, const DatacenterScope& datacenter);

/// The files of one node. A file that isn't there is an empty document.
struct Documents {
  Document datacenter;
  Document node;
  std::map<guest::Vmid, Document> guests;
  std::map<std::string, Document, std::less<>> vnets;
};

/// All at once; guests with empty documents are left out.
Resolved<Policy> resolve(const Documents& documents, std::shared_ptr<const Surroundings> surroundings);

}  // namespace drawbridge::firewall
