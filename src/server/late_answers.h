// Answers to logins that failed. They come at a time that is counted from the request's arrival, so that the time tells nothing of what
// was wrong; and there is room for so many that wait.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace drawbridge::server {

class LateAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Settings {
    std::chrono::milliseconds delay{3'000};
    std::size_t most = 128;
    std::size_t most_of_client = 16;
  };

  LateAnswers(boost::asio::io_context& loop, Settings settings) : loop_(loop), settings_(settings) {}
  LateAnswers(const LateAnswers&) = delete;
  LateAnswers& operator=(const LateAnswers&) = delete;

  /// Calls it `delay` after `arrived`, or, if that is past, at the next multiple of it: PAM may have taken longer. Where more than `most`
  /// wait, or more than `most_of_client` of this client, the oldest of these is called now.
  void add(const std::string& client, Time arrived, std::function<void()> act);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::string client;
    boost::asio::steady_timer timer;
    std::function<void()> act;
  };
  void call(std::shared_ptr<Waiting> taken);

  boost::asio::io_context& loop_;
  Settings settings_;
  std::list<std::shared_ptr<Waiting>> waiting_;  ///< the oldest first
};

}  // namespace drawbridge::server
