// The guests' configuration files of all nodes, in the familiar layout: etc/pve/nodes/NODE/qemu-server/VMID.conf for VMs and
// …/lxc/VMID.conf for containers; the cluster's settings are etc/pve/datacenter.cfg.
//
// Writing is optimistic, as for the interfaces file: who writes names the digest of what was read. What must be unique among
// all guests is safe if reading, checking and writing are done while lock_guests is held.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doors/files.h"
#include "guest/inventory.h"
#include "guest/mac.h"

namespace drawbridge::store {

/// One guest's file.
struct GuestFile {
  guest::Kind kind = guest::Kind::qemu;
  guest::Vmid vmid = guest::kFirstVmid;
  std::string node;
  std::string path;
  auto operator<=>(const GuestFile&) const = default;
};

/// Where the file of a guest is. `root` is a prefix without a slash at its end, or empty.
GuestFile guest_file(const std::string& root, const std::string& node, guest::Kind kind, guest::Vmid vmid);

/// The folders whose changes are changes of a node's guests, for a watch.
std::vector<std::string> guest_folders(const std::string& root, const std::string& node);

/// The files that are there, of one node or (empty) of all, sorted by node, kind and VMID. Names that are no VMID are not guests.
Result<std::vector<GuestFile>> list_guest_files(doors::Files& files, const std::string& root, const std::string& node);

struct StoredGuest {
  GuestFile file;
  std::string bytes;
  std::string digest;  ///< SHA-256 of the bytes
  guest::Document document;
};

/// Errors: those of doors::Files::read.
Result<StoredGuest> read_guest(doors::Files& files, const GuestFile& file);

/// The guests of one node or (empty) of all. A file that goes while the folder is read is passed over.
Result<guest::Inventory> read_inventory(doors::Files& files, const std::string& root, const std::string& node);

/// The prefix of generated MAC addresses. Errors: invalid_input with the line of datacenter.cfg.
Result<guest::MacPrefix> read_mac_prefix(doors::Files& files, const std::string& root);

/// Held by whoever changes guests' files, for all of them at once; 10 s patience. Errors: conflict with the holder's name.
Result<std::unique_ptr<doors::FileLock>> lock_guests(doors::Files& files, const std::string& root);

/// Replaces or makes the file, under the lock that other programs take for this guest as well. `expected_digest`: of the bytes
/// there, or empty if there must be no file. Errors: conflict if it is another by now; those of Files::write.
Result<void> write_guest(doors::Files& files, const std::string& root, const GuestFile& file, std::string_view bytes,
                         const std::string& expected_digest);

/// Removes it, likewise.
Result<void> remove_guest(doors::Files& files, const std::string& root, const GuestFile& file, const std::string& expected_digest);

}  // namespace drawbridge::store
