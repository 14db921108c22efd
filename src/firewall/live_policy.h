// The policy of a node and its rule program, kept up to date: told what changed, it resolves and builds that and what follows from it.
// Pure: who reads files and the kernel hands in what they say. After any sequence of changes the program, pruned, equals the one that
// resolve() and build_program() make of the same inputs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "firewall/build.h"
#include "firewall/resolve.h"

namespace drawbridge::firewall {

class LivePolicy {
 public:
  /// Of a node without files.
  LivePolicy();

  void set_surroundings(std::shared_ptr<const Surroundings> surroundings);
  void set_facts(NodeFacts facts);
  void set_datacenter(Document document);
  void set_node(Document document);
  /// An empty document: as if there were no file.
  void set_guest(guest::Vmid vmid, Document document);
  void set_vnet(const std::string& name, Document document);

  const Documents& documents() const { return documents_; }
  /// Brings everything up to date. Valid until the next call of anything else.
  const Policy& policy();
  const rules::Program& program();
  /// What is wrong in files, all of them, in their order.
  Diagnostics diagnostics();
  /// Of those only what files say that have changed, or are wrong in another way, since the last call.
  Diagnostics take_news();

 private:
  void resolve_everything();
  void resolve_one(guest::Vmid vmid);
  void found(const std::string& path, Diagnostics diagnostics);

  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  NodeFacts facts_;
  Documents documents_;
  std::shared_ptr<const DatacenterScope> scope_;
  Policy policy_;
  rules::Program program_;
  std::map<std::string, Diagnostics> diagnostics_;  ///< by file
  std::set<std::string> news_;                      ///< files with other findings than before
  bool is_resolved_ = false;                        ///< all but guests_ and node_
  bool is_built_ = false;                           ///< all but guests_
  bool is_node_stale_ = false;
  bool cards_changed_ = false;
  std::set<std::string, std::less<>> stale_vnets_;
  std::set<guest::Vmid> stale_guests_;    ///< to be resolved
  std::set<guest::Vmid> unbuilt_guests_;  ///< resolved, not in the program yet
};

}  // namespace drawbridge::firewall
