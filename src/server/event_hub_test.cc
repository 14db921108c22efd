#include "server/event_hub.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "server/hearing.h"

namespace drawbridge::server {
namespace {

using Topics = std::set<std::string>;

std::shared_ptr<const access::Users> users_of(const std::string& lines) {
  return std::make_shared<const access::Users>(access::make_users(access::parse_user_document(
      "user:root@pam:1:0:::::\nuser:anna@pve:1:0:::::\nuser:bert@pve:1:0:::::\ntoken:anna@pve!bot:0:1::\n" + lines, "user.cfg")));
}

TEST(AudibleTopics, FollowFromRights) {
  struct {
    const char* line;
    Topics topics;
  } const cases[] = {
      {"", {}},
      {"acl:1:/:anna@pve:Administrator:", {"network", "guests", "firewall", "access", "tasks"}},
      {"acl:1:/:anna@pve:PVEAuditor:", {"network", "guests", "firewall", "access", "tasks"}},
      {"role:look:Sys.Audit:\nacl:1:/nodes/alpha:anna@pve:look:", {"network", "firewall", "tasks"}},
      {"role:look:Sys.Audit:\nacl:1:/nodes:anna@pve:look:", {"network", "firewall", "tasks"}},
      {"role:look:Sys.Audit:\nacl:1:/nodes/beta:anna@pve:look:", {}},
      {"acl:1:/vms/100:anna@pve:PVEVMUser:", {"guests", "firewall"}},
      {"acl:1:/sdn/zones/localnetwork/vmbr0:anna@pve:PVESDNUser:", {"network", "firewall"}},
      {"acl:1:/access/groups:anna@pve:PVEUserAdmin:", {"access"}},
      {"acl:1:/vms/100:bert@pve:PVEVMUser:", {}},
  };
  for (const auto& each : cases)
    EXPECT_EQ(audible_topics(*users_of(std::string(each.line) + "\n"), {"anna@pve", ""}, "alpha"), each.topics) << each.line;
  EXPECT_EQ(audible_topics(*users_of(""), {"root@pam", ""}, "alpha").size(), 5U);
  EXPECT_TRUE(audible_topics(*users_of("acl:1:/:anna@pve:Administrator:\n"), {"anna@pve", "bot"}, "alpha").empty())
      << "has rights of its own";
}

class EventHubs : public testing::Test {
 protected:
  struct Page {
    std::shared_ptr<http::Stream> stream;
    std::shared_ptr<bool> is_in = std::make_shared<bool>(true);
    std::string heard() const {
      std::string text = stream->take();
      stream->sent();
      return text;
    }
  };
  Page open(const access::Identity& identity) {
    Page page;
    auto stream = hub_.open(identity, [in = page.is_in] { return *in; });
    EXPECT_TRUE(stream);
    page.stream = *stream;
    EXPECT_NE(page.heard().find("event: hello\ndata: {\"node\":\"alpha\"}\n\n"), std::string::npos);
    return page;
  }
  void run() {
    loop_.restart();
    loop_.poll();
  }

  boost::asio::io_context loop_{1};
  std::shared_ptr<const access::Users> users_ = users_of("acl:1:/vms/100:anna@pve:PVEVMUser:\nacl:1:/:bert@pve:PVEAuditor:\n");
  EventHub hub_{loop_, "alpha", [this] { return users_; }, {.most = 6, .most_of_user = 3}};
};

TEST_F(EventHubs, EachHearsWhatHeMayKnow) {
  const Page anna = open({"anna@pve", ""});
  const Page bert = open({"bert@pve", ""});
  hub_.tell({"network", "guests"});
  EXPECT_EQ(anna.heard(), "event: guests\ndata: {\"node\":\"alpha\"}\n\n");
  EXPECT_EQ(bert.heard(), "event: guests\ndata: {\"node\":\"alpha\"}\n\nevent: network\ndata: {\"node\":\"alpha\"}\n\n");
  users_ = users_of("acl:1:/vms/100:anna@pve:NoAccess:\nacl:1:/:bert@pve:PVEAuditor:\n");
  hub_.tell({"guests"});
  EXPECT_EQ(anna.heard(), "");
  hub_.tell({"access"});
  EXPECT_EQ(anna.heard(), "event: access\ndata: {\"node\":\"alpha\"}\n\n") << "her own rights are others now";
  hub_.tell({"access"});
  EXPECT_EQ(anna.heard(), "");
}

TEST_F(EventHubs, ATasksOwnerHearsOfIt) {
  const Page anna = open({"anna@pve", ""});
  const Page bot = open({"anna@pve", "bot"});
  hub_.note_task_of("root@pam");
  hub_.tell({"tasks"});
  EXPECT_EQ(anna.heard(), "");
  hub_.note_task_of("anna@pve!bot");
  hub_.tell({"tasks"});
  EXPECT_NE(anna.heard(), "");
  EXPECT_NE(bot.heard(), "");
  hub_.note_task_of("anna@pve");
  hub_.tell({"tasks"});
  EXPECT_EQ(bot.heard(), "");
}

TEST_F(EventHubs, WhoIsOutHearsNoMore) {
  const Page anna = open({"anna@pve", ""});
  const Page bert = open({"bert@pve", ""});
  *anna.is_in = false;
  hub_.tell({"access"});
  EXPECT_TRUE(anna.stream->is_complete()) << "ended";
  EXPECT_EQ(hub_.listeners(), 1U);
  EXPECT_NE(bert.heard(), "");
}

TEST_F(EventHubs, ThereAreSoManyOfOneAndOfAll) {
  std::vector<Page> pages;
  for (int i = 0; i < 3; ++i) pages.push_back(open({"anna@pve", i == 0 ? "bot" : ""}));
  EXPECT_EQ(hub_.open({"anna@pve", ""}, [] { return true; }).error().code, Errc::conflict);
  for (int i = 0; i < 3; ++i) pages.push_back(open({"bert@pve", ""}));
  EXPECT_EQ(hub_.open({"carl@pve", ""}, [] { return true; }).error().code, Errc::unavailable);
  pages.push_back(open({"root@pam", ""}));
  pages[0].stream->lose();
  EXPECT_EQ(hub_.listeners(), 6U);
  pages.push_back(open({"root@pam", ""}));
}

}  // namespace
}  // namespace drawbridge::server
