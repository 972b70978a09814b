// Hosts that try again and again, and what of it a broker sees (law 5). Over loop-back; the governor's clock is the
// test's, so that a minute or a day passes at once.

#include <support/loopback.hpp>

#include <client/login_budget.hpp>

#include <sallyport/protocol/field.hpp>
#include <sallyport/transport/shared_governor.hpp>

#include <algorithm>
#include <deque>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(governed_loops)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

/// Every door wants the credentials again, the way of the API's published example.
AuthenticationScheme scheme_that_resends() {
  AuthenticationScheme scheme;
  scheme.broker_type = BrokerType::robinhood;
  scheme.authentication_scheme_type = AuthenticationSchemeType::username_password;
  scheme.authentication_steps.emplace();
  for (auto const* const name : {"MfaCode", "TradePin"}) {
    auto& step = scheme.authentication_steps->emplace_back();
    step.auth_response.emplace().status = AuthStatus::mfa_required;
    step.auth_response->mfa_type = name == std::string_view("MfaCode") ? MfaType::totp : MfaType::trading_pin;
    step.fields.emplace();
    for (auto const* const field : {"Username", "Password", name})
      step.fields->push_back({.name = field, .description = {}});
  }
  return scheme;
}

/// A host and its broker, which asks for credentials at every door.
struct Desk {
  std::shared_ptr<WallTime> now = std::make_shared<WallTime>(std::chrono::milliseconds(1'772'000'000'000));
  std::shared_ptr<SharedGovernor> governor =
      std::make_shared<SharedGovernor>(Secret("host-key"), GovernorPolicy{}, nullptr, [at = now] { return *at; });
  Loopback net{[this](ServerConfig& serving, ClientConfig& config) {
    // The server reads the schemes when it is made.
    if (net.verifier.list.empty()) net.verifier.list.push_back(scheme_that_resends());
    serving.limits.resend_cool_down = 0ms;  // It is the governor that is asked here, not the server's cool-down.
    config.governor = governor;
    config.limits.resend_cool_down = 0ms;
  }};

  /// Logs in and types a code at whatever door opens, until the login ends.
  Outcome log_in(std::deque<AuthResponse> replies) {
    net.verifier.replies = std::move(replies);
    net.responder.answers.clear();
    for (auto answer = 0; answer < 40; ++answer) net.responder.answers.push_back(Answer::text(Secret("000000")));
    return net.login().second;
  }
  std::size_t posts(bool (*is_one)(AuthRequest const&) noexcept) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        net.verifier.asked, [is_one](VerifyRequest const& asked) { return is_one(asked.request); }));
  }
  std::size_t first_posts() const {
    return static_cast<std::size_t>(std::ranges::count_if(net.verifier.asked, [](VerifyRequest const& asked) {
      return carries_credentials(asked.request) && !carries_answer(asked.request);
    }));
  }
};

template <class... Replies>
std::deque<AuthResponse> in_order(Replies... replies) {
  std::deque<AuthResponse> list;
  (list.push_back(std::move(replies)), ...);
  return list;
}

AuthResponse totp_door() {
  return challenge(AuthStatus::mfa_required, MfaType::totp);
}

