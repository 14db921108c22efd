#include "server/event_hub.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <map>

#include "access/permissions.h"
#include "server/hearing.h"

namespace drawbridge::server {
namespace {

constexpr std::chrono::seconds kPulse{20};

/// One page, or another program that listens.
struct Listener {
  access::Identity identity;
  std::function<bool()> is_in;
  std::shared_ptr<http::Stream> stream;
  std::shared_ptr<const access::Users> users;  ///< that the following was made from
  std::set<std::string> topics = {};
  std::map<std::string, access::Permissions> rights = {};
  bool has_other_rights = false;  ///< and has not been told yet
};

}  // namespace

struct EventHub::Inside : std::enable_shared_from_this<EventHub::Inside> {
  Inside(boost::asio::io_context& loop, std::string name, AskUsers ask, Settings limits)
      : timer(loop), node(std::move(name)), ask_users(std::move(ask)), settings(limits) {}

  void look_at_rights(Listener& listener, const std::shared_ptr<const access::Users>& users) const {
    if (listener.users == users) return;
    auto rights = access::permission_tree(*users, listener.identity);
    if (listener.users && rights != listener.rights) listener.has_other_rights = true;
    listener.users = users;
    listener.topics = audible_topics(*users, listener.identity, node);
    listener.rights = std::move(rights);
  }

  bool hears(Listener& listener, const std::string& topic) const {
    if (topic == "access" && std::exchange(listener.has_other_rights, false)) return true;
    return listener.topics.contains(topic) || (topic == "tasks" && owns_task(listener.identity));
  }

  /// Whoever would not be let in any more goes.
  void turn_out() {
    for (auto at = listeners.begin(); at != listeners.end();) {
      const auto listener = at++;
      if (listener->is_in()) continue;
      listener->stream->close();
      listeners.erase(listener);
    }
  }

  bool owns_task(const access::Identity& identity) const {
    const bool has_tokens = identity.token.empty();
    return std::ranges::any_of(task_owners, [&](const std::string& owner) {
      return owner == access::format_identity(identity) || (has_tokens && owner.starts_with(identity.user + "!"));
    });
  }

  void tell(const std::set<std::string>& topics) {
    if (topics.contains("access")) turn_out();
    const auto users = ask_users();
    for (auto at = listeners.begin(); at != listeners.end();) {
      const auto listener = at++;
      look_at_rights(*listener, users);
      std::string text;
      for (const auto& topic : topics)
        if (hears(*listener, topic)) text += "event: " + topic + "\ndata: {\"node\":\"" + node + "\"}\n\n";
      if (!text.empty() && !listener->stream->write(text)) listeners.erase(listener);
    }
    if (topics.contains("tasks")) task_owners.clear();
  }

  /// Runs only while somebody listens.
  void pulse() {
    turn_out();
    if (listeners.empty()) {
      beating = false;
      return;
    }
    beating = true;
    timer.expires_after(kPulse);
    timer.async_wait([self = shared_from_this()](const auto& error) {
      if (error) return;
      for (auto at = self->listeners.begin(); at != self->listeners.end();)
        if (const auto listener = at++; !listener->stream->write(": \n\n")) self->listeners.erase(listener);
      self->pulse();
    });
  }

  boost::asio::steady_timer timer;
  std::string node;
  AskUsers ask_users;
  Settings settings;
  std::list<Listener> listeners;
  std::set<std::string> task_owners;
  bool beating = false;
};

EventHub::EventHub(boost::asio::io_context& loop, std::string node, AskUsers users)
    : EventHub(loop, std::move(node), std::move(users), Settings{}) {}

EventHub::EventHub(boost::asio::io_context& loop, std::string node, AskUsers users, Settings settings)
    : inside_(std::make_shared<Inside>(loop, std::move(node), std::move(users), settings)) {}

EventHub::~EventHub() {
  inside_->timer.cancel();
  for (const auto& listener : inside_->listeners) listener.stream->close();
}

Result<std::shared_ptr<http::Stream>> EventHub::open(const access::Identity& identity, std::function<bool()> is_in) {
  const auto own = std::ranges::count(inside_->listeners, identity.user, [](const Listener& each) { return each.identity.user; });
  if (static_cast<std::size_t>(own) >= inside_->settings.most_of_user)
    return fail(Errc::conflict, "too many listen as " + identity.user + " already");
  if (inside_->listeners.size() >= inside_->settings.most && identity.user != access::kRoot)
    return fail(Errc::unavailable, "too many listen already");
  auto stream = std::make_shared<http::Stream>();
  std::weak_ptr<Inside> inside = inside_;
  stream->on_closed([inside, gone = std::weak_ptr(stream)] {
    if (const auto hub = inside.lock()) std::erase_if(hub->listeners, [&](const Listener& each) { return each.stream == gone.lock(); });
  });
  stream->write("retry: 1000\nevent: hello\ndata: {\"node\":\"" + inside_->node + "\"}\n\n");
  Listener listener{identity, std::move(is_in), stream, nullptr};
  inside_->look_at_rights(listener, inside_->ask_users());
  inside_->listeners.push_back(std::move(listener));
  if (!inside_->beating) inside_->pulse();
  return stream;
}

void EventHub::tell(const std::set<std::string>& topics) { inside_->tell(topics); }
void EventHub::note_task_of(const std::string& owner) { inside_->task_owners.insert(owner); }
std::size_t EventHub::listeners() const { return inside_->listeners.size(); }

}  // namespace drawbridge::server
