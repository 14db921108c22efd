// Requests out of bytes: what is taken, what is refused with which status, and that pieces make no difference.
#include "http/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/corpus_testing.h"
#include "http/request_reader_fuzz_body.h"

namespace drawbridge::http {
namespace {

using State = RequestReader::State;

Refusal refusal_of(std::string_view bytes, const Limits& limits = {}) {
  RequestReader reader(limits, {});
  EXPECT_EQ(reader.feed(bytes), State::refused) << bytes.substr(0, 200);
  return reader.refusal();
}

int status_of(const std::string& bytes, const Limits& limits = {}) { return refusal_of(bytes, limits).status; }

TEST(RequestReader, TakesARequestApart) {
  RequestReader reader({}, {});
  ASSERT_EQ(reader.feed("POST /api2/json/a%2Fb?x=1&y=%20 HTTP/1.1\r\nHost: node\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhel"), State::body);
  EXPECT_EQ(reader.body_bytes(), 5U);
  ASSERT_EQ(reader.feed("lo"), State::complete);
  EXPECT_TRUE(reader.keeps_alive());
  const Request request = reader.take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api2/json/a%2Fb?x=1&y=%20");
  EXPECT_EQ(request.path, "/api2/json/a%2Fb");
  EXPECT_EQ(request.query, "x=1&y=%20");
  EXPECT_EQ(request.headers.find("hOST"), "node");
  EXPECT_EQ(request.headers.find("x-empty"), "");
  EXPECT_EQ(request.headers.find("cookie"), std::nullopt);
  EXPECT_EQ(request.body, "hello");
}

TEST(RequestReader, OneAfterTheOther) {
  RequestReader reader({}, {});
  ASSERT_EQ(reader.feed("GET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /c"),
            State::complete);
  EXPECT_EQ(reader.take().path, "/a");
  EXPECT_FALSE(reader.is_empty());
  ASSERT_EQ(reader.feed(""), State::complete);
  EXPECT_FALSE(reader.keeps_alive());
  EXPECT_EQ(reader.take().path, "/b");
  EXPECT_EQ(reader.feed(""), State::head);
  EXPECT_FALSE(reader.is_empty());
}

TEST(RequestReader, Http10ClosesUnlessAsked) {
  RequestReader reader({}, {});
  ASSERT_EQ(reader.feed("GET /a HTTP/1.0\r\n\r\n"), State::complete);
  EXPECT_FALSE(reader.keeps_alive());
  EXPECT_TRUE(reader.is_http_1_0());
  std::ignore = reader.take();
  ASSERT_EQ(reader.feed("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), State::complete);
  EXPECT_TRUE(reader.keeps_alive());
}

TEST(RequestReader, AbsoluteTargetsAreOurs) {
  RequestReader reader({}, {});
  ASSERT_EQ(reader.feed("GET HTTPS://node:8006/a?b HTTP/1.1\r\nHost: node\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.take().target, "/a?b");
  ASSERT_EQ(reader.feed("GET http://node HTTP/1.1\r\nHost: node\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.take().path, "/");
}

TEST(RequestReader, SaysThatAClientWaits) {
  RequestReader reader({}, {});
  ASSERT_EQ(reader.feed("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"), State::body);
  EXPECT_TRUE(reader.expects_continue());
  ASSERT_EQ(reader.feed("o"), State::body);
  EXPECT_FALSE(reader.expects_continue());
  EXPECT_EQ(status_of("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: wonders\r\n\r\n"), 417);
}

TEST(RequestReader, RefusesWhatIsNotImplemented) {
  for (const auto* method : {"PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "XYZZY"})
    EXPECT_EQ(status_of(std::string(method) + " /a HTTP/1.1\r\nHost: x\r\n\r\n"), 501) << method;
  EXPECT_EQ(status_of("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n"), 501);
  for (const auto* method : {"GET", "HEAD", "DELETE"})
    EXPECT_EQ(status_of(std::string(method) + " /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"), 501) << method;
}

TEST(RequestReader, ABodyOfNoBytesIsNone) {
  RequestReader reader({}, {});
  EXPECT_EQ(reader.feed("DELETE /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), State::complete);
}

TEST(RequestReader, RefusesWhatIsTooLarge) {
  EXPECT_EQ(status_of("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  EXPECT_EQ(status_of("GET /" + std::string(20'000, 'a')), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + std::string(20'000, 'a')), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  const Limits limits;
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(limits.body + 1) + "\r\n\r\n"), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n"), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"), 400);
}

TEST(RequestReader, HoldsTheLimitsExactly) {
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  const std::string end = "\r\n\r\n";
  const Limits limits;
  const std::string most = start + std::string(limits.header - start.size() - end.size(), 'a') + end;
  RequestReader reader(limits, {});
  EXPECT_EQ(reader.feed(most), State::complete);
  EXPECT_EQ(status_of(start + std::string(limits.header - start.size() - end.size() + 1, 'a') + end), 431);
}

TEST(RequestReader, ARouteMayTakeMore) {
  RequestReader reader({.body = 4}, [](const Request& head) { return head.path == "/upload" ? std::size_t{8} : std::size_t{4}; });
  ASSERT_EQ(reader.feed("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678"), State::complete);
  EXPECT_EQ(reader.take().body, "12345678");
  ASSERT_EQ(reader.feed("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n"), State::refused);
  EXPECT_EQ(reader.refusal().status, 413);
}

TEST(RequestReader, RefusesWhatIsMalformed) {
  for (const std::string bytes :
       {"\x16\x03\x01\x02", "GET\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: x\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"})
    EXPECT_EQ(status_of(bytes), 400) << bytes;
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(1, '\0') + "\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.2\r\nHost: x\r\n\r\n"), 505);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505);
}

RC_GTEST_PROP(RequestReaderProperty, AnyBytes, (const std::string& bytes)) { RC_ASSERT(check_request_bytes(bytes) == ""); }

TEST(RequestReaderCorpus, Seeds) {
  run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/request_reader", "\r\n: /?%", 400,
             [](std::string_view text) { return check_request_bytes(text); });
}

}  // namespace
}  // namespace drawbridge::http
