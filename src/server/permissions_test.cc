// The rights of every method, end to end: for each one that is described, requests by nobody, by a user without rights, and by users who
// hold exactly what its description asks for, are put to the dispatcher itself. Nothing here is listed by hand.
#include "access/permissions.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "access/ticket.h"
#include "api/call_samples.h"
#include "api/step.h"
#include "base/percent.h"
#include "server/works.h"
#include "store/directory_files.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

constexpr const char* kUser = "joe@pam";  // the sample of parameters "userid"
constexpr const char* kOther = "eve@pve";
constexpr const char* kToken = "eve@pve!robot";
constexpr const char* kSecret = "8a7f6e5d-4c3b-4a29-9817-061524334251";

/// What somebody is given at a path.
struct Grant {
  std::string path;
  std::string privilege;
  auto operator<=>(const Grant&) const = default;
};

/// One way to be allowed: these grants, as this user.
struct Way {
  std::set<Grant> grants;
  bool as_self = false;  ///< as the user whom the parameter "userid" names
};
using Ways = std::vector<Way>;

std::string text(const json::value& value) { return std::string(value.as_string()); }

Ways both(const Ways& a, const Ways& b) {
  Ways all;
  for (const Way& one : a)
    for (const Way& other : b) {
      Way joined = one;
      joined.grants.insert(other.grants.begin(), other.grants.end());
      joined.as_self = one.as_self || other.as_self;
      all.push_back(std::move(joined));
    }
  return all;
}

std::string filled(std::string path, const api::RawParameters& call) {
  for (const auto& [name, value] : call)
    if (const auto at = path.find("{" + name + "}"); at != std::string::npos) path.replace(at, name.size() + 2, value);
  return path;
}

Ways each_of(const json::array& privileges, const std::string& path, bool any) {
  Ways ways;
  Way all;
  for (const auto& name : privileges) {
    ways.push_back({{{path, text(name)}}, false});
    all.grants.insert({path, text(name)});
  }
  return any ? ways : Ways{all};
}

/// A test of a description, in our own reading of it: what the program makes of it is what is tested.
Ways ways_of(const json::array& test, const api::RawParameters& call) {
  const std::string kind = text(test.at(0));
  if (kind == "or") {
    Ways all;
    for (std::size_t i = 1; i < test.size(); ++i)
      for (Way& way : ways_of(test[i].as_array(), call)) all.push_back(std::move(way));
    return all;
  }
  if (kind == "and") {
    Ways all{Way{}};
    for (std::size_t i = 1; i < test.size(); ++i) all = both(all, ways_of(test[i].as_array(), call));
    return all;
  }
  if (kind == "perm") {
    bool any = false;
    for (std::size_t i = 3; i + 1 < test.size(); i += 2) {
      if (test[i] == "any") any = true;
      if (test[i] == "require_param" && !call.contains(text(test[i + 1]))) return {Way{}};
    }
    return each_of(test.at(2).as_array(), filled(text(test.at(1)), call), any);
  }
  if (kind == "userid-group") return each_of(test.at(1).as_array(), "/access/groups", true);
  if (kind == "perm-modify") return {Way{{{filled(text(test.at(1)), call), "Permissions.Modify"}}, false}};
  if (kind == "userid-param" && test.at(1) == "self") return {Way{{}, true}};
  if (kind == "userid-param") return {Way{{{"/access/realm/pam", text(test.at(1))}}, false}};
  ADD_FAILURE() << "no such test: " << json::serialize(test);
  return {};
}

enum class Open : std::uint8_t { world, all, tested, root };

Open openness(const api::Method& method) {
  if (method.permissions.is_null()) return Open::root;
  const auto& object = method.permissions.as_object();
  if (object.contains("check")) return Open::tested;
  return object.contains("user") && object.at("user") == "world" ? Open::world : Open::all;
}

