// Answers that come in pieces, as their writers and their readers see them.
#include "http/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/http_testing.h"

namespace drawbridge::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

/// A server whose answers are one stream, in the test's hands.
class StreamTest : public testing::Test {
 protected:
  StreamTest()
      : server_([this](const Request&, const Reply& reply) {
          if (!stream_) return reply({.body = "after"});
          Response response;
          response.headers = headers_;
          response.stream = stream_;
          reply(std::move(response));
        }),
        client_(server_.port()) {
    stream_->on_closed([this] { closed_.set_value(); });
  }
  ~StreamTest() override { server_.stop(); }

  void ask(const std::string& version = "1.1") { client_.say("GET / HTTP/" + version + "\r\nHost: x\r\n\r\n"); }
  bool write(const std::string& text) {
    return server_.thread().in_loop([&] { return stream_->write(text); });
  }
  void close() {
    server_.thread().in_loop([&] { stream_->close(); });
  }
  bool hears_closed() { return closed_.get_future().wait_for(5s) == std::future_status::ready; }

  std::shared_ptr<Stream> stream_ = std::make_shared<Stream>();
  std::promise<void> closed_;
  Headers headers_{{"Content-Type", "text/event-stream"}};
  TestServer server_;
  Client client_;
};

TEST_F(StreamTest, PiecesComeAtOnce) {
  ask();
  EXPECT_THAT(client_.hear_until("\r\n\r\n"),
              AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"), HasSubstr("text/event-stream"), Not(HasSubstr("Content-Length"))));
  EXPECT_TRUE(write("data: 1\n\n"));
  EXPECT_EQ(client_.hear_until("1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  EXPECT_TRUE(write("data: 2\n\n"));
  EXPECT_EQ(client_.hear_until("2\n\n\r\n"), "9\r\ndata: 2\n\n\r\n");
  close();
  EXPECT_EQ(client_.hear_until("0\r\n\r\n"), "0\r\n\r\n");
  server_.thread().in_loop([&] { stream_.reset(); });
  ask();
  EXPECT_THAT(client_.hear_answer(), EndsWith("after"));
}

TEST_F(StreamTest, WhatWasWrittenBeforeTheAnswer) {
  EXPECT_TRUE(write("early"));
  close();
  ask();
  EXPECT_THAT(client_.hear_until("0\r\n\r\n"), EndsWith("\r\n\r\n5\r\nearly\r\n0\r\n\r\n"));
}

TEST_F(StreamTest, ARequestSentMeanwhileIsAnsweredAfterwards) {
  ask();
  client_.hear_until("\r\n\r\n");
  ask();
  std::this_thread::sleep_for(50ms);
  write("x");
  close();
  EXPECT_THAT(client_.hear_until("0\r\n\r\n"), EndsWith("0\r\n\r\n"));
  EXPECT_THAT(client_.hear_until("\r\n\r\n"), HasSubstr("HTTP/1.1 200"));
}

TEST_F(StreamTest, AReaderThatHangsUpIsNoticed) {
  ask();
  client_.hear_until("\r\n\r\n");
  client_.hang_up();
  EXPECT_TRUE(hears_closed());
  EXPECT_FALSE(write("x"));
}

TEST_F(StreamTest, ASlowReaderIsDropped) {
  ask();
  client_.hear_until("\r\n\r\n");
  const std::string piece(10'000, 'x');
  int written = 0;
  while (written < 100'000 && write(piece)) ++written;
  EXPECT_LT(written, 100'000);
  EXPECT_TRUE(hears_closed());
  EXPECT_EQ(server_.counters().slow_readers, 1U);
  EXPECT_EQ(server_.connections(), 0U);
  EXPECT_THAT(client_.hear_all(), Not(EndsWith("0\r\n\r\n")));
}

TEST_F(StreamTest, AWriterThatWaitsLosesNobody) {
  ask();
  client_.hear_until("\r\n\r\n");
  int left = 100;
  const std::string piece(100'000, 'x');
  server_.thread().in_loop([&] {
    stream_->on_drained([&] {
      if (--left > 0) {
        EXPECT_TRUE(stream_->write(piece));
      } else {
        stream_->close();
      }
    });
    stream_->write(piece);
  });
  const auto heard = client_.hear_until("\r\n0\r\n\r\n", 30s);
  EXPECT_EQ(std::ranges::count(heard, 'x'), 10'000'000);
}

TEST_F(StreamTest, ATruncatedOneIsNotTakenForWhole) {
  ask();
  client_.hear_until("\r\n\r\n");
  write("x");
  client_.hear_until("x\r\n");
  server_.thread().in_loop([&] { stream_->abort(); });
  EXPECT_EQ(client_.hear_all(), "");
  EXPECT_TRUE(client_.was_closed());
  EXPECT_EQ(server_.counters().slow_readers, 0U);
}

TEST_F(StreamTest, WithALengthThatWasTold) {
  headers_.set("Content-Length", "5");
  ask();
  EXPECT_THAT(client_.hear_until("\r\n\r\n"), AllOf(HasSubstr("Content-Length: 5\r\n"), Not(HasSubstr("chunked"))));
  write("hel");
  write("lo");
  EXPECT_EQ(client_.hear_until("lo"), "hello");
  close();
  server_.thread().in_loop([&] { stream_.reset(); });
  ask();
  EXPECT_THAT(client_.hear_answer(), EndsWith("after"));
}

TEST_F(StreamTest, LessThanWasToldCutsTheConnection) {
  headers_.set("Content-Length", "5");
  ask();
  write("hel");
  close();
  EXPECT_THAT(client_.hear_all(), EndsWith("hel"));
  EXPECT_TRUE(client_.was_closed());
}

TEST_F(StreamTest, OldClientsReadToTheEnd) {
  ask("1.0");
  EXPECT_THAT(client_.hear_until("\r\n\r\n"), AllOf(HasSubstr("Connection: close"), Not(HasSubstr("chunked"))));
  write("all of it");
  close();
  EXPECT_EQ(client_.hear_all(), "all of it");
}

TEST_F(StreamTest, HeadLosesItAtOnce) {
  client_.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(hears_closed());
}

TEST_F(StreamTest, TheServersEndIsNoticed) {
  ask();
  client_.hear_until("\r\n\r\n");
  server_.stop();
  EXPECT_TRUE(hears_closed());
}

}  // namespace
}  // namespace drawbridge::http
