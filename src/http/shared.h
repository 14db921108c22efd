// What all connections of one server share.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "http/server.h"

namespace drawbridge::http {

class Connection;

struct Shared {
  Shared(boost::asio::io_context& context, Settings own_settings, Handler own_handler)
      : loop(context), settings(std::move(own_settings)), handler(std::move(own_handler)) {}

  boost::asio::io_context& loop;
  Settings settings;
  Handler handler;
  Counters counters = {};
  bool draining = false;
  std::function<void(const std::shared_ptr<Connection>&)> forget = {};
  /// Bytes just read; only used within one call.
  std::array<char, 16 * 1024> scratch = {};

  /// The Date field of now, made anew each second.
  const std::string& date();

 private:
  std::int64_t date_second_ = -1;
  std::string date_text_;
};

}  // namespace drawbridge::http