class PermissionsOfMethods : public testing::Test {
 protected:
  PermissionsOfMethods() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ + "/etc/pve");
    std::filesystem::create_directories(root_ + "/etc/pve/priv");
    std::ofstream(root_ + "/etc/pve/priv/token.cfg") << kToken << " " << kSecret << "\n";
    give({});
    // In place of our commands: the guest that is asked about has no settings, everything else fails.
    const std::string program = root_ + "/program";
    std::ofstream(program) << "#!/bin/sh\ncase \" $* \" in *' guest show '*) echo '{}';; *) exit 2;; esac\n";
    ::chmod(program.c_str(), 0755);
    works_ = std::move(*Works::open(loop_, files_, {.program = program, .root = root_, .node = "alpha"}));
    auth::AccessFiles access(files_, root_);
    const auto keys = access.keys();
    EXPECT_TRUE(keys);
    if (keys) keys_ = *keys;
  }
  ~PermissionsOfMethods() override {
    works_.reset();
    std::filesystem::remove_all(root_);
  }

  /// The one who asks has exactly these.
  void give(const std::set<Grant>& grants, const std::string& user = kOther, bool propagate = false) {
    std::ofstream file(root_ + "/etc/pve/user.cfg");
    file << "user:root@pam:1:0:::::\nuser:" << kUser << ":1:0:::::\nuser:" << kOther << ":1:0:::::\n";
    std::size_t number = 0;
    for (const auto& [path, privilege] : grants) {
      const std::string role = "r" + std::to_string(number++);
      file << "role:" << role << ":" << privilege << ":\nacl:" << (propagate ? 1 : 0) << ":" << path << ":" << user << ":" << role << ":\n";
    }
  }

  /// The token's user, the token, or both.
  void give_token(const std::set<Grant>& grants, bool its_user, bool itself) {
    give(its_user ? grants : std::set<Grant>{});
    std::ofstream file(root_ + "/etc/pve/user.cfg", std::ios::app);
    file << "token:" << kToken << ":0:1::\n";
    std::size_t number = 0;
    for (const auto& [path, privilege] : itself ? grants : std::set<Grant>{}) {
      const std::string role = "t" + std::to_string(number++);
      file << "role:" << role << ":" << privilege << ":\nacl:0:" << path << ":" << kToken << ":" << role << ":\n";
    }
  }
  static std::set<Grant> everything() {
    std::set<Grant> all;
    for (const auto& name : access::privilege_names(access::all_privileges())) all.insert({"/", name});
    return all;
  }

  http::Request request_of(const api::Method& method, const api::RawParameters& call, const std::string& user) const {
    http::Request request;
    request.method = method.verb;
    request.path = "/api2/json" + method.path;
    std::string form;
    for (const auto& [name, value] : call) {
      const std::string word = "{" + name + "}";
      if (const auto at = request.path.find(word); at != std::string::npos)
        request.path.replace(at, word.size(), encode_percent(value));
      else
        form += (form.empty() ? "" : "&") + encode_percent(name) + "=" + encode_percent(value);
    }
    (method.verb == "GET" || method.verb == "DELETE" ? request.query : request.body) = form;
    request.target = request.path + (request.query.empty() ? "" : "?" + request.query);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("X-Drawbridge-Client", "192.0.2.4 4711");
    request.peer_is_root = true;  // as the web process's parent would be: the header says that it speaks for somebody
    if (user.empty()) return request;
    const auto now = std::time(nullptr);
    request.headers.set("Cookie", "PVEAuthCookie=" + encode_percent(access::make_ticket(*keys_, user, now)));
    request.headers.set("CSRFPreventionToken", access::make_csrf_token(*keys_, user, now));
    return request;
  }

  /// `check` gets the answer: most come at once, those that are told late by settle().
  void ask(http::Request request, const std::function<void(const http::Response&)>& check) {
    const auto done = std::make_shared<bool>(false);
    ++pending_;
    works_->dispatcher.handle(std::move(request), [this, done, check](const http::Response& response) {
      *done = true;
      --pending_;
      check(response);
    });
    const auto enough = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    while (!*done && std::chrono::steady_clock::now() < enough) run_loop();
    settle(16);
  }
  void settle(std::size_t most = 0) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (pending_ > most && std::chrono::steady_clock::now() < end) run_loop();
    EXPECT_LE(pending_, most) << "requests without an answer";
  }
  void run_loop() {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(20));
  }

  /// The answer must be 403, or must not be.
  void expect(bool refused, const api::Method& method, const api::RawParameters& call, const Way& way, const std::string& user) {
    give(way.grants, user);
    ask(request_of(method, call, user), [=, this, &method](const http::Response& response) {
      EXPECT_EQ(response.status == 403, refused) << shown(method, way, response);
      EXPECT_TRUE(response.status != 403 || response.reason.starts_with("Permission check failed (/")) << shown(method, way, response);
      EXPECT_EQ(response.reason.find(", )"), std::string::npos) << "the right is not named: " << shown(method, way, response);
    });
  }

  /// `call` is what is sent; the rest as a failure's text.
  static std::string shown(const api::Method& method, const Way& way, const http::Response& response) {
    std::string out = method.key() + (way.as_self ? " as self" : "");
    for (const auto& [path, privilege] : way.grants) out += " " + path + ":" + privilege;
    return out + " → " + std::to_string(response.status) + " " + response.reason + " " + response.body.substr(0, 200);
  }

  /// What the call needs beyond its description: of the settings that are in it.
  static std::vector<api::Need> needs_of(const api::Method& method, const api::RawParameters& call) {
    const auto* step = api::find_step(method.key());
    if (step == nullptr || !step->needs) return {};
    const auto checked = api::check_parameters(method, api::path_words(method, call), call);
    return step->needs(checked.parameters, {});
  }
  static bool only_root(const std::vector<api::Need>& needs) {
    return std::ranges::any_of(needs, [](const auto& need) { return need.any_of.empty(); });
  }
  static Way with(Way way, const std::vector<api::Need>& needs) {
    for (const auto& need : needs)
      if (!need.any_of.empty()) way.grants.insert({need.path, need.any_of.front()});
    return way;
  }
  static Ways ways_of_method(const api::Method& method, const api::RawParameters& call) {
    return ways_of(method.permissions.as_object().at("check").as_array(), call);
  }

  const std::string root_ = testing::TempDir() + "drawbridge-permissions-test-" + std::to_string(::getpid());
  boost::asio::io_context loop_{1};
  store::DirectoryFiles files_;
  std::unique_ptr<Works> works_;
  std::shared_ptr<const access::TicketKeys> keys_;
  std::size_t pending_ = 0;
};

