// The firewall's files in the familiar layout: etc/pve/firewall/cluster.fw, etc/pve/nodes/NODE/host.fw, etc/pve/firewall/VMID.fw
// and etc/pve/sdn/firewall/VNET.fw. A file that is not there is one that says nothing.
//
// Writing is optimistic, as for guests' files: who writes names the digest of what was read, while lock_firewall is held.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doors/files.h"
#include "firewall/resolve.h"

namespace drawbridge::store {

/// Where one of them is. `root` is a prefix without a slash at its end, or empty.
std::string datacenter_firewall_path(const std::string& root);
std::string node_firewall_path(const std::string& root, const std::string& node);
std::string guest_firewall_path(const std::string& root, guest::Vmid vmid);
std::string vnet_firewall_path(const std::string& root, const std::string& vnet);

/// The folders whose changes are changes of the node's firewall, for a watch.
std::vector<std::string> firewall_folders(const std::string& root, const std::string& node);

/// Guests, networks and nodes that have such a file, sorted. Other names in the folders are passed over.
Result<std::vector<guest::Vmid>> list_guest_firewalls(doors::Files& files, const std::string& root);
Result<std::vector<std::string>> list_vnet_firewalls(doors::Files& files, const std::string& root);
Result<std::vector<std::string>> list_node_firewalls(doors::Files& files, const std::string& root);

struct StoredFirewall {
  firewall::Document document;
  std::string digest;  ///< SHA-256 of the bytes; empty: there is no file
};

/// Errors: those of doors::Files::read, but for not_found.
Result<StoredFirewall> read_firewall(doors::Files& files, const std::string& path, firewall::Level level);

/// A file that is not in force as it stands, by its path: as long as it has this digest, `bytes` are.
struct HeldFile {
  std::string digest;
  std::string bytes;
  bool operator==(const HeldFile&) const = default;
};
using HeldFiles = std::map<std::string, HeldFile, std::less<>>;
/// What is in force of a file that was read.
firewall::Document in_force(const StoredFirewall& stored, const HeldFiles& held);

/// A new file of the node that something has left for the next boot ("host.fw.new": names of interfaces change with it) takes the old one's
/// place. True: it did. Errors: those of writing; the file system of a cluster without quorum is read-only, and then it is tried again.
Result<bool> adopt_new_node_firewall(doors::Files& files, const std::string& root, const std::string& node);

/// All that a node needs: the datacenter's file, its own, those of `guests`, those of all networks.
Result<firewall::Documents> read_firewall_documents(doors::Files& files, const std::string& root, const std::string& node,
                                                    std::span<const guest::Vmid> guests, const HeldFiles& held = {});

/// /etc/protocols, /etc/services and /etc/ethertypes: the root's, else the system's. Those that can't be read are empty.
firewall::NameTables read_name_tables(doors::Files& files, const std::string& root);

/// etc/pve holds no files of the firewall or of guests at all: the cluster's file system is not mounted (any more). That is not what an
/// administrator means by deleting a file. The folders that the service makes so as to watch them say nothing.
bool are_firewall_files_missing(doors::Files& files, const std::string& root, const std::string& node);

/// The lock below.
std::string firewall_lock(const std::string& root);
/// Held by whoever changes one of these files, for all of them at once; 10 s patience. Errors: conflict with the holder's name.
Result<std::unique_ptr<doors::FileLock>> lock_firewall(doors::Files& files, const std::string& root);

/// Replaces or makes the file; of an empty text, removes it. `expected_digest`: as read_firewall gave it. Errors: conflict if it is
/// another by now; those of Files::write.
Result<void> write_firewall(doors::Files& files, const std::string& path, std::string_view bytes, const std::string& expected_digest);

}  // namespace drawbridge::store
