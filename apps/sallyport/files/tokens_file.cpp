#include "files/tokens_file.hpp"

#include "files/duplicate_member.hpp"
#include "files/file.hpp"
#include "files/wiping_memory.hpp"
#include "runtime/failure.hpp"

#include <sallyport/protocol/printable.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serializer.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sallyport::app {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string const& option, std::string const& path, std::string const& problem) {
  throw UsageError(option, path + ": " + problem);
}

std::optional<std::string_view> text_in(json::object const& members, std::string_view name) {
  auto const* const value = members.if_contains(name);
  auto const* const text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || text->empty()) return std::nullopt;
  return std::string_view(*text);
}

std::optional<Secret> token_in(json::object const& members, std::string_view name) {
  auto const text = text_in(members, name);
  return text ? std::optional(Secret(*text)) : std::nullopt;
}

/// The members of an account that are ids, and where they belong.
constexpr std::array<std::pair<std::string_view, std::optional<std::string> BrokerAccount::*>, 4> id_members{{
    {"meshAccountId", &BrokerAccount::mesh_account_id},
    {"frontAccountId", &BrokerAccount::front_account_id},
    {"accountId", &BrokerAccount::account_id},
    {"accountName", &BrokerAccount::account_name},
}};

std::optional<std::int64_t> number_in(json::object const& members, std::string_view name) {
  auto const* const value = members.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  constexpr std::int64_t furthest = 1'000'000'000'000;  // The clocks hold it, in any unit.
  return std::clamp(value->get_int64(), -furthest, furthest);
}

std::optional<std::chrono::sys_seconds> moment_in(json::object const& members, std::string_view name) {
  auto const count = number_in(members, name);
  return count ? std::optional(std::chrono::sys_seconds(std::chrono::seconds(*count))) : std::nullopt;
}

bool flag_in(json::object const& members, std::string_view name) {
  auto const* const value = members.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<std::chrono::seconds> life_in(json::object const& members) {
  auto const count = number_in(members, "expiresInSeconds");
  return count ? life_of(std::chrono::seconds(*count)) : std::nullopt;
}

SavedAccount read_account(json::object const& members) {
  SavedAccount account;
  auto& tokens = account.tokens;
  tokens.access_token = token_in(members, "accessToken");
  tokens.refresh_token = token_in(members, "refreshToken");
  for (auto const& [name, member] : id_members) {
    auto const id = text_in(members, name);
    if (id && !tokens.account) tokens.account.emplace();
    if (id) (*tokens.account).*member = std::string(*id);
  }
  if (auto const id = text_in(members, "tokenId")) tokens.token_id = std::string(*id);
  account.expires_in = life_in(members);
  account.issued_at = moment_in(members, "issuedAt");
  account.refresh_token_expires_at = moment_in(members, "refreshTokenExpiresAt");
  account.access_token_rejected = flag_in(members, "accessTokenRejected");
  return account;
}

json::object object_of(SavedAccount const& account, json::storage_ptr const& memory) {
  json::object members(memory);
  auto const& tokens = account.tokens;
  for (auto const& [name, member] : id_members) {
    if (tokens.account && (*tokens.account).*member) members[name] = *((*tokens.account).*member);
  }
  if (tokens.token_id) members["tokenId"] = *tokens.token_id;
  if (tokens.access_token) members["accessToken"] = tokens.access_token->reveal();
  if (tokens.refresh_token) members["refreshToken"] = tokens.refresh_token->reveal();
  if (account.issued_at) members["issuedAt"] = account.issued_at->time_since_epoch().count();
  if (account.expires_in) members["expiresInSeconds"] = account.expires_in->count();
  if (account.refresh_token_expires_at) {
    members["refreshTokenExpiresAt"] = account.refresh_token_expires_at->time_since_epoch().count();
  }
  if (account.access_token_rejected) members["accessTokenRejected"] = true;
  return members;
}

/// The same JSON with what could drive a terminal written as `\uXXXX`: somebody will look at the file. What is plain,
/// as tokens are, is not copied to memory that is not wiped.
Secret harmless(Secret const& json) {
  auto const is_plain = [](char byte) { return byte >= ' ' && byte < '\x7f'; };
  Secret text;
  text.reserve(json.size());
  for (auto left = json.reveal(); !left.empty();) {
    auto const plain = static_cast<std::size_t>(std::ranges::find_if_not(left, is_plain) - left.begin());
    text.append(left.substr(0, plain));
    left.remove_prefix(plain);
    auto const odd = static_cast<std::size_t>(std::ranges::find_if(left, is_plain) - left.begin());
    text.append(printable_json(left.substr(0, odd)));
    left.remove_prefix(odd);
  }
  return text;
}

Secret text_of(json::value const& document) {
  Secret text;
  std::array<char, 1024> block{};
  json::serializer writer;
  for (writer.reset(&document); !writer.done();) {
    auto const part = writer.read(block.data(), block.size());
    text.append({part.data(), part.size()});
  }
  wipe(block.data(), block.size());
  text.push_back('\n');
  return harmless(text);
}

Secret text_of(SavedTokens const& tokens) {
  WipingMemory memory;
  json::storage_ptr const held(&memory);
  json::array accounts(held);
  for (auto const& account : tokens.accounts) accounts.push_back(object_of(account, held));
  json::object members(held);
  members["broker"] = wire_name(tokens.broker);
  members["accounts"] = std::move(accounts);
  if (tokens.requires_reauthentication) members["requiresReauthentication"] = true;
  json::value const document(std::move(members));
  return text_of(document);
}

}  // namespace

