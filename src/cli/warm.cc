#include "cli/warm.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "cli/hook_scripts.h"

namespace drawbridge::cli {

interfaces::Reader ReadRecord::recording(interfaces::Reader reader) {
  return {.read =
              [this, read = reader.read](const std::string& path) {
                auto bytes = read(path);
                files_.emplace_back(path, bytes ? std::optional<std::string>(*bytes) : std::nullopt);
                return bytes;
              },
          .glob =
              [this, glob = reader.glob](const std::string& pattern) {
                auto paths = glob(pattern);
                patterns_.emplace_back(pattern, paths);
                return paths;
              }};
}

bool ReadRecord::still_holds(const interfaces::Reader& reader) const {
  const auto same_file = [&](const auto& entry) {
    const auto bytes = reader.read(entry.first);
    return bytes.has_value() == entry.second.has_value() && (!bytes || *bytes == *entry.second);
  };
  const auto same_paths = [&](const auto& entry) { return reader.glob(entry.first) == entry.second; };
  return std::ranges::all_of(files_, same_file) && std::ranges::all_of(patterns_, same_paths);
}

namespace {

/// A number that a process and its later children have in common.
Result<std::shared_ptr<std::atomic<std::uint64_t>>> share_number() {
  using Number = std::atomic<std::uint64_t>;
  void* page = ::mmap(nullptr, sizeof(Number), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return fail_errno(errno, "no memory to share");
  return std::shared_ptr<Number>(new (page) Number(0), [](Number* number) { ::munmap(number, sizeof(Number)); });
}

}  // namespace

Result<Warm> Warm::open(doors::Files& files, std::string root) {
  auto kernel = TRY(kernel::LiveKernel::open());
  return Warm(files, std::move(root), std::move(kernel), TRY(share_number()));
}

bool Warm::refresh() {
  const auto now = kernel_.look();
  if (!now) return false;
  const auto reader = make_reader(files_, root_);
  const std::string path = transaction::paths_below(root_).interfaces;
  const auto bytes = files_.read(path);
  if (!bytes) return false;
  auto scripts = read_hook_scripts(files_, root_);
  const bool same_file = running_ && running_->bytes == *bytes && running_->scripts == scripts && record_.still_holds(reader);
  if (!same_file) {
    meaning_.reset();
    settled_->store(0);
    record_ = {};
    running_ = Source{.path = path, .bytes = *bytes, .pending = false, .exists = true, .configuration = {}};
    running_->configuration = interfaces::read_configuration(path, running_->bytes, record_.recording(reader));
    running_->scripts = std::move(scripts);
  }
  if (meaning_ && meaning_generation_ == kernel_.generation()) return true;
  meaning_ = make_meaning(*running_, *now);
  meaning_generation_ = kernel_.generation();
  return true;
}

bool Warm::prepare() {
  auto spare = kernel_.spare();
  if (!spare || !refresh()) return false;
  spare_ = std::move(*spare);
  return true;
}

void Warm::settle(bool unheard) {
  if (unheard) kernel_.distrust();
  std::ignore = refresh();  // what can't be read now is tried again when the next command comes
}

void Warm::hear() {
  // A socket that can't be read would wake the service for ever.
  if (!kernel_.hear()) kernel_.distrust();
}

void Warm::step_into_child() {
  if (!spare_) return;
  kernel_.step_over(std::move(*spare_));
  spare_.reset();
}

Result<void> Warm::renew() {
  kernel_.step_over(TRY(kernel_.spare()));
  return {};
}

std::optional<Source> Warm::take_running(const std::string& path, const std::string& bytes) {
  if (!running_ || running_->path != path || running_->bytes != bytes || !record_.still_holds(make_reader(files_, root_)) ||
      running_->scripts != read_hook_scripts(files_, root_))
    return std::nullopt;
  running_->warm = true;
  return std::exchange(running_, std::nullopt);
}

void Warm::note_settled() {
  // Numbers of states are the service's own only as long as this child has heard of no change since it was made.
  if (kernel_.look() && kernel_.generation() == meaning_generation_) settled_->store(meaning_generation_);
}

bool Warm::is_settled(const Source& source) {
  return source.warm && kernel_.look() && kernel_.generation() == meaning_generation_ && settled_->load() == meaning_generation_;
}

std::optional<Meaning> Warm::take_meaning(const Source& source) {
  if (!source.warm || !meaning_ || !kernel_.look() || kernel_.generation() != meaning_generation_) return std::nullopt;
  return std::exchange(meaning_, std::nullopt);
}

}  // namespace drawbridge::cli
