// What of a folder is served, under which name, and what never is.
#include "http/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace drawbridge::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() : base_(std::filesystem::temp_directory_path() / ("drawbridge-static-" + std::to_string(::getpid()))) {
    write("outside.txt", "secret");
    write("web/index.html", "<script nonce=\"{{nonce}}\"></script><meta content=\"{{nonce}}\">");
    write("web/assets/index-BdF3kZx1.js", "alert()");
    write("web/assets/index-BdF3kZx1.js.gz", "zipped");
    write("web/assets/index-BdF3kZx1.js.br", "brotli");
    write("web/favicon.svg", "<svg/>");
    std::filesystem::create_symlink("../outside.txt", base_ / "web/link.txt");
    files_ = std::make_unique<StaticFiles>((base_ / "web").string());
  }
  ~StaticFilesTest() override { std::filesystem::remove_all(base_); }

  void write(const std::string& name, const std::string& text) {
    const auto path = base_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  Response get(const std::string& path, Headers headers = {}, const std::string& method = "GET") {
    Request request;
    request.method = method;
    request.target = request.path = path;
    request.headers = std::move(headers);
    return files_->answer(request);
  }
  static std::string body_of(const Response& response) { return response.shared_body ? *response.shared_body : response.body; }
  static std::string field(const Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
  }

  std::filesystem::path base_;
  std::unique_ptr<StaticFiles> files_;
};

TEST_F(StaticFilesTest, ThePageHasAFreshNonceEachTime) {
  const auto first = get("/");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(field(first, "Cache-Control"), "no-store");
  EXPECT_EQ(field(first, "Content-Type"), "text/html; charset=utf-8");
  const auto policy = field(first, "Content-Security-Policy");
  const auto nonce = policy.substr(policy.find("'nonce-") + 7, 32);
  EXPECT_EQ(body_of(first), "<script nonce=\"" + nonce + "\"></script><meta content=\"" + nonce + "\">");
  EXPECT_EQ(nonce.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(body_of(first), body_of(get("/")));
}

TEST_F(StaticFilesTest, RoutesOfThePageAreThePage) {
  for (const auto* path : {"/index.html", "/node/pve1/network", "/datacenter/firewall/", "/a%20b"})
    EXPECT_THAT(body_of(get(path)), HasSubstr("<script")) << path;
}

TEST_F(StaticFilesTest, NamesWithAHashLastForAYear) {
  const auto script = get("/assets/index-BdF3kZx1.js");
  EXPECT_EQ(body_of(script), "alert()");
  EXPECT_EQ(field(script, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(field(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(field(script, "Vary"), "Accept-Encoding");
  const auto icon = get("/favicon.svg");
  EXPECT_EQ(field(icon, "Cache-Control"), "no-cache");
  EXPECT_EQ(field(icon, "Vary"), "");
  EXPECT_TRUE(has_content_hash("assets/a-12345678.css"));
  EXPECT_FALSE(has_content_hash("assets/a.css"));
  EXPECT_FALSE(has_content_hash("a-12345678.css"));
}

TEST_F(StaticFilesTest, CompressedForThoseWhoTakeIt) {
  const auto coding = [&](const std::string& accepts) {
    const auto response = get("/assets/index-BdF3kZx1.js", {{"Accept-Encoding", accepts}});
    EXPECT_EQ(field(response, "Content-Type"), "text/javascript; charset=utf-8");
    return field(response, "Content-Encoding") + ":" + body_of(response);
  };
  EXPECT_EQ(coding("gzip, deflate, br"), "br:brotli");
  EXPECT_EQ(coding("gzip"), "gzip:zipped");
  EXPECT_EQ(coding("GZip;q=0.5, br;q=0"), "gzip:zipped");
  EXPECT_EQ(coding("*"), "br:brotli");
  EXPECT_EQ(coding("*;q=0.0"), ":alert()");
  EXPECT_EQ(coding("identity"), ":alert()");
}

TEST_F(StaticFilesTest, WhatTheClientHasIsNotSentAgain) {
  const auto tag = field(get("/favicon.svg"), "ETag");
  EXPECT_THAT(tag, StartsWith("\""));
  const auto again = get("/favicon.svg", {{"If-None-Match", "\"other\", W/" + tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(body_of(again), "");
  EXPECT_EQ(field(again, "ETag"), tag);
  EXPECT_EQ(get("/favicon.svg", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(StaticFilesTest, NothingElseIsServed) {
  for (const auto* path :
       {"/../outside.txt", "/assets/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/%2e%2e%2foutside.txt", "/link.txt",
        "//outside.txt", "/assets//../../outside.txt", "/..\\outside.txt", "/assets/..%5c..%5coutside.txt", "/missing.js", "/assets/..",
        "/etc/passwd.", "/..;/outside.txt", "/%252e%252e/outside.txt"}) {
    const auto response = get(path);
    EXPECT_THAT(body_of(response), Not(HasSubstr("secret"))) << path;
    EXPECT_EQ(response.status, 404) << path;
  }
  for (const auto* path : {"/a%00b", "/%", "/%0a", "/%ff"}) EXPECT_EQ(get(path).status, 400) << path;
  EXPECT_EQ(get("/favicon.svg", {}, "POST").status, 501);
}

RC_GTEST_FIXTURE_PROP(StaticFilesTest, NoPathLeavesTheFolder, (std::vector<std::uint8_t> picks)) {
  static const std::vector<std::string> kPieces{"..",  "/", "%2e", "%2F", "outside.txt", "assets",
                                                "web", ".", "//",  "%5c", "%00",         "index.html"};
  std::string path = "/";
  for (const auto pick : picks) path += kPieces[pick % kPieces.size()];
  RC_ASSERT(body_of(get(path)).find("secret") == std::string::npos);
}

TEST_F(StaticFilesTest, AnUpgradeIsNoticed) {
  write("web/assets/new-12345678.js", "new");
  write("web/favicon.svg", "<svg>changed</svg>");
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  EXPECT_EQ(body_of(get("/assets/new-12345678.js")), "new");
  EXPECT_EQ(body_of(get("/favicon.svg")), "<svg>changed</svg>");
}

TEST(StaticFiles, SaysThatThePageIsMissing) {
  StaticFiles files("/nowhere/at/all");
  Request request;
  request.method = "GET";
  request.path = "/";
  const auto response = files.answer(request);
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("/nowhere/at/all has no index.html"));
}

}  // namespace
}  // namespace drawbridge::http
