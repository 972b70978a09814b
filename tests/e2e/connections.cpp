#include "connections.hpp"

#include <sallyport/transport/token_keeper.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::test {
namespace {

/// One integration and the tokens of a login there.
class Connection {
public:
  Connection(SandboxNet& net, AuthenticationScheme const& scheme, AccountTokens const* tokens,
             std::vector<TableRow>& rows)
      : net_(&net), scheme_(&scheme), type_(scheme.broker_type.value()), rows_(&rows) {
    if (tokens != nullptr) take(*tokens);
  }

  void check_health(std::vector<HealthStatus> const& all) {
    auto const found = std::ranges::find(all, scheme_->broker_type, &HealthStatus::type);
    note("status", found != all.end() && found->is_up == true ? "up" : "down or missing", "up");
  }

  void follow_link() {
    auto const scheme = scheme_->authentication_scheme_type.value();
    auto const* expected = "failed";
    if (scheme == AuthenticationSchemeType::oauth) expected = "redirect";
    if (scheme == AuthenticationSchemeType::true_auth) expected = "openInBrokerModule";
    auto const [ec, reply] = await<Client::LinkReply>(net_->net.io, [&](auto handler) {
      net_->client->async_link(scheme_->broker_type, Secret("linked"), std::move(handler));
    });
    BOOST_TEST(!ec, ec.message());
    BOOST_TEST_REQUIRE(reply.content.has_value());
    note("link", reply.content->status.spelling(), expected);
    if (reply.content->redirect_link) log_in_with(*reply.content->redirect_link);
  }

  void refresh_and_remove() {
    BOOST_TEST_REQUIRE((!access_.empty() && !refresh_.empty()), scheme_->broker_type.spelling());
    auto const needs_access = type_ == BrokerType::we_bull || type_ == BrokerType::vanguard;
    auto const wants_code = type_ == BrokerType::vanguard;
    if (needs_access) note("refresh without the access token", refresh(false), "missing_token");
    if (wants_code) {
      note("refresh", refresh(true), "mfaRequired");
      note("refresh with a wrong code", refresh(true, "000000"), "failed");
    }
    auto const* const code = wants_code ? "123456" : "";
    note(wants_code ? "refresh with the code" : "refresh", refresh(needs_access, code), "succeeded");
    auto const spent = refresh_.clone();
    note("refresh of what a refresh gave", refresh(true, code), "succeeded");
    refresh_ = spent.clone();
    note("refresh with a token that is spent", refresh(true, code), "badRequest");
    note("removal", remove(), "ok");
    note("removal of what is removed", remove(), "badRequest");
  }

private:
  void note(std::string path, std::string_view outcome, std::string_view expected) {
    BOOST_TEST_CONTEXT(scheme_->broker_type.spelling() << ' ' << path) {
      BOOST_TEST(outcome == expected);
    }
    rows_->emplace_back(scheme_->broker_type.spelling(), std::move(path), outcome);
  }

  void take(AccountTokens const& tokens) {
    if (tokens.access_token) access_ = tokens.access_token->clone();
    if (tokens.refresh_token) refresh_ = tokens.refresh_token->clone();
  }

  /// The sandbox's link is where a browser would end.
  void log_in_with(Secret const& link) {
    Credentials who;
    who.user_id = Secret("linked");
    who.request.type = scheme_->broker_type;
    who.request.redirect_link = link.clone();
    auto const [ec, outcome] = await<Outcome>(net_->net.io, [&](auto handler) {
      net_->client->async_login(std::move(who), net_->net.responder, std::move(handler));
    });
    BOOST_TEST(!ec, ec.message());
    note("link: login with what came back", name_of(outcome.kind), "succeeded");
    if (!outcome.accounts.empty()) take(outcome.accounts.front());
  }

  /// The status of the refresh, else of the envelope; takes the new tokens.
  std::string refresh(bool with_access, std::string_view code = {}) {
    RefreshRequest request;
    request.type = scheme_->broker_type;
    request.refresh_token = refresh_.clone();
    if (with_access) request.access_token = access_.clone();
    if (!code.empty()) request.mfa_code = Secret(code);
    auto const [ec, reply] = await<Client::RefreshReply>(
        net_->net.io, [&](auto handler) { net_->client->async_refresh(std::move(request), std::move(handler)); });
    if (ec) return ec == TransportErrc::missing_token ? "missing_token" : ec.message();
    if (!reply.content) return std::string(reply.status.spelling());
    auto const& tokens = reply.content->broker_account_tokens;
    if (tokens && !tokens->empty()) take(tokens->front());
    return std::string(reply.content->status.spelling());
  }

  std::string remove() {
    RemoveAccountRequest request{.type = scheme_->broker_type, .auth_token = access_.clone()};
    auto const [ec, reply] = await<Client::RemoveReply>(net_->net.io, [&](auto handler) {
      net_->client->async_remove_account(std::move(request), std::move(handler));
    });
    return ec ? ec.message() : std::string(reply.status.spelling());
  }

  SandboxNet* net_;
  AuthenticationScheme const* scheme_;
  BrokerType type_;
  std::vector<TableRow>* rows_;
  Secret access_;
  Secret refresh_;
};

/// A keeper does not even try where the login said that only another login helps.
void check_reauthentication(SandboxNet& net, Played const& login, std::vector<TableRow>& rows) {
  auto const& type = login.login.scheme->broker_type;
  auto const requests = net.net.server->counters().requests;
  TokenKeeper keeper(*net.client, kept_tokens(type, login.outcome.accounts.front(), login.outcome));
  auto const [ec, end] = await<KeeperEnd>(net.net.io, [&](auto handler) { keeper.async_run(std::move(handler)); });
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST(name_of(end) == "reauthentication_needed");
  BOOST_TEST(net.net.server->counters().requests == requests);
  rows.emplace_back(type.spelling(), "refresh by a keeper, requiresReauthentication", name_of(end));
}

}  // namespace

std::vector<TableRow> play_connections(SandboxNet& net, std::vector<Played> const& logins) {
  std::vector<TableRow> rows;
  auto const [ec, health] =
      await<Client::StatusReply>(net.net.io, [&](auto handler) { net.client->async_status(std::move(handler)); });
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST_REQUIRE(health.content.has_value());
  for (auto const& scheme : net.sandbox.schemes()) {
    auto const found = std::ranges::find_if(logins, [&scheme](Played const& one) {
      return one.login.scheme->broker_type == scheme.broker_type && !one.outcome.accounts.empty();
    });
    auto const* const tokens = found == logins.end() ? nullptr : &found->outcome.accounts.front();
    Connection connection(net, scheme, tokens, rows);
    connection.check_health(*health.content);
    connection.follow_link();
    connection.refresh_and_remove();
  }
  auto const final_one = std::ranges::find_if(
      logins, [](Played const& one) { return one.outcome.requires_reauthentication && !one.outcome.accounts.empty(); });
  BOOST_TEST_REQUIRE((final_one != logins.end()));
  check_reauthentication(net, *final_one, rows);
  return rows;
}

}  // namespace sallyport::test
