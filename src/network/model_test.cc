#include <gtest/gtest.h>

#include <chrono>

#include "network/interface.h"
#include "network/normalise.h"
#include "network/port_list.h"
#include "network/show.h"

namespace drawbridge::network {
namespace {

Model model_of(std::string_view text, const Snapshot* kernel = nullptr) {
  return make_model(interfaces::read_configuration("interfaces", text, {}), kernel);
}

std::vector<std::string> addresses_of(const Interface& interface) {
  std::vector<std::string> texts;
  for (const auto& line : interface.addresses) texts.push_back(format_interface_address(line.address));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Model, MergesStanzasOfAllFiles) {
  const interfaces::Reader reader{[](const std::string&) -> Result<std::string> {
                                    return std::string("iface vmbr0 inet static\n\taddress 192.0.2.9/24\n\tmtu 1400\n# far\n");
                                  },
                                  [](const std::string&) { return Texts{}; }};
  const Model model = make_model(
      interfaces::read_configuration(
          "interfaces", "auto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.7/24\n\tbridge-ports b a\n# near\nsource more\n", reader),
      nullptr);
  const Interface* bridge = model.find("vmbr0");
  ASSERT_NE(bridge, nullptr);
  EXPECT_EQ(bridge->type, InterfaceType::bridge);
  EXPECT_TRUE(bridge->autostart);
  EXPECT_EQ(addresses_of(*bridge), (Texts{"192.0.2.7/24", "192.0.2.9/24"}));
  EXPECT_EQ(bridge->families.size(), 2U);
  EXPECT_EQ(bridge->comments, " near\n far\n");
  EXPECT_EQ(bridge->option("mtu"), "1400");
  EXPECT_EQ(bridge->find_option("mtu")->where, (SourceLocation{"more", 3, 2}));
  EXPECT_EQ(bridge->find_option("mtu")->value_where, (SourceLocation{"more", 3, 6}));
  EXPECT_EQ(port_text(*bridge, "bridge-ports"), "b a");
}

TEST(Model, EachFamilyHasItsMethod) {
  const Model model = model_of(
      "iface a inet static\n\taddress 192.0.2.1/24\niface a inet6 dhcp\n"
      "iface b inet dhcp\niface b inet6 static\n\taddress 2001:db8::1/64\n"
      "iface c inet manual\niface c inet dhcp\niface d inet static\niface d inet dhcp\niface e\n\taddress 192.0.2.1/24\n");
  EXPECT_EQ(model.find("a")->method, "static");
  EXPECT_EQ(model.find("a")->method6, "dhcp");
  EXPECT_EQ(model.find("b")->method, "dhcp");
  EXPECT_EQ(model.find("b")->method6, "static");
  EXPECT_EQ(model.find("c")->method, "dhcp");
  EXPECT_EQ(model.find("d")->method, "static");
  EXPECT_EQ(model.find("e")->method, std::nullopt);
  ASSERT_EQ(model.diagnostics.size(), 1U);
  EXPECT_EQ(model.diagnostics[0].code, "method-conflict");
  EXPECT_EQ(model.diagnostics[0].where, (SourceLocation{"interfaces", 10, 14}));
}

TEST(Model, QualifiersBindToTheirAddress) {
  const Model model = model_of(
      "iface a inet static\n\tnetmask 255.255.0.0\n\taddress 10.1.2.3\n\tscope link\n\taddress 10.9.2.3\n\tnetmask 24\n\tbroadcast "
      "10.9.2.127\n"
      "\taddress 10.8.0.1\n\tpointopoint 10.7.0.1\n\taddress 2001:db8::1\n\tnetmask 64\n\taddress 10.6.0.1/255.255.255.0\n\taddress "
      "0.0.0.0\n");
  EXPECT_TRUE(model.diagnostics.empty());
  const auto& lines = model.find("a")->addresses;
  EXPECT_EQ(addresses_of(*model.find("a")), (Texts{"10.1.2.3/16", "10.9.2.3/24", "10.8.0.1/32", "2001:db8::1/64", "10.6.0.1/24"}));
  EXPECT_EQ(lines[0].scope, "link");
  EXPECT_EQ(format_ip(*lines[1].broadcast), "10.9.2.127");
  EXPECT_EQ(format_ip(*lines[2].peer), "10.7.0.1");
  EXPECT_EQ(lines[1].where, (SourceLocation{"interfaces", 5, 10}));
}

TEST(Model, HowLongAnAddressIsPreferred) {
  const Model model = model_of(
      "iface a inet6 static\n\taddress 2001:db8::1/64\n\tpreferred-lifetime 0\n\taddress 2001:db8::2/64\n\tpreferred-lifetime 600\n"
      "\taddress 2001:db8::3/64\n\tpreferred-lifetime forever\n\taddress 2001:db8::4/64\n\taddress 10.0.0.1/24\n"
      "\tpreferred-lifetime 0\n");
  EXPECT_TRUE(model.diagnostics.empty());
  std::vector<std::uint32_t> seconds;
  for (const auto& line : model.find("a")->addresses) seconds.push_back(line.preferred.seconds);
  constexpr auto kForever = PreferredLifetime::kForever;
  EXPECT_EQ(seconds, (std::vector<std::uint32_t>{0, 600, kForever, kForever, 0}));
}

TEST(Model, GatewaysHaveTheirMetrics) {
  const Model model = model_of(
      "iface a inet static\n\tgateway 192.0.2.1\n\tmetric 7\niface b inet static\n\tgateway 192.0.2.1\n\tmetric 1\n\tgateway "
      "192.0.2.2\n\tmetric 2\n");
  EXPECT_EQ(model.find("a")->gateways[0].metric, 7U);
  EXPECT_EQ(model.find("b")->gateways[0].metric, 1U);
  EXPECT_EQ(model.find("b")->gateways[1].metric, 2U);
}

struct Broken {
  std::string line;
  std::string code;
  std::uint32_t column;
  Severity severity = Severity::error;
};

class ModelBroken : public testing::TestWithParam<Broken> {};

TEST_P(ModelBroken, IsReportedAtItsValueWithTheCure) {
  const auto& [line, code, column, severity] = GetParam();
  const Model model = model_of("iface a inet static\n\taddress 192.0.2.7\n\t" + line + "\n");
  ASSERT_EQ(model.diagnostics.size(), 1U);
  EXPECT_EQ(model.diagnostics[0].code, code);
  EXPECT_EQ(model.diagnostics[0].where, (SourceLocation{"interfaces", 3, column}));
  EXPECT_EQ(model.diagnostics[0].severity, severity);
  EXPECT_FALSE(model.diagnostics[0].hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Values, ModelBroken,
    testing::Values(Broken{"address 10.0.0.1/33", "address-invalid", 10}, Broken{"address  10.0.0.256/24", "address-invalid", 11},
                    Broken{"address 10.0.0.1/24 # x", "address-invalid", 10}, Broken{"address eth0", "address-invalid", 10},
                    Broken{"address 2001:db8::1/129", "address-invalid", 10}, Broken{"netmask 255.0.255.0", "netmask-invalid", 10},
                    Broken{"netmask 33", "netmask-invalid", 10}, Broken{"broadcast 10.0.0", "broadcast-invalid", 12},
                    Broken{"broadcast ::1", "broadcast-invalid", 12}, Broken{"pointopoint x", "peer-invalid", 14},
                    Broken{"preferred-lifetime 1h", "preferred-lifetime-invalid", 21},
                    Broken{"preferred-lifetime 600", "preferred-lifetime-ignored", 21, Severity::warning},
                    Broken{"gateway 10.0.0.1/24", "gateway-invalid", 10}, Broken{"gateway 10.0.0.1 metric 5", "gateway-invalid", 10},
                    Broken{"gateway 0.0.0.0", "gateway-unspecified", 10, Severity::warning}));

TEST(ModelBroken, MetricsAndMasksThatDoNothing) {
  EXPECT_EQ(model_of("iface a inet static\n\tgateway 10.0.0.1\n\tmetric -1\n").diagnostics.at(0).code, "metric-invalid");
  EXPECT_EQ(model_of("iface a inet static\n\taddress 10.0.0.1/24\n\tnetmask 16\n").diagnostics.at(0).code, "netmask-ignored");
  EXPECT_TRUE(model_of("iface a inet static\n\taddress 10.0.0.1/24\n\tnetmask 255.255.255.0\n").diagnostics.empty());
}

TEST(Model, UnknownMethodsAreReportedAtTheWord) {
  const Model model = model_of("iface  eth0  inet  dchp\n");
  ASSERT_EQ(model.diagnostics.size(), 1U);
  EXPECT_EQ(model.diagnostics[0].code, "method-unknown");
  EXPECT_EQ(model.diagnostics[0].where, (SourceLocation{"interfaces", 1, 20}));
  EXPECT_EQ(model.diagnostics[0].hint, "did you mean 'dhcp'?");
}

TEST(Model, ClassesOfStartAreKeptApart) {
  const Model model = model_of("auto a\nallow-hotplug b\nallow-ovs c\nallow-vmbr1 d d\niface a inet manual\niface b inet manual\n");
  EXPECT_TRUE(model.find("a")->autostart);
  EXPECT_FALSE(model.find("b")->autostart);
  EXPECT_TRUE(model.find("b")->hotplug);
  EXPECT_TRUE(model.find("c")->autostart);
  EXPECT_EQ(model.find("d")->classes, Texts{"vmbr1"});
  EXPECT_FALSE(model.find("d")->declared);
  EXPECT_EQ(model.find("d")->where.line, 4U);
  EXPECT_TRUE(model_of("iface a inet manual\nauto all\n").find("a")->autostart);
}

TEST(Model, HooksKnowTheirEnvironment) {
  const Model model =
      model_of("iface a inet static\n\taddress 192.0.2.1/24\n\tbridge_ports x\n\tpost-up echo $IFACE\niface a inet6 auto\n\tpre_down b\n");
  const auto& hooks = model.find("a")->hooks;
  ASSERT_EQ(hooks.size(), 2U);
  EXPECT_EQ(hooks[0].phase, HookPhase::post_up);
  EXPECT_EQ(hooks[0].command, "echo a");
  EXPECT_EQ(hooks[0].environment, (std::map<std::string, std::string>{{"ADDRFAM", "inet,inet6"},
                                                                      {"IFACE", "a"},
                                                                      {"IF_ADDRESS", "192.0.2.1/24"},
                                                                      {"IF_BRIDGE_PORTS", "x"},
                                                                      {"LOGICAL", "a"},
                                                                      {"METHOD", "static"},
                                                                      {"MODE", "start"},
                                                                      {"PHASE", "post-up"}}));
  EXPECT_EQ(hooks[1].environment.at("MODE"), "stop");
  EXPECT_EQ(hooks[1].environment.at("METHOD"), "auto");
  EXPECT_EQ(hooks[1].where, (SourceLocation{"interfaces", 6, 2}));
  EXPECT_EQ(model.find("a")->options[2].raw, "post-up echo $IFACE");
}

TEST(Model, MemoryForHooksIsBounded) {
  std::string text = "iface a inet manual\n";
  for (int i = 0; i < 5000; ++i) text += "up x\no" + std::to_string(i) + " y\n";
  const Model model = model_of(text);
  std::size_t variables = 0;
  for (const auto& hook : model.find("a")->hooks) variables += hook.environment.size();
  EXPECT_LT(variables, 500'000U);
  ASSERT_FALSE(model.diagnostics.empty());
  EXPECT_EQ(model.diagnostics[0].code, "hook-environment-cut");
}

TEST(Model, SynonymsAreOneOption) {
  const Model model = model_of("iface a inet manual\n\tslaves x\n\tbond_slaves y\n\tbond-ports z\n\tovs_mtu 9000\n");
  EXPECT_EQ(port_text(*model.find("a"), "bond-slaves"), "x y z");
  EXPECT_EQ(model.find("a")->option("mtu"), "9000");
}

TEST(PortList, WordsHavePlacesAndModes) {
  const Model model =
      model_of("iface a inet manual\n\tbridge_ports b  c b none glob e[0-3]* noglob swp[1-2] regex (x|y)\n\tbridge-ports d\n");
  const auto words = port_words(*model.find("a"), "bridge-ports");
  ASSERT_EQ(words.size(), 7U);
  EXPECT_EQ(words[1], (PortWord{PortWordKind::name, "c", {"interfaces", 2, 18}}));
  EXPECT_EQ(words[2].kind, PortWordKind::glob);
  EXPECT_EQ(words[3].text, "swp1");
  EXPECT_EQ(words[5].kind, PortWordKind::regex);
  EXPECT_EQ(words[6], (PortWord{PortWordKind::name, "d", {"interfaces", 3, 15}}));
}

TEST(PortList, Globs) {
  EXPECT_TRUE(matches_glob("eth*", "eth0"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("e?h[0-35]", "eth5"));
  EXPECT_TRUE(matches_glob("*a*b", "xaxxab"));
  EXPECT_FALSE(matches_glob("eth[!0-3]", "eth2"));
  EXPECT_FALSE(matches_glob("eth", "eth0"));
  EXPECT_FALSE(matches_glob("eth?", "eth"));
  EXPECT_TRUE(matches_glob("[x", "[x"));
}

TEST(Show, NamesAreSortedForPeople) {
  EXPECT_TRUE(natural_less("eth2", "eth10"));
  EXPECT_FALSE(natural_less("eth10", "eth2"));
  EXPECT_TRUE(natural_less("eth1", "eth1.5"));
  EXPECT_TRUE(natural_less("eth01", "eth1"));
  EXPECT_FALSE(natural_less("eth1", "eth1"));
}

TEST(Model, AHundredThousandStanzas) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    const std::string number = std::to_string(i);
    text += "auto e" + number + "\niface e" + number + " inet static\n\taddress 10." + std::to_string(i / 65536) + "." +
            std::to_string(i / 256 % 256) + "." + std::to_string(i % 256) + "/32\n\n";
  }
  const auto begin = std::chrono::steady_clock::now();
  const Model model = model_of(text);
  EXPECT_EQ(model.interfaces.size(), 100'000U);
  EXPECT_EQ(validate(model, nullptr).size(), 0U);
  EXPECT_GT(show_json(model, nullptr).size(), 1'000'000U);
  EXPECT_GT(normalise(text, "x").size(), text.size());
  // Quadratic work would take hours.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(2));
}

// One line repeated through a megabyte must not take the square of its number.
TEST(Model, ManyLinesOfOneKind) {
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string line :
       {"gateway 10.0.0.1\n", "address 10.0.0.2\n", "bridge-ports x[1-1024] y[1-1024]\n", "up a\n", "bond-master a\n"}) {
    std::string text = "iface a inet static\n\taddress 10.9.9.9/24\n\tbond-slaves b\n";
    while (text.size() < 300'000) text += line;
    const Model model = model_of(text);
    static_cast<void>(validate(model, nullptr));
    EXPECT_FALSE(show_json(model, nullptr).empty());
    EXPECT_FALSE(normalise(text, "x").empty());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(2));
}

}  // namespace
}  // namespace drawbridge::network
