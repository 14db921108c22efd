#include "access/totp.h"

#include "access/encoding.h"
#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::string_view kScheme = "otpauth://totp/";
constexpr std::size_t kShortestSecret = 10;  ///< 80 bits, the least that others make
constexpr std::size_t kLongestSecret = 128;

std::unexpected<Error> wrong(const std::string& what) {
  return fail(Errc::invalid_input, "this is no address of a one-time password: " + what, {},
              "it looks like otpauth://totp/HOST:USER?secret=BASE32&issuer=HOST");
}

std::string_view name_of(HashKind hash) {
  switch (hash) {
    case HashKind::sha1: return "SHA1";
    case HashKind::sha256: return "SHA256";
    case HashKind::sha512: return "SHA512";
  }
  return "";
}

Result<void> set_number(unsigned& number, std::string_view text, unsigned least, unsigned most) {
  const auto value = parse_number<unsigned>(text);
  if (!value || *value < least || *value > most) return wrong("'" + printable(text, 20) + "' is out of range");
  number = *value;
  return {};
}

Result<void> set_parameter(Totp& totp, std::string_view key, const std::string& value) {
  if (key == "secret") {
    const auto secret = from_base32(value);
    if (!secret || secret->size() < kShortestSecret || secret->size() > kLongestSecret)
      return wrong("its secret is not base32 of 80 bits or more");
    totp.secret = *secret;
  } else if (key == "algorithm") {
    const auto upper = [](std::string_view text) { return to_lower(text); };
    for (const auto hash : {HashKind::sha1, HashKind::sha256, HashKind::sha512}) {
      if (upper(name_of(hash)) != upper(value)) continue;
      totp.hash = hash;
      return {};
    }
    return wrong("its algorithm is not known");
  } else if (key == "digits") {
    return set_number(totp.digits, value, 6, 8);
  } else if (key == "period") {
    return set_number(totp.period, value, 10, 300);
  } else if (key == "issuer") {
    totp.issuer = value;
  }
  return {};
}

}  // namespace

Result<Totp> parse_totp(std::string_view address) {
  if (!address.starts_with(kScheme)) return wrong("it begins otherwise");
  address.remove_prefix(kScheme.size());
  const auto query = address.find('?');
  const auto label = decode_percent(address.substr(0, query));
  if (!label || query == std::string_view::npos) return wrong("it has no secret");
  Totp totp;
  totp.account = label->substr(label->find(':') + 1);
  for (const std::string_view pair : split(address.substr(query + 1), '&')) {
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::nullopt : decode_percent(pair.substr(equals + 1));
    if (!value) return wrong("'" + printable(pair, 20) + "'");
    TRY_VOID(set_parameter(totp, pair.substr(0, equals), *value));
  }
  if (totp.secret.empty()) return wrong("it has no secret");
  return totp;
}

std::string format_totp(const Totp& totp) {
  std::string address = std::string(kScheme) + (totp.issuer.empty() ? "" : encode_percent(totp.issuer) + ":") +
                        encode_percent(totp.account) + "?secret=" + to_base32(totp.secret);
  if (!totp.issuer.empty()) address += "&issuer=" + encode_percent(totp.issuer);
  return address + "&digits=" + std::to_string(totp.digits) + "&period=" + std::to_string(totp.period) +
         "&algorithm=" + std::string(name_of(totp.hash));
}

std::string totp_code(const Totp& totp, std::uint64_t counter) {
  std::string moment(8, '\0');
  for (std::size_t i = moment.size(); i-- > 0; counter >>= 8U) moment[i] = static_cast<char>(counter & 0xffU);
  const std::string hash = keyed_hash(totp.hash, totp.secret, moment);
  // RFC 4226, 5.3: the last four bits say where to read.
  const std::size_t offset = static_cast<unsigned char>(hash.back()) & 0xfU;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = (number << 8U) | static_cast<unsigned char>(hash[offset + i]);
  std::string code = std::to_string(number & 0x7fffffffU);
  code.insert(0, code.size() < totp.digits ? totp.digits - code.size() : 0, '0');
  return code.substr(code.size() - totp.digits);
}

std::optional<std::uint64_t> match_totp(const Totp& totp, std::string_view code, UnixTime now, std::optional<std::uint64_t> last_used) {
  if (now < 0) return std::nullopt;
  const auto current = static_cast<std::uint64_t>(now) / totp.period;
  std::optional<std::uint64_t> found;
  for (const std::uint64_t counter : {current - 1, current, current + 1}) {
    const bool is_it = is_same_secret(code, totp_code(totp, counter));
    if (is_it && (!last_used || counter > *last_used)) found = counter;
  }
  return found;
}

}  // namespace drawbridge::access
