#include "cli/guest_editing.h"

#include <sys/random.h>

#include "base/text.h"
#include "cli/guest_desk.h"

namespace drawbridge::cli {
namespace {

Result<guest::RandomBytes> random_bytes() {
  guest::RandomBytes bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) return bytes;
  return fail_errno(errno, "no random bytes for a MAC address");
}

}  // namespace

Result<GuestSurroundings> look_around(Context& context, const std::string& node) {
  auto& files = context.system.files();
  const std::string& root = context.system.root();
  TRY_VOID(random_bytes());  // so that later draws can be taken for granted
  // Not within the braces: what is made there before a TRY returns is never destroyed (GCC 12).
  auto inventory = TRY(store::read_inventory(files, root, ""));
  const auto prefix = TRY(store::read_mac_prefix(files, root));
  return GuestSurroundings{.inventory = std::move(inventory),
                           .prefix = prefix,
                           .network = network_of_node(context, node),
                           .draw = [] { return random_bytes().value_or(guest::RandomBytes{}); },
                           .force = context.arguments().has("force")};
}

Result<Desk> open_desk(Context& context) {
  const auto vmid = TRY(vmid_argument_of(context));
  Desk desk;
  desk.lock = TRY(store::lock_guests(context.system.files(), context.system.root()));
  const store::GuestFile file = TRY(find_guest(context, vmid));
  desk.stored = TRY(store::read_guest(context.system.files(), file));
  desk.surroundings = TRY(look_around(context, file.node));
  const std::string expected = context.arguments().value("digest").value_or(desk.stored.digest);
  if (expected == desk.stored.digest) return desk;
  return fail(Errc::conflict, "the file is no longer the one with this digest", {desk.stored.file.path, 0, 0},
              "look at it again; it is now " + desk.stored.digest);
}

std::optional<Error> find_lock(const Context& context, const guest::Guest& guest) {
  const auto* lock = guest.settings.find("lock");
  if (lock == nullptr || context.arguments().has("force") || context.arguments().has("skip-lock")) return std::nullopt;
  return Error{Errc::conflict, "the guest is locked (" + printable(lock->text, 20) + ")", lock->where,
               "wait until that has ended; --force goes on all the same", 0};
}

guest::Guest guest_of(const Desk& desk) {
  return guest::make_guest(desk.stored.document, desk.stored.file.vmid, desk.stored.file.kind, desk.stored.file.node);
}

}  // namespace drawbridge::cli
