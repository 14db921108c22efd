#include "kernel/batch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "kernel/ethtool.h"
#include "kernel/link_message.h"
#include "kernel/operation_message.h"
#include "kernel/rate_limit.h"

namespace drawbridge::kernel {
namespace {

// All acks of a batch must fit the socket's receive buffer, at about 1 KiB each.
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::size_t kMostRequests = 1000;

std::string in_words(const network::Operation& operation) {
  auto words = fmt::format("{} {}", network::operation_name(operation), printable(network::operation_object(operation)));
  const auto detail = network::operation_detail(operation);
  if (!detail.empty()) words += " " + printable(detail, 200);
  return words;
}

// "ipv6.disable_ipv6" of vmbr0 is /proc/sys/net/ipv6/conf/vmbr0/disable_ipv6. Names are the kernel's: they may hold dots, never
// a slash, and are used as they are; what could lead out of the folder is refused.
Result<std::string> sysctl_path(const network::SetSysctl& setting) {
  const std::string_view key = setting.key;
  const auto dot = key.find('.');
  const auto family = key.substr(0, dot);
  const auto name = dot == std::string_view::npos ? std::string_view{} : key.substr(dot + 1);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if ((family != "ipv4" && family != "ipv6") || name.empty() || !std::ranges::all_of(name, plain))
    return fail(Errc::invalid_input, fmt::format("{} is no per-device setting", printable(key)));
  if (setting.link.empty() || setting.link == "." || setting.link == ".." || setting.link.find('/') != std::string::npos)
    return fail_errno(ENODEV, printable(setting.link));
  return fmt::format("/proc/sys/net/{}/conf/{}/{}", family, setting.link, name);
}

Result<void> write_sysctl(const network::SetSysctl& setting) {
  const auto path = TRY(sysctl_path(setting));
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  // The folder of a device goes with the device.
  if (file < 0) return fail_errno(errno == ENOENT ? ENODEV : errno, path);
  // Negative values (ipv6's hop limit "-1") travel as their two's complement, as in the kernel's dump.
  const auto text = fmt::format("{}", static_cast<std::int32_t>(setting.value));
  const auto written = write(file, text.data(), text.size());
  const int error = errno;
  close(file);
  if (written != static_cast<ssize_t>(text.size())) return fail_errno(error, path);
  return {};
}

}  // namespace

doors::Execution Batch::run() {
  for (std::size_t position = 0; position < operations_.size() && !stopped(); ++position) add(position);
  flush();
  return execution_;
}

void Batch::add(std::size_t position) {
  const auto& operation = operations_[position];
  if (const auto* setting = std::get_if<network::SetSysctl>(&operation)) {
    run_alone(position, [&] { return write_sysctl(*setting); });
    return;
  }
  if (const auto* driver = std::get_if<network::SetEthtool>(&operation)) {
    run_alone(position, [&]() -> Result<void> {
      if (socket_.index_of(driver->link) == 0) return fail_errno(ENODEV, printable(driver->link));
      return write_ethtool(socket_.descriptor(), driver->link, driver->settings);
    });
    return;
  }
  if (const auto* limit = std::get_if<network::SetRateLimit>(&operation)) return add_rate_limit(position, *limit);
  auto message = encode_operation(operation, [this](const std::string& name) { return index_of(name); });
  if (!message) {
    // What was collected before it comes first: it may have been refused already.
    if (flush()) refuse(position, std::move(message.error()));
    return;
  }
  // A look-up may have flushed, and that may have met a refusal.
  if (stopped()) return;
  const auto* made = std::get_if<network::CreateLink>(&operation);
  if (made == nullptr || made->alias.empty()) return add_request(position, std::move(*message));
  // No kernel takes the alias with the link; one system call takes both.
  add_request(position, std::move(*message), {}, false);
  add_request(position, encode_set_alias({made->name, made->alias}));
}

void Batch::add_rate_limit(std::size_t position, const network::SetRateLimit& operation) {
  const auto index = index_of(operation.link);
  auto requests = index == 0 ? fail_errno(ENODEV, printable(operation.link)) : encode_rate_limit(operation, index);
  if (!requests) {
    if (flush()) refuse(position, std::move(requests.error()));
    return;
  }
  for (auto& request : *requests) {
    const bool last = &request == &requests->back();
    if (!stopped()) add_request(position, std::move(request.message), request.no_errors, last);
  }
}

void Batch::add_request(std::size_t position, Message message, std::span<const int> no_errors, bool last) {
  const auto& operation = operations_[position];
  if (std::holds_alternative<network::CreateLink>(operation)) names_change_ = true;
  if (std::holds_alternative<network::DeleteLink>(operation)) {
    // With a link goes its peer, or what stands on it: forget everything.
    names_change_ = true;
    indexes_.clear();
  }
  const auto sequence = socket_.next_sequence();
  if (requests_.empty()) first_sequence_ = sequence;
  const auto bytes = message.finish(sequence);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  requests_.push_back({position, no_errors, last});
  if (last && (bytes_.size() >= kMostBytes || requests_.size() >= kMostRequests)) flush();
}

void Batch::run_alone(std::size_t position, const std::function<Result<void>()>& action) {
  if (!flush()) return;
  ++execution_.attempted;
  if (auto done = action(); !done) refuse(position, std::move(done.error()));
}

bool Batch::flush() {
  if (stopped() || requests_.empty()) return !stopped();
  const auto requests = std::exchange(requests_, {});
  const auto bytes = std::exchange(bytes_, {});
  names_change_ = false;
  if (auto sent = socket_.send(bytes); !sent) {
    execution_.error = std::move(sent.error());
    return false;
  }
  execution_.attempted += static_cast<std::size_t>(std::ranges::count(requests, true, &Request::last));
  auto acks = socket_.acknowledgements(first_sequence_, requests.size());
  if (!acks) {
    execution_.error = std::move(acks.error());
    return false;
  }
  for (std::size_t i = 0; i < requests.size() && !stopped(); ++i) {
    const auto& ack = (*acks)[i];
    if (ack.os_errno == 0 || std::ranges::find(requests[i].no_errors, ack.os_errno) != requests[i].no_errors.end()) continue;
    Error error = fail_errno(ack.os_errno, "").error();
    error.what = error.what.substr(2);  // fail_errno puts ": " behind its (here empty) subject
    if (!ack.text.empty()) error.what += " (" + printable(ack.text, 200) + ")";
    refuse(requests[i].position, std::move(error));
  }
  return !stopped();
}

void Batch::refuse(std::size_t position, Error error) {
  error.what = in_words(operations_[position]) + ": " + error.what;
  execution_.failed = position;
  execution_.error = std::move(error);
}

std::uint32_t Batch::index_of(const std::string& name) {
  if (const auto found = indexes_.find(name); found != indexes_.end()) return found->second;
  // The answer depends on requests that still wait here.
  if (names_change_ && !flush()) return 0;
  const auto index = socket_.index_of(name);
  if (index != 0) indexes_.emplace(name, index);
  return index;
}

}  // namespace drawbridge::kernel
