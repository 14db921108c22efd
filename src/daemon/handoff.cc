#include "daemon/handoff.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace drawbridge::daemon {
namespace {

constexpr std::string_view kMagic = "drawbridge-handoff-1";

void put(std::string& message, std::string_view text) {
  message += text;
  message += '\0';
}

void put_list(std::string& message, const std::vector<std::string>& list) {
  put(message, std::to_string(list.size()));
  for (const auto& element : list) put(message, element);
}

/// Strings that end with a NUL, taken one after the other.
class Taker {
 public:
  explicit Taker(std::string_view rest) : rest_(rest) {}

  std::optional<std::string> take() {
    const auto end = rest_.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<std::vector<std::string>> take_list() {
    const auto size = take();
    const auto count = size ? parse_number<std::size_t>(*size) : std::nullopt;
    if (!count || *count > rest_.size()) return std::nullopt;
    std::vector<std::string> list;
    for (std::size_t i = 0; i < *count; ++i) {
      auto element = take();
      if (!element) return std::nullopt;
      list.push_back(std::move(*element));
    }
    return list;
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void close_all(const int* descriptors, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) ::close(descriptors[i]);
}

}  // namespace

Result<std::string> format_handoff(const Handoff& handoff) {
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (has_nul(handoff.version) || has_nul(handoff.directory) || std::ranges::any_of(handoff.words, has_nul) ||
      std::ranges::any_of(handoff.environment, has_nul))
    return fail(Errc::invalid_input, "a command can't hold a NUL");
  std::string message;
  put(message, kMagic);
  put(message, handoff.version);
  put(message, handoff.directory);
  put_list(message, handoff.words);
  put_list(message, handoff.environment);
  if (message.size() > kMostHandoffBytes) return fail(Errc::invalid_input, "the command and its environment are too long to hand over");
  return message;
}

Result<Handoff> parse_handoff(std::string_view message) {
  Taker taker(message);
  const auto magic = taker.take();
  auto version = taker.take();
  auto directory = taker.take();
  auto words = taker.take_list();
  auto environment = words ? taker.take_list() : std::nullopt;
  if (!magic || *magic != kMagic || !version || !directory || !environment || !taker.done())
    return fail(Errc::invalid_input, "this is no command that was handed over");
  return Handoff{std::move(*version), std::move(*words), std::move(*environment), std::move(*directory)};
}

Result<void> send_handoff(int socket, std::string_view message, const Streams& streams) {
  iovec part{const_cast<char*>(message.data()), message.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Streams))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(Streams));
  std::memcpy(CMSG_DATA(rights), streams.data(), sizeof(Streams));
  while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0)
    if (errno != EINTR) return fail_errno(errno, "can't hand the command over");
  return {};
}

Result<std::pair<std::string, Streams>> receive_handoff(int socket) {
  std::string message(kMostHandoffBytes, '\0');
  iovec part{message.data(), message.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Streams))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t size = 0;
  while ((size = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0)
    if (errno != EINTR) return fail_errno(errno, "can't take the command over");
  message.resize(static_cast<std::size_t>(size));
  Streams streams{-1, -1, -1};
  std::size_t count = 0;
  const cmsghdr* rights = CMSG_FIRSTHDR(&header);
  if (rights != nullptr && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
    count = std::min((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int), streams.size());
    std::memcpy(streams.data(), CMSG_DATA(rights), count * sizeof(int));
  }
  if (count == streams.size() && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) return std::pair{std::move(message), streams};
  close_all(streams.data(), count);
  return fail(Errc::invalid_input, "this is no command that was handed over");
}

}  // namespace drawbridge::daemon
