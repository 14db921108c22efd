#include "cli/unplugged_ports.h"

#include "base/text.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {
namespace {

std::string folder(const std::string& root) { return transaction::paths_below(root).run + "/unplugged"; }

}  // namespace

Result<void> mark_unplugged(doors::Files& files, const std::string& root, const std::string& device, std::uint32_t index) {
  return files.write(folder(root) + "/" + device, std::to_string(index) + "\n");
}

Result<void> forget_unplugged(doors::Files& files, const std::string& root, const std::string& device) {
  const std::string mark = folder(root) + "/" + device;
  // Removing would sync the folder also if there is nothing in it.
  if (!files.read(mark)) return {};
  return files.remove(mark);
}

std::set<std::string, std::less<>> unplugged_ports(doors::Files& files, const std::string& root, const network::Snapshot& now) {
  std::set<std::string, std::less<>> found;
  const auto names = files.list(folder(root));
  if (!names) return found;  // nobody has unplugged anything yet
  for (const auto& name : *names) {
    const auto text = files.read(folder(root) + "/" + name);
    const auto index = text ? parse_number<std::uint32_t>(trim(*text)) : std::nullopt;
    const auto* link = now.find_link(name);
    if (link != nullptr && index == link->index) {
      found.insert(name);
    } else {
      std::ignore = forget_unplugged(files, root, name);
    }
  }
  return found;
}

}  // namespace drawbridge::cli