std::chrono::sys_seconds now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<std::chrono::seconds> life_of(std::optional<std::chrono::seconds> said) {
  return said && said->count() > 0 ? said : std::nullopt;
}

SavedTokens tokens_of(BrokerType broker, Outcome const& outcome) {
  SavedTokens tokens;
  tokens.broker = broker;
  auto const now = now_in_seconds();
  auto const refresh_life = life_of(outcome.refresh_token_expires_in);
  for (auto const& from : outcome.accounts) {
    if (!from.access_token && !from.refresh_token) continue;
    auto& account = tokens.accounts.emplace_back();
    account.tokens.account = from.account;
    account.tokens.access_token = copy_of(from.access_token);
    account.tokens.refresh_token = copy_of(from.refresh_token);
    account.tokens.token_id = from.token_id;
    account.issued_at = now;
    account.expires_in = life_of(outcome.expires_in);
    if (refresh_life && from.refresh_token) account.refresh_token_expires_at = now + *refresh_life;
  }
  tokens.requires_reauthentication = outcome.requires_reauthentication;
  return tokens;
}

SavedTokens read_tokens(std::string const& option, std::string const& path) {
  auto const text = read_private_file(option, path);
  WipingMemory memory;
  boost::system::error_code ec;
  auto const document = parse_wiped(text.reveal(), memory, ec);
  if (ec) refuse(option, path, "not JSON: " + ec.message());
  if (auto const twice = duplicate_member(text.reveal())) refuse(option, path, *twice + ": given twice");
  auto const* const members = document.if_object();
  if (members == nullptr) refuse(option, path, "not a JSON object");
  SavedTokens tokens;
  tokens.broker = enumerator_of<BrokerType>(text_in(*members, "broker").value_or(""));
  if (tokens.broker == BrokerType::unknown) refuse(option, path, "broker: missing, or the API has no such integration");
  auto const* const list = members->if_contains("accounts");
  if (list == nullptr || !list->is_array()) refuse(option, path, "accounts: not a list");
  for (auto const& entry : list->get_array()) {
    auto const at = "accounts[" + std::to_string(tokens.accounts.size()) + "]";
    if (!entry.is_object()) refuse(option, path, at + ": not an object");
    tokens.accounts.push_back(read_account(entry.get_object()));
    auto const& account = tokens.accounts.back().tokens;
    if (!account.access_token && !account.refresh_token) {
      refuse(option, path, at + ": neither an accessToken nor a refreshToken");
    }
  }
  if (tokens.accounts.empty()) refuse(option, path, "accounts: empty");
  tokens.requires_reauthentication = flag_in(*members, "requiresReauthentication");
  // Older files have one life for all accounts.
  for (auto& account : tokens.accounts) {
    if (!account.expires_in) account.expires_in = life_in(*members);
  }
  return tokens;
}

void write_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens) {
  write_private_file(option, path, text_of(tokens).reveal());
}

std::size_t room_for(SavedTokens const& tokens) {
  constexpr std::size_t growth = 64 * 1024;  // A new token may be longer than the old one.
  return text_of(tokens).size() + growth;
}

void keep_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens, Replacement* room) {
  try {
    if (room == nullptr) return write_tokens(option, path, tokens);
    room->commit(text_of(tokens).reveal(), S_IRUSR | S_IWUSR);
  } catch (NotReplaced const& why) {
    if (why.stands_in().empty()) throw Failure(keep_tokens_elsewhere(why.what(), tokens));
    throw Failure(std::string(why.what()) + ", for you to put in its place");
  } catch (UsageError const& why) {
    throw Failure(keep_tokens_elsewhere(why.what(), tokens));
  }
}

std::string keep_tokens_beside(std::string const& path, SavedTokens const& tokens) {
  auto const place = write_beside(path, text_of(tokens).reveal());
  if (!place) return "the tokens of the reply that are no account's of the file could be written nowhere and are lost";
  return "the tokens of the reply that are no account's of the file stand in " + *place;
}

std::string keep_tokens_elsewhere(std::string const& problem, SavedTokens const& tokens) {
  auto const place = rescue(text_of(tokens).reveal());
  if (!place) return problem + "; the new tokens could be written nowhere and are lost, so log in again";
  return problem + "; the new tokens stand in " + *place + ", for you to put in its place";
}

}  // namespace sallyport::app
