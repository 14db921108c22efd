#include "store/guest_files.h"

#include <algorithm>

#include "base/digest.h"

namespace drawbridge::store {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr unsigned kMode = 0640;  // passwords of cloud-init are in there

std::string nodes_folder(const std::string& root) { return root + "/etc/pve/nodes"; }

std::string folder_of_kind(const std::string& root, const std::string& node, guest::Kind kind) {
  return nodes_folder(root) + "/" + node + (kind == guest::Kind::qemu ? "/qemu-server" : "/lxc");
}

/// The locks that the familiar tools take around their own changes.
std::string lock_path(const std::string& root, const GuestFile& file) {
  const std::string vmid = std::to_string(file.vmid);
  return root +
         (file.kind == guest::Kind::qemu ? "/run/lock/qemu-server/lock-" + vmid + ".conf" : "/run/lock/lxc/pve-config-" + vmid + ".lock");
}

Result<void> list_kind(doors::Files& files, const std::string& root, const std::string& node, guest::Kind kind,
                       std::vector<GuestFile>& found) {
  constexpr std::string_view kEnding = ".conf";
  for (const std::string& name : TRY(files.list(folder_of_kind(root, node, kind)))) {
    if (!name.ends_with(kEnding)) continue;
    const auto vmid = guest::parse_vmid(std::string_view(name).substr(0, name.size() - kEnding.size()));
    if (vmid) found.push_back(guest_file(root, node, kind, *vmid));
  }
  return {};
}

/// Takes the guest's lock if the file is as expected.
Result<std::unique_ptr<doors::FileLock>> lock_unchanged(doors::Files& files, const std::string& root, const GuestFile& file,
                                                        const std::string& expected_digest) {
  auto lock = TRY(files.lock(lock_path(root, file), kPatience));
  const auto now = files.read(file.path);
  if (!now && now.error().code != Errc::not_found) return fail(now.error());
  const std::string digest = now ? sha256_hex(*now) : "";
  if (digest == expected_digest) return lock;
  if (expected_digest.empty()) return fail(Errc::conflict, "there is a guest " + std::to_string(file.vmid) + " already", {file.path, 0, 0});
  return fail(Errc::conflict, now ? "the file was changed by somebody else meanwhile" : "the file was removed by somebody else meanwhile",
              {file.path, 0, 0}, "look at it again, then repeat the command");
}

}  // namespace

GuestFile guest_file(const std::string& root, const std::string& node, guest::Kind kind, guest::Vmid vmid) {
  return {kind, vmid, node, folder_of_kind(root, node, kind) + "/" + std::to_string(vmid) + ".conf"};
}

std::vector<std::string> guest_folders(const std::string& root, const std::string& node) {
  return {folder_of_kind(root, node, guest::Kind::qemu), folder_of_kind(root, node, guest::Kind::lxc)};
}

Result<std::vector<GuestFile>> list_guest_files(doors::Files& files, const std::string& root, const std::string& node) {
  std::vector<std::string> nodes{node};
  if (node.empty()) nodes = TRY(files.list(nodes_folder(root)));
  std::vector<GuestFile> found;
  for (const std::string& one : nodes)
    for (const auto kind : {guest::Kind::qemu, guest::Kind::lxc}) TRY_VOID(list_kind(files, root, one, kind, found));
  std::ranges::sort(found, {}, [](const GuestFile& file) { return std::tuple(file.node, file.kind, file.vmid); });
  return found;
}

Result<StoredGuest> read_guest(doors::Files& files, const GuestFile& file) {
  std::string bytes = TRY(files.read(file.path));
  std::string digest = sha256_hex(bytes);
  guest::Document document = guest::parse_document(bytes, file.path);
  return StoredGuest{file, std::move(bytes), std::move(digest), std::move(document)};
}

Result<guest::Inventory> read_inventory(doors::Files& files, const std::string& root, const std::string& node) {
  guest::Inventory inventory;
  for (const GuestFile& file : TRY(list_guest_files(files, root, node))) {
    const auto stored = read_guest(files, file);
    if (!stored && stored.error().code == Errc::not_found) continue;
    if (!stored) return fail(stored.error());
    inventory.guests.push_back(guest::make_guest(stored->document, file.vmid, file.kind, file.node));
  }
  return inventory;
}

Result<guest::MacPrefix> read_mac_prefix(doors::Files& files, const std::string& root) {
  const std::string path = root + "/etc/pve/datacenter.cfg";
  const auto bytes = files.read(path);
  if (!bytes && bytes.error().code == Errc::not_found) return guest::MacPrefix{};
  if (!bytes) return fail(bytes.error());
  return guest::read_mac_prefix(*bytes, path);
}

Result<std::unique_ptr<doors::FileLock>> lock_guests(doors::Files& files, const std::string& root) {
  return files.lock(root + "/run/drawbridge/locks/guests.lock", kPatience);
}

Result<void> write_guest(doors::Files& files, const std::string& root, const GuestFile& file, std::string_view bytes,
                         const std::string& expected_digest) {
  const auto lock = TRY(lock_unchanged(files, root, file, expected_digest));
  return files.write(file.path, bytes, kMode);
}

Result<void> remove_guest(doors::Files& files, const std::string& root, const GuestFile& file, const std::string& expected_digest) {
  const auto lock = TRY(lock_unchanged(files, root, file, expected_digest));
  return files.remove(file.path);
}

}  // namespace drawbridge::store
