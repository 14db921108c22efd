// For every method and every parameter of the description, calls made from its schema: what it allows is taken, what it does not is
// refused at that parameter, and no value becomes an option of the command that answers.
#include <gtest/gtest.h>

#include "api/call_samples.h"
#include "api/description.h"
#include "api/step.h"

namespace drawbridge::api {
namespace {

ParameterFaults faults_of(const Method& method, const RawParameters& call) {
  return check_parameters(method, path_words(method, call), call).faults;
}

std::string shown(const ParameterFaults& faults) {
  std::string text;
  for (const auto& [name, fault] : faults) text += name + ": " + fault + "; ";
  return text;
}

/// Every method, with the calls of which one parameter is varied.
template <class Visit>
void for_each_parameter(const Visit& visit) {
  for (const auto& method : Description::own().methods())
    for (const auto& [name, schema] : method.parameters) visit(method, sample_name(name, schema), schema);
}

TEST(GeneratedCalls, EveryFormatHasASample) {
  for_each_parameter([](const Method& method, const std::string& name, const Schema& schema) {
    if (schema.format.empty()) return;
    EXPECT_NE(sample_of_format(schema.format), "") << method.key() << " " << name << ": " << schema.format;
    EXPECT_EQ(why_not(schema.format, sample_of_format(schema.format)), "");
  });
}

TEST(GeneratedCalls, WhatIsAllowedIsTaken) {
  for (const auto& method : Description::own().methods()) {
    for (const bool all : {false, true}) {
      const auto call = valid_call(method, all);
      EXPECT_TRUE(faults_of(method, call).empty()) << method.key() << " " << shown(faults_of(method, call));
    }
  }
}

TEST(GeneratedCalls, WhatIsNotAllowedIsRefusedAtItsParameter) {
  for_each_parameter([](const Method& method, const std::string& name, const Schema& schema) {
    for (const auto& value : invalid_values(schema)) {
      auto call = valid_call(method, true);
      call[name] = value;
      const auto faults = faults_of(method, call);
      EXPECT_EQ(faults.size(), 1U) << method.key() << " " << name << "='" << value << "' " << shown(faults);
      EXPECT_TRUE(faults.contains(name)) << method.key() << " " << name;
    }
  });
}

TEST(GeneratedCalls, WhatMustBeThereIsMissed) {
  for_each_parameter([](const Method& method, const std::string& name, const Schema& schema) {
    if (schema.optional || schema.most_index) return;
    auto call = valid_call(method, false);
    call.erase(name);
    EXPECT_TRUE(faults_of(method, call).contains(name)) << method.key() << " " << name;
  });
}

TEST(GeneratedCalls, WhatNobodyKnowsIsRefused) {
  for (const auto& method : Description::own().methods()) {
    auto call = valid_call(method, true);
    call["no-such-parameter"] = "1";
    EXPECT_TRUE(faults_of(method, call).contains("no-such-parameter")) << method.key();
  }
}

TEST(GeneratedCalls, FamiliesEndWhereTheySay) {
  for_each_parameter([](const Method& method, const std::string& name, const Schema& schema) {
    if (!schema.most_index) return;
    const std::string stem = name.substr(0, name.size() - 1);
    auto call = valid_call(method, false);
    call[stem + std::to_string(*schema.most_index)] = valid_value(schema);
    EXPECT_TRUE(faults_of(method, call).empty()) << method.key() << " " << name;
    for (const std::string& end : {std::to_string(*schema.most_index + 1), std::string("00"), std::string("[n]"), std::string()}) {
      auto wrong = valid_call(method, false);
      wrong[stem + end] = valid_value(schema);
      EXPECT_FALSE(faults_of(method, wrong).empty()) << method.key() << " " << stem << end;
    }
  });
}

/// The commands of a call, one after the other.
Words words_of(const Method& method, const RawParameters& call) {
  const Step* step = find_step(method.key());
  if (step == nullptr) return {};
  Words all;
  for (const auto& command : step->commands(check_parameters(method, path_words(method, call), call).parameters))
    all.insert(all.end(), command.begin(), command.end());
  return all;
}

TEST(GeneratedCalls, NoValueBecomesAnOption) {
  for_each_parameter([](const Method& method, const std::string& name, const Schema& schema) {
    if (schema.kind != Kind::string && schema.kind != Kind::list) return;
    for (const std::string trick : {"--root=/tmp", "-f", "--", "--help"}) {
      for (const bool all : {false, true}) {
        auto call = valid_call(method, all);
        call[name] = trick;
        if (!faults_of(method, call).empty()) continue;
        const auto words = words_of(method, call);
        EXPECT_EQ(std::ranges::count(words, trick), 0) << method.key() << " " << name << "=" << trick;
      }
    }
  });
}

TEST(GeneratedCalls, EveryCommandHasAVerbAndPrintableWords) {
  for (const auto& method : Description::own().methods()) {
    for (const auto& word : words_of(method, valid_call(method, true)))
      EXPECT_TRUE(std::ranges::none_of(word, [](unsigned char c) { return c < 0x20; })) << method.key() << ": " << word;
  }
}

}  // namespace
}  // namespace drawbridge::api
