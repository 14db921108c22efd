#include "server/changes.h"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <optional>

#include "kernel/event_socket.h"
#include "store/folder_watch.h"
#include "store/guest_files.h"

namespace drawbridge::server {
namespace {

using boost::asio::posix::stream_descriptor;

constexpr std::array<unsigned, 6> kGroups{RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                                          RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,  RTNLGRP_NEIGH};
constexpr std::chrono::milliseconds kGathering{10};

std::vector<std::string> watched_folders(const std::string& root, const std::string& node) {
  std::vector<std::string> folders{root + "/etc/network",
                                   root + "/etc/network/interfaces.d",
                                   root + "/etc/pve",
                                   root + "/etc/pve/priv",
                                   root + "/etc/pve/nodes",
                                   root + "/etc/pve/nodes/" + node,
                                   root + "/etc/pve/firewall",
                                   root + "/etc/pve/sdn",
                                   root + "/etc/pve/sdn/firewall",
                                   root + "/var/lib/drawbridge",
                                   root + "/var/lib/drawbridge/transaction",
                                   root + "/var/lib/drawbridge/firewall",
                                   root + "/var/lib/drawbridge/generations",
                                   root + "/run/drawbridge"};
  for (auto& folder : store::guest_folders(root, node)) folders.push_back(std::move(folder));
  return folders;
}

/// What a file's change is about.
std::string topic_of(const std::string& path) {
  const auto holds = [&](std::string_view part) { return path.find(part) != std::string::npos; };
  if (holds("/qemu-server") || holds("/lxc") || holds("/run/")) return "guests";
  if (path.ends_with("user.cfg") || holds("/priv")) return "access";
  if (path.ends_with(".fw") || holds("/firewall")) return "firewall";
  return "network";
}

}  // namespace

struct Changes::Inside : std::enable_shared_from_this<Changes::Inside> {
  Inside(boost::asio::io_context& loop, store::FolderWatch files, kernel::EventSocket events, Hear on_change)
      : watch(std::move(files)),
        kernel(std::move(events)),
        file_event(loop),
        kernel_event(loop),
        gathering(loop),
        hear(std::move(on_change)) {}

  void begin() {
    // Both descriptors stay their owners': the loop gets copies.
    file_event.assign(::fcntl(watch.descriptor(), F_DUPFD_CLOEXEC, 0));
    kernel_event.assign(::fcntl(kernel.descriptor(), F_DUPFD_CLOEXEC, 0));
    wait(file_event);
    wait(kernel_event);
  }

  void wait(stream_descriptor& descriptor) {
    descriptor.async_wait(stream_descriptor::wait_read, [self = shared_from_this(), &descriptor](const auto& error) {
      if (error || self->ended) return;
      self->take();
      self->wait(descriptor);
    });
  }

  void take() {
    const auto files = watch.take();
    if (files.everything)
      for (const auto* topic : {"network", "guests", "firewall", "access"}) note(topic);
    for (const auto& path : files.paths) {
      note(topic_of(path));
      // A folder that was made has files of its own from now on.
      if (std::error_code none; std::filesystem::is_directory(path, none)) std::ignore = watch.add(folders);
    }
    bool any = false;
    const auto whole = kernel.drain([&](std::uint16_t, kernel::Bytes) { any = true; });
    if (any || !whole || !*whole) note("network");
  }

  void note(const std::string& topic) {
    generation += 1;
    topics.insert(topic);
    if (std::exchange(waiting, true)) return;
    gathering.expires_after(kGathering);
    gathering.async_wait([self = shared_from_this()](const auto& error) {
      if (error || self->ended) return;
      self->waiting = false;
      self->hear(std::exchange(self->topics, {}));
    });
  }

  store::FolderWatch watch;
  kernel::EventSocket kernel;
  stream_descriptor file_event;
  stream_descriptor kernel_event;
  boost::asio::steady_timer gathering;
  Hear hear;
  std::vector<std::string> folders;
  std::set<std::string> topics;
  std::uint64_t generation = 1;
  bool waiting = false;
  bool ended = false;
};

Result<std::unique_ptr<Changes>> Changes::open(boost::asio::io_context& loop, const std::string& root, const std::string& node, Hear hear) {
  auto folders = watched_folders(root, node);
  auto watch = TRY(store::FolderWatch::open(folders));
  auto events = TRY(kernel::EventSocket::open(kGroups));
  auto inside = std::make_shared<Inside>(loop, std::move(watch), std::move(events), std::move(hear));
  inside->folders = std::move(folders);
  inside->begin();
  return std::unique_ptr<Changes>(new Changes(std::move(inside)));
}

Changes::~Changes() {
  inside_->ended = true;
  boost::system::error_code ignored;
  inside_->file_event.close(ignored);
  inside_->kernel_event.close(ignored);
  inside_->gathering.cancel();
}

std::uint64_t Changes::generation() {
  inside_->take();
  return inside_->generation;
}

void Changes::note(const std::string& topic) { inside_->note(topic); }

}  // namespace drawbridge::server
