#include "http/header_text.hpp"
#include "http/query.hpp"

#include <sallyport/transport/totp.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace sallyport {
namespace {

constexpr std::size_t uri_bytes_max = 4096;
constexpr std::chrono::seconds period_max = std::chrono::hours(24);

/// Takes such a beginning off the text, without regard to case.
bool take_beginning(std::string_view& text, std::string_view beginning) noexcept {
  if (!same_in_any_case(text.substr(0, beginning.size()), beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

bool has_parameter(std::string_view query, std::string_view name) noexcept {
  for (; !query.empty(); query.remove_prefix(std::min(query.find('&'), query.size() - 1) + 1)) {
    auto const pair = query.substr(0, query.find('&'));
    if (pair.substr(0, pair.find('=')) == name) return true;
  }
  return false;
}

/// Leaves what is not given; says no to what is given and cannot be read.
bool read_number(std::string_view query, std::string_view name, std::uint32_t least, std::uint32_t most,
                 std::uint32_t& number) {
  if (!has_parameter(query, name)) return true;
  auto const text = query_parameter(query, name);
  if (!text) return false;
  auto const* const end = text->data() + text->size();
  auto const [stop, error] = std::from_chars(text->data(), end, number);
  return error == std::errc() && stop == end && number >= least && number <= most;
}

bool read_hash(std::string_view query, TotpHash& hash) {
  if (!has_parameter(query, "algorithm")) return true;
  auto const name = query_parameter(query, "algorithm").value_or("");
  for (auto const& [spelling, value] : {std::pair(std::string_view("SHA1"), TotpHash::sha1),
                                        {"SHA-1", TotpHash::sha1},
                                        {"SHA256", TotpHash::sha256},
                                        {"SHA-256", TotpHash::sha256},
                                        {"SHA512", TotpHash::sha512},
                                        {"SHA-512", TotpHash::sha512}}) {
    if (!same_in_any_case(name, spelling)) continue;
    hash = value;
    return true;
  }
  return false;
}

std::optional<Secret> read_key(std::string_view query) {
  auto text = query_parameter(query, "secret");
  if (!text) return std::nullopt;
  auto key = totp_key_from_base32(*text);
  wipe(text->data(), text->size());
  return key;
}

/// "Issuer:account", or the account alone. The parameter says it better.
bool read_label(std::string_view label, std::string_view query, TotpAccount& account) {
  auto const decoded = decode_component(label);
  if (!decoded || !problem_of_text(*decoded).empty()) return false;
  auto const colon = decoded->find(':');
  if (colon != std::string::npos) account.issuer = decoded->substr(0, colon);
  auto const begin = colon == std::string::npos ? 0 : decoded->find_first_not_of(' ', colon + 1);
  account.account = begin == std::string::npos ? std::string() : decoded->substr(begin);
  if (!has_parameter(query, "issuer")) return true;
  auto issuer = query_parameter(query, "issuer");
  if (!issuer || !problem_of_text(*issuer).empty()) return false;
  if (!issuer->empty()) account.issuer = std::move(*issuer);
  return true;
}

}  // namespace

std::optional<TotpAccount> totp_account_from_uri(std::string_view uri) {
  if (uri.size() > uri_bytes_max || !take_beginning(uri, "otpauth://totp/")) return std::nullopt;
  uri = uri.substr(0, uri.find('#'));
  auto const mark = uri.find('?');
  if (mark == std::string_view::npos) return std::nullopt;
  auto const query = uri.substr(mark + 1);
  TotpAccount account;
  auto key = read_key(query);
  auto period = static_cast<std::uint32_t>(account.parameters.period.count());
  std::uint32_t digits = account.parameters.digits;
  if (!key || !read_label(uri.substr(0, mark), query, account) || !read_hash(query, account.parameters.hash) ||
      !read_number(query, "digits", 6, 8, digits) ||
      !read_number(query, "period", 1, static_cast<std::uint32_t>(period_max.count()), period)) {
    return std::nullopt;
  }
  account.key = std::move(*key);
  account.parameters.digits = digits;
  account.parameters.period = std::chrono::seconds(period);
  return account;
}

}  // namespace sallyport
