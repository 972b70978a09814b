#include "laws.hpp"

#include <sallyport/engine/limits.hpp>
#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/codec.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace sallyport::simulation {

using boost::system::error_code;

namespace {

/// Whether the reply says what has become of the login. That nobody knows it, or that the server failed, says nothing.
bool says_what_became(std::string_view body) {
  auto const reply = decode<ApiResult<AuthResponse>>(body);
  if (!reply) return false;
  auto const says = reply->status.value();
  if (says == ApiResultStatus::ok) return reply->content.has_value();
  auto const type = reply->error_type.value_or("");
  if (type == "requestInFlight") return false;
  return says == ApiResultStatus::conflict || says == ApiResultStatus::locked || type == "challengeExpired" ||
         type == "attemptsExhausted";
}

}  // namespace

std::string_view name_of(Law law) noexcept {
  static constexpr auto names = std::to_array<std::string_view>(
      {"post_needs_act",   "one_request_in_flight", "nothing_after_the_end",  "nothing_after_lost",
       "lost_is_unknown",  "poll_interval",         "answered_in_time",       "verified_in_time",
       "attempts_bounded", "newest_challenge",      "one_question_in_flight", "nothing_after_forget",
       "one_outcome",      "every_login_ends",      "in_means_let_in",        "budget_holds",
       "resumed_once",     "rest_gives_no_time",    "sealed_holds",           "one_answer",
       "nothing_leaks",    "secrets_stay_secret"});
  static_assert(names.size() == law_count);
  return names[static_cast<std::size_t>(law)];
}

bool carries_any_secret(AuthRequest const& request) noexcept {
  return request.username || request.password || request.phone || request.key || request.auth_token ||
         request.redirect_link || request.true_auth_auth_request || request.mfa_code || request.challenge_code ||
         request.challenge_answer || request.trade_pin || request.web_data;
}

void Laws::broken(Law law, LoginNumber login, std::string what) {
  if (!breach_) breach_ = Breach{.law = law, .login = login, .at = now_, .what = std::move(what)};
}

// --- What the user and the host do -----------------------------------------------------------------------------------

void Laws::begins(LoginNumber login, std::size_t account, std::string user_and_broker) {
  auto& watched = of(login);
  watched.account = account;
  watched.user_and_broker = std::move(user_and_broker);
  watched.begun = true;
}

void Laws::acts(LoginNumber login) {
  auto& watched = of(login);
  ++watched.acts;
  ++acts_;
  watched.unspent_act = true;
}

void Laws::prompted(LoginNumber login, TimePoint answer_by, TimePoint client_now, Prompt const& prompt) {
  auto& watched = of(login);
  watched.answer_by = answer_by;
  // Wall clocks count milliseconds.
  auto const had = std::exchange(watched.time_left, std::nullopt);
  if (had && answer_by - client_now > *had + std::chrono::milliseconds(2)) {
    broken(Law::rest_gives_no_time, login, "the time at its door grew while it was saved");
  }
  look_at(login, prompt.text, "Prompt::text");
  look_at(login, prompt.email.value_or(""), "Prompt::email");
  for (auto const& field : prompt.fields) look_at(login, field.description, "PromptField::description");
}

void Laws::saved(LoginNumber login, TimePoint client_now) {
  auto& watched = of(login);
  watched.at_rest = true;
  if (watched.answer_by) watched.time_left = *watched.answer_by - client_now;
}

void Laws::resumed(LoginNumber login, std::uint64_t generation) {
  auto& watched = of(login);
  if (generation <= watched.resumed_generation) {
    broken(Law::resumed_once, login, "generation " + std::to_string(generation) + " was resumed again");
  }
  watched.resumed_generation = generation;
  watched.at_rest = false;
  watched.poll_before.reset();
  watched.last_poll.reset();  // Its moment was of another machine's clock.
  watched.answer_by.reset();
}

void Laws::end(LoginNumber login) {
  auto& watched = of(login);
  if (watched.over) broken(Law::one_outcome, login, "it had ended already");
  watched.over = true;
}

void Laws::ended(LoginNumber login, Outcome const& outcome) {
  auto& watched = of(login);
  end(login);
  if (outcome.kind == OutcomeKind::succeeded) {
    auto& let_in = let_in_[watched.user_and_broker];
    if (let_in == 0) broken(Law::in_means_let_in, login, "no institution let this user in");
    if (let_in > 0) --let_in;
  }
  auto const is_lost = watched.lost_reply || watched.lost_poll;
  if (is_lost && outcome.kind != OutcomeKind::outcome_unknown) {
    broken(Law::lost_is_unknown, login, "it was told as " + std::string(name_of(outcome.kind)));
  }
  auto const& words = outcome.diagnostics;
  for (auto const* const text :
       {&words.status, &words.api_status, &words.error_type, &words.error_hash, &words.reason}) {
    look_at(login, *text, "Diagnostics");
  }
}

