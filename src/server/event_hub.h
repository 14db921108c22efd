// Server-sent events (HTML standard, 9.2): tells every page that listens what has changed.
#pragma once

#include <list>
#include <memory>
#include <set>
#include <string>

#include "http/stream.h"

namespace boost::asio {
class io_context;
}

namespace drawbridge::server {

class EventHub {
 public:
  EventHub(boost::asio::io_context& loop, std::string node);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// A new listener. It hears "event: hello" at once, and a comment every 20 s, so that both ends notice when the other has gone.
  std::shared_ptr<http::Stream> open();
  /// "event: TOPIC", data {"node"}.
  void tell(const std::set<std::string>& topics);

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace drawbridge::server
