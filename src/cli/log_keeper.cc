#include "cli/log_keeper.h"

#include <ctime>

#include "netfilter/log_socket.h"
#include "packetlog/line.h"
#include "store/log_file.h"

namespace drawbridge::cli {
namespace {

/// The group that rules log to, and that loggers of the familiar files read.
constexpr std::uint16_t kGroup = 0;
constexpr std::uint8_t kWarning = 4;

std::tm local_time(std::time_t seconds) {
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

class Keeper final : public LogKeeper {
 public:
  Keeper(netfilter::LogSocket socket, const std::string& root, Console& console)
      : socket_(std::move(socket)), lines_(log_path(root)), objects_(json_log_path(root)), console_(console) {}

  int descriptor() const override { return socket_.descriptor(); }

  void run() override {
    std::string lines;
    std::string objects;
    const auto dropped = socket_.drain([&](const packetlog::Record& record) {
      lines += packetlog::format_line(record, local_time(record.seconds)) + '\n';
      objects += packetlog::format_json(record) + '\n';
    });
    if (!dropped) return tell(dropped.error());
    if (*dropped > 0)
      lines += packetlog::format_notice("packets were not logged: there were more than could be read", kWarning,
                                        local_time(std::time(nullptr))) +
               '\n';
    write(lines_, lines);
    write(objects_, objects);
  }

 private:
  void write(store::LogFile& file, const std::string& text) {
    if (text.empty()) return;
    if (const auto written = file.append(text); !written) {
      tell(written.error());
    } else {
      has_told_ = false;
    }
  }

  void tell(const Error& error) {
    if (!has_told_) console_.diagnose({to_diagnostic(error, "log-not-written")});
    has_told_ = true;
  }

  netfilter::LogSocket socket_;
  store::LogFile lines_;
  store::LogFile objects_;
  Console& console_;
  bool has_told_ = false;
};

}  // namespace

std::string log_path(const std::string& root) { return root + "/var/log/pve-firewall.log"; }
std::string json_log_path(const std::string& root) { return root + "/var/log/drawbridge/firewall.json"; }

Result<std::unique_ptr<LogKeeper>> LogKeeper::open(const std::string& root, Console& console) {
  auto socket = TRY(netfilter::LogSocket::open(kGroup));
  return std::make_unique<Keeper>(std::move(socket), root, console);
}

}  // namespace drawbridge::cli
