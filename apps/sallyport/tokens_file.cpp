#include "tokens_file.hpp"

#include "failure.hpp"
#include "file.hpp"
#include "wiping_memory.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serializer.hpp>

#include <array>
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

AccountTokens read_account(json::object const& members) {
  AccountTokens tokens;
  tokens.access_token = token_in(members, "accessToken");
  tokens.refresh_token = token_in(members, "refreshToken");
  auto const id = text_in(members, "accountId");
  auto const name = text_in(members, "accountName");
  if (id || name) tokens.account.emplace();
  if (id) tokens.account->account_id = std::string(*id);
  if (name) tokens.account->account_name = std::string(*name);
  return tokens;
}

json::object object_of(AccountTokens const& tokens, json::storage_ptr const& memory) {
  json::object members(memory);
  if (tokens.account && tokens.account->account_id) members["accountId"] = *tokens.account->account_id;
  if (tokens.account && tokens.account->account_name) members["accountName"] = *tokens.account->account_name;
  if (tokens.access_token) members["accessToken"] = tokens.access_token->reveal();
  if (tokens.refresh_token) members["refreshToken"] = tokens.refresh_token->reveal();
  return members;
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
  return text;
}

}  // namespace

SavedTokens tokens_of(BrokerType broker, Outcome const& outcome) {
  SavedTokens tokens;
  tokens.broker = broker;
  for (auto const& from : outcome.accounts) {
    if (!from.access_token && !from.refresh_token) continue;
    auto& account = tokens.accounts.emplace_back();
    account.account = from.account;
    account.access_token = copy_of(from.access_token);
    account.refresh_token = copy_of(from.refresh_token);
  }
  tokens.expires_in = outcome.expires_in;
  tokens.requires_reauthentication = outcome.requires_reauthentication;
  return tokens;
}

SavedTokens read_tokens(std::string const& option, std::string const& path) {
  auto const text = read_private_file(option, path);
  WipingMemory memory;
  boost::system::error_code ec;
  auto const document = parse_wiped(text.reveal(), memory, ec);
  if (ec) refuse(option, path, "not JSON: " + ec.message());
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
    auto const& account = tokens.accounts.back();
    if (!account.access_token && !account.refresh_token) {
      refuse(option, path, at + ": neither an accessToken nor a refreshToken");
    }
  }
  if (tokens.accounts.empty()) refuse(option, path, "accounts: empty");
  if (auto const* const flag = members->if_contains("requiresReauthentication"); flag != nullptr && flag->is_bool()) {
    tokens.requires_reauthentication = flag->get_bool();
  }
  if (auto const* const life = members->if_contains("expiresInSeconds"); life != nullptr && life->is_int64()) {
    tokens.expires_in = std::chrono::seconds(life->get_int64());
  }
  return tokens;
}

void write_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens) {
  WipingMemory memory;
  json::storage_ptr const held(&memory);
  json::array accounts(held);
  for (auto const& account : tokens.accounts) accounts.push_back(object_of(account, held));
  json::object members(held);
  members["broker"] = wire_name(tokens.broker);
  members["accounts"] = std::move(accounts);
  if (tokens.expires_in) members["expiresInSeconds"] = tokens.expires_in->count();
  if (tokens.requires_reauthentication) members["requiresReauthentication"] = true;
  json::value const document(std::move(members));
  write_private_file(option, path, text_of(document).reveal());
}

}  // namespace sallyport::app