/// What the broker says, one after the other, to one login: its first post and its answers.
std::deque<AuthResponse> refusals(std::string_view kind) {
  std::deque<AuthResponse> replies;
  if (kind == "wrong password") replies.push_back(status(AuthStatus::failed));
  if (kind == "wrong code")
    return in_order(totp_door(), status(AuthStatus::challenge_failed), status(AuthStatus::failed));
  for (auto door = 0; kind == "a new challenge each time" && door < 40; ++door) {
    replies.push_back(totp_door());
    replies.back().challenge_text = "Attempt " + std::to_string(door);
  }
  return replies;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_host_that_retries_for_a_minute_posts_no_more_than_the_budget) {
  Budgets const budgets;
  for (std::string const kind : {"wrong password", "wrong code", "a new challenge each time", "single posts"}) {
    BOOST_TEST_CONTEXT(kind) {
      Desk desk;
      auto tries = 0;
      for (auto const begin = *desk.now; *desk.now < begin + 1min; *desk.now += 250ms, ++tries) {
        if (kind != "single posts") {
          static_cast<void>(desk.log_in(refusals(kind)));
          continue;
        }
        desk.net.verifier.replies = refusals("wrong password");
        static_cast<void>(await<Client::AuthReply>(desk.net.io, [&](auto handler) {
          desk.net.client->async_authenticate(desk.net.credentials(), std::move(handler));
        }));
      }
      std::cout << kind << ": " << tries << " tries in a minute, " << desk.first_posts() << " first posts, "
                << desk.posts(carries_answer) << " answers at the broker\n";
      BOOST_TEST(tries == 240);
      BOOST_TEST(desk.first_posts() > 0U);
      BOOST_TEST(desk.first_posts() <= budgets.credential_post.burst);
      BOOST_TEST(desk.posts(carries_answer) <= budgets.wrong_code.burst);
      BOOST_TEST(desk.posts(carries_credentials) <= budgets.credential_post.burst + budgets.wrong_code.burst);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_host_that_retries_for_a_day_posts_no_more_than_the_budget) {
  Budgets const budgets;
  for (std::string const kind : {"wrong password", "wrong code", "a new challenge each time"}) {
    BOOST_TEST_CONTEXT(kind) {
      Desk desk;
      for (auto const begin = *desk.now; *desk.now < begin + 24h; *desk.now += 5min) {
        static_cast<void>(desk.log_in(refusals(kind)));
      }
      BOOST_TEST(desk.first_posts() <= budgets.credential_post.count_max);
      BOOST_TEST(desk.posts(carries_answer) <= budgets.wrong_code.count_max);
    }
  }
}

BOOST_AUTO_TEST_CASE(logins_that_send_credentials_again_at_each_door_cost_one_post_each) {
  Desk desk;
  for (auto login = 0; login < 5; ++login, *desk.now += 15min) {
    auto const outcome =
        desk.log_in(in_order(totp_door(), challenge(AuthStatus::mfa_required, MfaType::trading_pin), granted()));
    BOOST_TEST(name_of(outcome.kind) == "succeeded", outcome.diagnostics.reason);
  }
  BOOST_TEST(desk.posts(carries_credentials) == 15U);
  BOOST_TEST(name_of(desk.log_in(in_order(granted())).kind) == "would_risk_lockout");
}

BOOST_AUTO_TEST_CASE(a_broker_that_opens_door_after_door_gets_the_credentials_so_often_and_no_oftener) {
  Desk desk;
  std::deque<AuthResponse> doors;
  // Each of a kind of its own: what comes again would end the login sooner.
  for (auto const step : {AuthFlowStep::unknown, AuthFlowStep::login_password, AuthFlowStep::mfa_flow,
                          AuthFlowStep::face_verification, AuthFlowStep::create_api_key, AuthFlowStep::login_qr_code}) {
    for (auto const factor : {MfaType::totp, MfaType::trading_pin}) {
      doors.push_back(challenge(AuthStatus::mfa_required, factor));
      if (step != AuthFlowStep::unknown) doors.back().auth_flow_step = step;
    }
  }
  static_cast<void>(desk.log_in(std::move(doors)));
  BOOST_TEST(desk.posts(carries_credentials) == 8U + Budgets{}.credential_post.burst);
}

BOOST_AUTO_TEST_CASE(two_doors_that_take_turns_cost_wrong_codes) {
  Desk desk;
  std::deque<AuthResponse> doors;
  for (auto door = 0; door < 20; ++door) {
    doors.push_back(totp_door());
    doors.push_back(challenge(AuthStatus::mfa_required, MfaType::trading_pin));
  }
  static_cast<void>(desk.log_in(std::move(doors)));
  // The first answer led on; those that brought a door back stay counted.
  BOOST_TEST(desk.posts(carries_answer) == 1U + Budgets{}.wrong_code.burst);
}

BOOST_AUTO_TEST_CASE(every_shape_of_a_credential_is_counted) {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    AuthRequest request;
    if (!set_field(request, field, "x") && field == Field::true_auth_auth_request) {
      request.true_auth_auth_request.emplace().user_agent = "web view";
    }
    if (field == Field::country_info) request.country_info.emplace().country_code = "CH";
    BOOST_TEST((acts_of_login(request, nullptr) == Act::credential_post) == is_credential(field), wire_name(field));
  }
}

BOOST_AUTO_TEST_CASE(a_confirmation_counts_where_credentials_go_with_it) {
  StepFields fields;
  auto const confirmed = Answer::confirmed();
  BOOST_TEST(acts_of_answer(fields, confirmed, 1).empty());
  fields.resent.push_back(Field::password);
  BOOST_TEST((acts_of_answer(fields, confirmed, 1) == Act::wrong_code));
  BOOST_TEST((acts_of_answer(fields, confirmed, 9) == (Act::wrong_code | Act::credential_post)));
}

BOOST_AUTO_TEST_SUITE_END()
