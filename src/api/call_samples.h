// Values made from a parameter's schema, for tests: some that must be taken, some that must be refused.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "api/check.h"
#include "api/formats.h"

namespace drawbridge::api {

/// One for each format.
inline std::string sample_of_format(const std::string& format) {
  static const std::map<std::string, std::string> kSamples{
      {"node", "alpha"},
      {"name", "web-1"},
      {"iface", "vmbr0"},
      {"digest", "00ff"},
      {"userid", "joe@pam"},
      {"realm", "pam"},
      {"tokenid", "ci"},
      {"card", "net3"},
      {"cidr4", "192.0.2.1/24"},
      {"ip4", "192.0.2.1"},
      {"cidr6", "2001:db8::1/64"},
      {"ip6", "2001:db8::1"},
      {"addresses", "10.0.0.1"},
      {"field", "tcp"},
      {"keys", "cores,memory"},
      {"ports", "80,443:445"},
      {"nic", "virtio,bridge=vmbr0"},
      {"vnet", "v1"},
      {"entry", "dc/office"},
      {"network", "10.0.0.0/8"},
      {"upid", "UPID:alpha:00001267:075BCD15:6553F100:srvreload:networking:root@pam:"}};
  const auto found = kSamples.find(format);
  return found == kSamples.end() ? "" : found->second;
}

inline std::string valid_value(const Schema& schema) {
  switch (schema.kind) {
    case Kind::boolean: return "1";
    case Kind::integer:
    case Kind::number: return std::to_string(std::clamp<std::int64_t>(0, schema.minimum.value_or(0), schema.maximum.value_or(1 << 30)));
    case Kind::string:
    case Kind::list: break;
  }
  if (!schema.choices.empty()) return schema.choices.front();
  if (!schema.format.empty())
    if (auto sample = sample_of_format(schema.format); !sample.empty()) return sample;
  return std::string(std::min(std::max<std::size_t>(schema.least_length, 3), schema.most_length), 'a');
}

inline std::vector<std::string> invalid_texts(const Schema& schema) {
  std::vector<std::string> values{"a\x01z", std::string("a\0z", 3), "\xff\xfe", std::string(schema.most_length + 1, 'a')};
  if (!schema.multiline) values.insert(values.end(), {"a\nz", "a\rz", "\n"});
  if (!schema.choices.empty()) values.emplace_back("no-such-choice");
  if (schema.least_length > 1) values.push_back(std::string(schema.least_length - 1, 'a'));
  if (schema.least_length > 0) values.emplace_back();
  if (!why_not(schema.format, "/ /").empty()) values.emplace_back("/ /");
  return values;
}

inline std::vector<std::string> invalid_values(const Schema& schema) {
  switch (schema.kind) {
    case Kind::boolean: return {"maybe", "2", "", "-1", "1\n"};
    case Kind::integer:
    case Kind::number: {
      std::vector<std::string> values{"", "x", "1x", " 1", "1\n", "0x10", "99999999999999999999999"};
      if (schema.kind == Kind::number) values.pop_back();
      if (schema.minimum) values.push_back(std::to_string(*schema.minimum - 1));
      if (schema.maximum) values.push_back(std::to_string(*schema.maximum + 1));
      return values;
    }
    case Kind::string:
    case Kind::list: return invalid_texts(schema);
  }
  return {};
}

/// "net[n]" as "net0".
inline std::string sample_name(const std::string& name, const Schema& schema) {
  return schema.most_index ? name.substr(0, name.find('[')) + "0" : name;
}

/// A call with all parameters, or only with those that must be there.
inline RawParameters valid_call(const Method& method, bool all) {
  RawParameters call;
  for (const auto& [name, schema] : method.parameters)
    if (all || (!schema.optional && !schema.most_index)) call.emplace(sample_name(name, schema), valid_value(schema));
  return call;
}

/// Those of the path.
inline PathWords path_words(const Method& method, const RawParameters& call) {
  PathWords words;
  for (const auto& [name, value] : call)
    if (method.path.find("{" + name + "}") != std::string::npos) words.emplace(name, value);
  return words;
}

}  // namespace drawbridge::api