/// Every method, with a call that is right, with all its parameters and with none that may be left out.
template <class Visit>
void for_each_call(const Visit& visit) {
  for (const auto& method : api::Description::own().methods())
    for (const bool all : {false, true}) visit(method, api::valid_call(method, all));
}

TEST_F(PermissionsOfMethods, NobodyIsToldToLogIn) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (method.key() == "POST /access/ticket") return;  // 401 is what a wrong password gets
    ask(request_of(method, call, ""), [&method](const http::Response& response) {
      EXPECT_EQ(response.status == 401, openness(method) != Open::world) << shown(method, {}, response);
    });
  });
  settle();
}

TEST_F(PermissionsOfMethods, WithoutTheRightNothingIsDone) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (openness(method) == Open::tested || openness(method) == Open::root) expect(true, method, call, {}, kOther);
  });
  settle();
}

TEST_F(PermissionsOfMethods, ExactlyTheRightOpens) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (openness(method) != Open::tested) return;
    const auto needs = needs_of(method, call);
    for (const Way& way : ways_of_method(method, call))
      if (!way.as_self || !call.contains("groups")) expect(only_root(needs), method, call, with(way, needs), way.as_self ? kUser : kOther);
  });
  settle();
}

TEST_F(PermissionsOfMethods, OneLessIsTooFew) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (openness(method) != Open::tested) return;
    for (const Way& way : ways_of_method(method, call))
      for (const Grant& left_out : way.grants) {
        Way less = way;
        less.grants.erase(left_out);
        expect(true, method, call, less, kOther);
      }
  });
  settle();
}

