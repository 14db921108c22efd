// Hands the node's firewall files to a live policy as they change. A file that can't be read keeps its last good version in force.
#pragma once

#include <map>
#include <set>
#include <string>

#include "doors/files.h"
#include "firewall/live_policy.h"
#include "store/firewall_files.h"

namespace drawbridge::store {

class FirewallLoader {
 public:
  /// Everything must outlive it.
  FirewallLoader(doors::Files& files, std::string root, std::string node, firewall::LivePolicy& policy);

  /// There have been rules before this process: files that are all gone are missing, and not a decision.
  void expect_files() { expects_files_ = true; }
  /// Should these files go, once, that is a decision, and not a missing file system.
  void accept_absence(std::set<std::string, std::less<>> paths) { may_go_ = std::move(paths); }
  /// Guests that are known to be other nodes': their files are not this node's.
  void set_elsewhere(std::set<guest::Vmid> guests);
  /// Files that are not in force as they stand; to be read again then.
  void set_held(HeldFiles held);
  /// Looks at everything; hands on what differs from before. True: something did.
  bool read_everything();
  /// The same for files that are said to have changed; others than firewall files are passed over.
  bool read(const std::set<std::string, std::less<>>& paths);

  /// Files that could not be read when they were last looked at.
  const std::map<std::string, Error>& unreadable() const { return unreadable_; }
  /// One of them has never been read: what it says is not in the policy.
  bool has_gap() const;

 private:
  struct Target {
    firewall::Level level = firewall::Level::datacenter;
    guest::Vmid vmid = 0;
    std::string vnet;
  };
  std::map<std::string, Target> targets();
  bool read_one(const std::string& path, const Target& target);
  void hand_on(const Target& target, firewall::Document document);
  bool is_gone(const std::string& digest, const std::string& path);

  doors::Files& files_;
  std::string root_;
  std::string node_;
  firewall::LivePolicy& policy_;
  std::set<guest::Vmid> elsewhere_;
  bool expects_files_ = false;
  HeldFiles held_;
  std::set<std::string, std::less<>> may_go_;
  std::map<std::string, std::string> digests_;  ///< of what was handed on, by path; empty: there is no file
  std::map<std::string, Error> unreadable_;
};

}  // namespace drawbridge::store
