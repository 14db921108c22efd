#include "guest/domain_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>

namespace drawbridge::guest {
namespace {

std::string server() {
  std::ifstream file(DRAWBRIDGE_SOURCE_DIR "/tests/guest/libvirt/server.xml");
  return {std::istreambuf_iterator<char>(file), {}};
}

Error error_of(const std::string& xml) {
  const auto read = read_domain_interfaces(xml, "d");
  return read ? Error{} : read.error();
}

TEST(DomainXml, HasTheInterfacesOfARunningDomain) {
  const auto interfaces = read_domain_interfaces(server(), "d");
  ASSERT_TRUE(interfaces) << interfaces.error().what;
  ASSERT_EQ(interfaces->size(), 4U) << "the one in the comment is none";
  EXPECT_EQ((*interfaces)[0], (DomainInterface{"bridge", *parse_mac("52:54:00:6b:3c:01"), "vnet7", {"d", 44, 6}}));
  EXPECT_EQ((*interfaces)[1].device, "vnet8");
  EXPECT_EQ((*interfaces)[2].type, "direct");
  EXPECT_EQ((*interfaces)[3].device, "");
}

TEST(DomainXml, ADomainWithoutCardsHasNone) {
  EXPECT_TRUE(read_domain_interfaces("<domain><name>a</name></domain>", "d")->empty());
  EXPECT_TRUE(read_domain_interfaces("<domain><devices><interface type='hostdev'/></devices></domain>", "d")->empty());
}

TEST(DomainXml, TellsWhereItIsWrong) {
  const Error cut = error_of("<domain>\n <devices>\n  <interface");
  EXPECT_EQ(cut.code, Errc::invalid_input);
  EXPECT_EQ(cut.where.file, "d");
  EXPECT_EQ(cut.where.line, 3U);
  EXPECT_FALSE(cut.hint.empty());
  EXPECT_THAT(error_of("").what, testing::HasSubstr("can't be read"));
  EXPECT_THAT(error_of("hello").what, testing::HasSubstr("can't be read"));
  EXPECT_THAT(error_of("<network/>").what, testing::HasSubstr("<network> is no <domain>"));
  EXPECT_EQ(error_of("<domain><devices>\n<interface><mac address='52:54'/></interface></devices></domain>").where,
            (SourceLocation{"d", 2, 2}));
  const auto device = [](const std::string& name) {
    return error_of("<domain><devices><interface><mac address='52:54:00:00:00:01'/><target dev='" + name +
                    "'/></interface></devices></domain>");
  };
  EXPECT_EQ(device("vnet7"), Error{});
  for (const auto* name : {"../x", "a b", "abcdefghijklmnop"}) EXPECT_THAT(device(name).what, testing::HasSubstr("can't be the name"));
  EXPECT_THAT(error_of(std::string(kLargestDomainXml + 1, ' ')).what, testing::HasSubstr("too large"));
}

TEST(DomainXml, ExpandsNoEntitiesOfItsOwn) {
  const auto read = read_domain_interfaces(
      "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><domain><devices><interface><mac address='52:54:00:00:00:01'/>"
      "<target dev='&e;'/></interface></devices></domain>",
      "d");
  EXPECT_FALSE(read) << "an entity is no name of a device";
}

TEST(DomainXml, DepthIsNoProblem) {
  std::string deep = "<domain>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(read_domain_interfaces(deep, "d"));
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_TRUE(read_domain_interfaces(deep + "</domain>", "d"));
}

RC_GTEST_PROP(DomainXml, TakesAnyBytes, (const std::string& bytes)) {
  const auto read = read_domain_interfaces(bytes, "d");
  RC_ASSERT(read || !read.error().what.empty());
}

RC_GTEST_PROP(DomainXml, TakesADamagedDomain, ()) {
  std::string xml = server();
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) xml[*rc::gen::inRange<std::size_t>(0, xml.size())] = *rc::gen::arbitrary<char>();
  const auto read = read_domain_interfaces(xml.substr(0, *rc::gen::inRange<std::size_t>(0, xml.size())), "d");
  RC_ASSERT(read || !read.error().hint.empty());
}

}  // namespace
}  // namespace drawbridge::guest
