#include "server/event_hub.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace drawbridge::server {
namespace {

constexpr std::chrono::seconds kPulse{20};

}  // namespace

struct EventHub::Inside : std::enable_shared_from_this<EventHub::Inside> {
  Inside(boost::asio::io_context& loop, std::string name) : timer(loop), node(std::move(name)) {}

  void write(const std::string& text) {
    for (auto at = listeners.begin(); at != listeners.end();) {
      const auto listener = at++;
      if (!(*listener)->write(text)) listeners.erase(listener);
    }
  }

  /// Runs only while somebody listens.
  void pulse() {
    if (listeners.empty()) {
      beating = false;
      return;
    }
    beating = true;
    timer.expires_after(kPulse);
    timer.async_wait([self = shared_from_this()](const auto& error) {
      if (error) return;
      self->write(": \n\n");
      self->pulse();
    });
  }

  boost::asio::steady_timer timer;
  std::string node;
  std::list<std::shared_ptr<http::Stream>> listeners;
  bool beating = false;
};

EventHub::EventHub(boost::asio::io_context& loop, std::string node) : inside_(std::make_shared<Inside>(loop, std::move(node))) {}

EventHub::~EventHub() {
  inside_->timer.cancel();
  for (const auto& listener : inside_->listeners) listener->close();
}

std::shared_ptr<http::Stream> EventHub::open() {
  auto stream = std::make_shared<http::Stream>();
  std::weak_ptr<Inside> inside = inside_;
  stream->on_closed([inside, gone = std::weak_ptr(stream)] {
    if (const auto hub = inside.lock()) hub->listeners.remove(gone.lock());
  });
  stream->write("retry: 1000\nevent: hello\ndata: {\"node\":\"" + inside_->node + "\"}\n\n");
  inside_->listeners.push_back(stream);
  if (!inside_->beating) inside_->pulse();
  return stream;
}

void EventHub::tell(const std::set<std::string>& topics) {
  std::string text;
  for (const auto& topic : topics) text += "event: " + topic + "\ndata: {\"node\":\"" + inside_->node + "\"}\n\n";
  inside_->write(text);
}

}  // namespace drawbridge::server
