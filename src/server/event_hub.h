// Server-sent events (HTML standard, 9.2): tells every page that listens what has changed, as far as its user may know, and for as long
// as he would be let in.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "access/users.h"
#include "base/result.h"
#include "http/stream.h"

namespace boost::asio {
class io_context;
}

namespace drawbridge::server {

class EventHub {
 public:
  /// `users`: those of now; the same value while they are the same.
  using AskUsers = std::function<std::shared_ptr<const access::Users>()>;
  struct Settings {
    std::size_t most = 192;         ///< of all; root@pam always has his own
    std::size_t most_of_user = 16;  ///< his tokens' among them
  };

  EventHub(boost::asio::io_context& loop, std::string node, AskUsers users);
  EventHub(boost::asio::io_context& loop, std::string node, AskUsers users, Settings settings);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// A new listener. It hears "event: hello" at once, and a comment every 20 s, so that both ends notice when the other has gone.
  /// `is_in`: whether what it proved itself with is still good; asked with each comment, and when users or rights have changed. Once it is
  /// not, the stream ends. Errors: conflict, if the user has too many; unavailable, if there are too many.
  Result<std::shared_ptr<http::Stream>> open(const access::Identity& identity, std::function<bool()> is_in);
  /// "event: TOPIC", data {"node"}, to those who may hear it.
  void tell(const std::set<std::string>& topics);
  /// A task of this identity ("anna@pve!backup") has begun or ended: its owner hears of it with the next "tasks".
  void note_task_of(const std::string& owner);

  std::size_t listeners() const;

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace drawbridge::server