/// Of a guest's settings, one at a time.
TEST_F(PermissionsOfMethods, EachSettingNeedsItsOwnRight) {
  std::size_t count = 0;
  for (const auto& method : api::Description::own().methods()) {
    const auto* step = api::find_step(method.key());
    if (step == nullptr || !step->needs) continue;
    const auto bare = api::valid_call(method, false);
    for (const auto& [name, value] : api::valid_call(method, true)) {
      auto call = bare;
      call.insert_or_assign(name, value);
      const auto needs = needs_of(method, call);
      const Way least = ways_of_method(method, call).front();
      expect(only_root(needs), method, call, with(least, needs), kOther);
      if (only_root(needs)) continue;
      for (const auto& left_out : needs) {
        auto others = needs;
        std::erase(others, left_out);
        const Way less = with(least, others);
        const bool held_anyway =
            std::ranges::any_of(left_out.any_of, [&](const auto& right) { return less.grants.contains({left_out.path, right}); });
        if (!held_anyway) expect(true, method, call, less, kOther);
        ++count;
      }
    }
  }
  settle();
  EXPECT_GT(count, 100U);
}

TEST_F(PermissionsOfMethods, TheRightElsewhereIsNone) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (openness(method) != Open::tested) return;
    for (const Way& way : ways_of_method(method, call)) {
      Way elsewhere;
      for (const Grant& grant : way.grants) {
        const auto slash = grant.path.rfind('/');
        const std::string name = grant.path.substr(slash + 1);
        const bool number = !name.empty() && name.front() >= '0' && name.front() <= '9';
        if (!name.empty()) elsewhere.grants.insert({grant.path.substr(0, slash + 1) + (number ? "999" : "elsewhere"), grant.privilege});
      }
      expect(true, method, call, elsewhere, kOther);
    }
  });
  settle();
}

TEST_F(PermissionsOfMethods, ATokenHasWhatBothHave) {
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (openness(method) != Open::tested) return;
    const auto needs = needs_of(method, call);
    for (const Way& way : ways_of_method(method, call)) {
      const Way whole = with(way, needs);
      auto request = request_of(method, call, "");
      request.headers.set("Authorization", std::string("PVEAPIToken=") + kToken + "=" + kSecret);
      for (const bool its_user : {false, true})
        for (const bool itself : {false, true}) {
          if (whole.grants.empty() && itself) continue;  // nothing to give
          give_token(whole.grants, its_user, itself);
          const bool opens = its_user && itself && !way.as_self && !only_root(needs);
          ask(request, [=, &method](const http::Response& response) {
            EXPECT_EQ(response.status != 403, opens) << its_user << itself << " " << shown(method, whole, response);
          });
        }
    }
  });
  settle();
}

TEST_F(PermissionsOfMethods, ATicketAloneChangesNothing) {
  give(everything(), kOther, true);
  for_each_call([&](const api::Method& method, const api::RawParameters& call) {
    if (method.verb == "GET" || openness(method) == Open::world) return;
    auto request = request_of(method, call, kOther);
    for (const std::string& token : {std::string(), access::make_csrf_token(*keys_, kUser, std::time(nullptr))}) {
      request.headers.set("CSRFPreventionToken", token);
      ask(request, [&method](const http::Response& response) { EXPECT_EQ(response.status, 401) << method.key(); });
    }
  });
  settle();
}

}  // namespace
}  // namespace drawbridge::server
