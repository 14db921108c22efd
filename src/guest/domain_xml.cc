#include "guest/domain_xml.h"

#include <algorithm>
#include <pugixml.hpp>

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/property_string.h"

namespace drawbridge::guest {
namespace {

constexpr const char* kHint = "libvirt writes a domain's XML to its hook's standard input";

SourceLocation place(std::string_view xml, const std::string& name, std::ptrdiff_t offset) {
  const auto before = xml.substr(0, offset < 0 ? 0 : static_cast<std::size_t>(offset));
  const auto line_start = before.rfind('\n');
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto column = before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
  return {name, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
}

Result<DomainInterface> interface_of(const pugi::xml_node& node, const SourceLocation& where) {
  const std::string address = node.child("mac").attribute("address").value();
  const auto mac = parse_mac(address);
  if (!mac) return fail(Errc::invalid_input, "'" + printable(address) + "' is no MAC address", where, kHint);
  DomainInterface interface{node.attribute("type").value(), *mac, node.child("target").attribute("dev").value(), where};
  if (!interface.device.empty() && (interface.device.size() > kLongestDeviceName || !is_device_word(interface.device)))
    return fail(Errc::invalid_input, "'" + printable(interface.device) + "' can't be the name of a device", where, kHint);
  return interface;
}

}  // namespace

Result<std::vector<DomainInterface>> read_domain_interfaces(std::string_view xml, const std::string& name) {
  if (xml.size() > kLargestDomainXml) return fail(Errc::invalid_input, "the XML is too large for that of a domain", {name, 0, 0}, kHint);
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed)
    return fail(Errc::invalid_input, std::string("the domain's XML can't be read: ") + to_lower(parsed.description()),
                place(xml, name, parsed.offset), kHint);
  const auto domain = document.document_element();
  if (std::string_view(domain.name()) != "domain")
    return fail(Errc::invalid_input, "<" + printable(domain.name()) + "> is no <domain>", place(xml, name, domain.offset_debug()), kHint);
  std::vector<DomainInterface> interfaces;
  for (const auto& node : domain.child("devices").children("interface"))
    if (node.child("mac").attribute("address")) interfaces.push_back(TRY(interface_of(node, place(xml, name, node.offset_debug()))));
  return interfaces;
}

}  // namespace drawbridge::guest
