// What simulated institutions do with connected accounts.

#include <sallyport/sandbox/accounts.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>

BOOST_AUTO_TEST_SUITE(accounts)

using namespace sallyport;
using boost::system::error_code;

namespace {

struct Institution {
  SandboxAccounts accounts{Catalogue::embedded()};

  ApiResult<RefreshResponse> refresh(BrokerType type, std::string_view token, std::string_view access = {},
                                     std::string_view code = {}) {
    RefreshRequest request;
    request.type = type;
    request.refresh_token = Secret(token);
    if (!access.empty()) request.access_token = Secret(access);
    if (!code.empty()) request.mfa_code = Secret(code);
    std::optional<ApiResult<RefreshResponse>> reply;
    accounts.async_refresh("client", std::move(request),
                           [&reply](error_code, ApiResult<RefreshResponse> said) { reply.emplace(std::move(said)); });
    return std::move(reply.value());
  }
  ApiResultStatus remove(BrokerType type, std::string_view token) {
    std::optional<ApiResultStatus> status;
    accounts.async_remove("client", RemoveAccountRequest{.type = type, .auth_token = Secret(token)},
                          [&status](error_code, ApiResult<NoContent> said) { status = said.status.value(); });
    return status.value();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_refresh_token_that_a_refresh_made_is_spent_once) {
  Institution bank;
  auto first = bank.refresh(BrokerType::robinhood, "sandbox-refresh-robinhood-0-0");
  BOOST_TEST_REQUIRE(first.content.has_value());
  BOOST_TEST((first.content->status == RefreshStatus::succeeded));
  auto const token = std::string(first.content->broker_account_tokens->front().refresh_token->reveal());
  BOOST_TEST((bank.refresh(BrokerType::robinhood, token).status == ApiResultStatus::ok));
  BOOST_TEST((bank.refresh(BrokerType::robinhood, token).status == ApiResultStatus::bad_request));
}

BOOST_AUTO_TEST_CASE(a_strange_token_is_refused) {
  Institution bank;
  for (auto const* const token : {"", "x", "sandbox-refresh-", "sandbox-refresh-kraken-0-0",
                                  "sandbox-access-robinhood-0-0", "sandbox-refresh-robinhood"}) {
    BOOST_TEST_CONTEXT(token) {
      BOOST_TEST((bank.refresh(BrokerType::robinhood, token).status == ApiResultStatus::bad_request));
    }
  }
  BOOST_TEST((bank.refresh(BrokerType::we_bull, "sandbox-refresh-weBull-0-0", "sandbox-access-weBull-1-0").status ==
              ApiResultStatus::bad_request));
}

BOOST_AUTO_TEST_CASE(vanguard_wants_a_code) {
  Institution bank;
  std::string_view const token = "sandbox-refresh-vanguard-0-0";
  auto question = bank.refresh(BrokerType::vanguard, token, "sandbox-access-vanguard-0-0");
  BOOST_TEST_REQUIRE(question.content.has_value());
  BOOST_TEST((question.content->status == RefreshStatus::mfa_required));
  auto const access = std::string(question.content->broker_account_tokens->front().access_token->reveal());
  BOOST_TEST((bank.refresh(BrokerType::vanguard, token, access, "000000").content->status == RefreshStatus::failed));
  BOOST_TEST((bank.refresh(BrokerType::vanguard, token, access, "123456").content->status == RefreshStatus::succeeded));
}

BOOST_AUTO_TEST_CASE(a_connection_is_removed_by_its_token) {
  Institution bank;
  BOOST_TEST((bank.remove(BrokerType::robinhood, "sandbox-access-robinhood-0-0") == ApiResultStatus::ok));
  BOOST_TEST((bank.remove(BrokerType::robinhood, "sandbox-access-robinhood-0-0.7") == ApiResultStatus::ok));
  BOOST_TEST((bank.remove(BrokerType::robinhood, "sandbox-access-robinhood-0-0.7") == ApiResultStatus::bad_request));
  BOOST_TEST((bank.remove(BrokerType::kraken, "sandbox-access-robinhood-0-0") == ApiResultStatus::bad_request));
}

BOOST_AUTO_TEST_CASE(every_integration_of_the_catalogue_is_up) {
  Institution bank;
  BOOST_TEST(bank.accounts.health().size() == Catalogue::embedded().schemes().size());
  for (auto const& entry : bank.accounts.health()) BOOST_TEST(entry.is_up.value());
}

BOOST_AUTO_TEST_SUITE_END()