void Laws::gave_up(LoginNumber login, error_code ec) {
  end(login);
  if (of(login).lost_reply || of(login).lost_poll)
    broken(Law::lost_is_unknown, login, "it was told as \"" + ec.message() + "\"");
  look_at(login, ec.message(), "error_code::message");
}

void Laws::lost_with_process(LoginNumber login) {
  end(login);
}

// --- What leaves a client --------------------------------------------------------------------------------------------

void Laws::requests(LoginNumber login, AuthRequest const& request, TimePoint client_now, WallTime governor_now) {
  auto& watched = of(login);
  if (watched.in_flight) broken(Law::one_request_in_flight, login, "the one before was not over");
  if (watched.over || watched.at_rest) broken(Law::nothing_after_the_end, login, "a request left");
  if (watched.lost_reply) broken(Law::nothing_after_lost, login, "a request left");
  watched.in_flight = true;
  auto const secret = carries_any_secret(request);
  auto const is_act = secret || watched.unspent_act;
  if (secret && !watched.unspent_act) broken(Law::post_needs_act, login, "a secret left without a fresh act");
  watched.post_in_flight = secret;
  watched.polls = !is_act;
  if (secret) {
    ++posts_;
    if (++watched.posts > watched.acts) broken(Law::post_needs_act, login, "there were more posts than acts");
  }
  if (is_act) {
    if (watched.answer_by && client_now >= *watched.answer_by) {
      broken(Law::answered_in_time, login, "the challenge was over when the answer left");
    }
    watched.unspent_act = false;
    watched.last_poll.reset();
    watched.poll_before.reset();
  } else {
    ++polls_;
    auto const interval = Limits{}.poll_interval;
    if (watched.last_poll && client_now - *watched.last_poll < interval) {
      broken(Law::poll_interval, login, "two polls came within five seconds");
    }
    watched.poll_before = std::exchange(watched.last_poll, client_now);
  }
  // An answer echoes its door. The credentials that go with it were right already; a post without a door tries them.
  auto const tries = !request.challenge_id && !request.mfa_type && !request.is_trying_another_way;
  if (tries && (request.username || request.password)) count_post(login, governor_now);
}

// A post counts when it leaves.
void Laws::count_post(LoginNumber login, WallTime governor_now) {
  auto& watched = of(login);
  auto const budget = Budgets{}.credential_post;
  auto& posts = budget_[watched.account];
  while (!posts.empty() && posts.front() + budget.window <= governor_now) posts.pop_front();
  posts.push_back(governor_now);
  watched.counted = governor_now;
  if (posts.size() > budget.count_max) broken(Law::budget_holds, login, "the account has seen too many posts in a day");
  if (posts.size() > budget.burst && posts.back() - posts[posts.size() - 2] < budget.spacing) {
    broken(Law::budget_holds, login, "the account has seen posts in too quick a row");
  }
}

void Laws::request_over(LoginNumber login, error_code ec, bool sent, std::string_view body) {
  auto& watched = of(login);
  watched.in_flight = false;
  auto const counted = std::exchange(watched.counted, std::nullopt);
  if (!ec && says_what_became(body)) watched.lost_poll = false;
  if (!ec) return;
  if (sent) {
    (watched.polls ? watched.lost_poll : watched.lost_reply) = true;
    return;
  }
  if (watched.post_in_flight) {
    --watched.posts;
    --posts_;
  }
  watched.last_poll = watched.poll_before;  // One that did not leave troubled nobody.
  if (!counted) return;
  auto& posts = budget_[watched.account];
  auto const entry = std::ranges::find(posts, *counted);
  if (entry != posts.end()) posts.erase(entry);
}

void Laws::look_at(LoginNumber login, std::string_view text, std::string_view where) {
  for (auto const canary : canaries) {
    if (text.find(canary) != std::string_view::npos) {
      broken(Law::secrets_stay_secret, login, std::string(where) + " has \"" + std::string(canary) + "\" in it");
    }
  }
}

void Laws::finish() {
  for (LoginNumber login = 1; login < logins_.size(); ++login) {
    auto const& watched = logins_[login];
    if (watched.begun && !watched.over) broken(Law::every_login_ends, login, "nothing happens any more");
  }
}

}  // namespace sallyport::simulation
