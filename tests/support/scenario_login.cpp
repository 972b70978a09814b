#include "scenario_login.hpp"

#include "time_scale.hpp"
#include "web_view.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace sallyport::test {
namespace {

/// Whether a first post like this one plays the scenario; the catalogue is the judge of that.
bool is_played(Catalogue const& catalogue, ScenarioLogin const& login) {
  auto const who = credentials_for(login, "user");
  return catalogue.choose(who.request).scenario == login.scenario;
}

/// A scenario that is the same everywhere shows no more at the 57th integration than at these, each of another kind.
bool is_worth_playing(ScenarioLogin const& login) {
  auto const broker = login.scheme->broker_type.value();
  auto const stands_for_all =
      broker == BrokerType::sandbox || broker == BrokerType::robinhood || broker == BrokerType::kraken;
  return login.is_default || stands_for_all || !login.scenario->broker_types.empty();
}

bool has_another_way(Scenario const& scenario) {
  return std::ranges::any_of(scenario.doors, [](Door const& door) { return door.another_way.has_value(); });
}

bool takes_an_answer(Scenario const& scenario) {
  return !scenario.doors.empty() && !scenario.doors.front().accept.empty();
}

std::optional<MfaScheme> mfa_scheme_of(Prompt const& prompt) {
  auto const asks_for = [&prompt](Field field) {
    return std::ranges::find(prompt.fields, field, &PromptField::field) != prompt.fields.end();
  };
  if (prompt.status == AuthStatus::device_confirmation_required) return MfaScheme::device_confirmation;
  if (prompt.status == AuthStatus::mfa_required && asks_for(Field::mfa_code)) return MfaScheme::mfa_code;
  if (prompt.status != AuthStatus::challenge_issued) return std::nullopt;
  return asks_for(Field::challenge_answer) ? MfaScheme::security_question : MfaScheme::challenge;
}

// Not all at once: a thousand handshakes on one busy core would let requests time out that nothing is wrong with.
constexpr std::size_t at_once_max = 100;

Door const* find_door(Scenario const& scenario, Prompt const& prompt) {
  auto const found = std::ranges::find_if(scenario.doors, [&prompt](Door const& door) {
    return door.reply.status == prompt.status && value_of(door.reply.mfa_type) == prompt.mfa_type &&
           value_of(door.reply.auth_flow_step) == prompt.flow_step &&
           door.reply.challenge_text.value_or("") == prompt.text;
  });
  return found == scenario.doors.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ScenarioLogin> all_logins(Catalogue const& catalogue, Breadth breadth) {
  std::vector<ScenarioLogin> logins;
  for (auto const& scheme : catalogue.schemes()) {
    for (auto const& scenario : catalogue.scenarios()) {
      auto const is_default = catalogue.find_default(scheme.broker_type.value(), scenario.begins) == &scenario;
      ScenarioLogin const login{.scheme = &scheme, .scenario = &scenario, .is_default = is_default};
      auto const is_picked = breadth == Breadth::everywhere || is_worth_playing(login);
      if (!is_picked || !is_played(catalogue, login)) continue;
      logins.push_back(login);
      if (has_another_way(scenario)) logins.emplace_back(login).takes_another_way = true;
      if (takes_an_answer(scenario) && scenario.doors.front().silence == Silence::none) {
        logins.emplace_back(login).is_wrong_first = true;
      }
    }
  }
  return logins;
}

std::string title_of(ScenarioLogin const& login) {
  std::string title(login.scheme->broker_type.spelling());
  title += " " + login.scenario->name;
  if (login.takes_another_way) title += ", another way";
  if (login.is_wrong_first) title += ", wrong answer first";
  return title;
}

Credentials credentials_for(ScenarioLogin const& login, std::string_view user_id) {
  Credentials who;
  who.user_id = Secret(user_id);
  auto& request = who.request;
  request.type = login.scheme->broker_type;
  request.device_info = "device-of-the-tests";
  auto const& scenario = *login.scenario;
  if (scenario.begins == Opening::qr_code) request.auth_flow_step = AuthFlowStep::login_qr_code;
  if (scenario.begins == Opening::address) {
    request.username = Secret("0x52908400098527886E0F7030069857D2E4169EE7");
    return who;
  }
  if (scenario.begins == Opening::redirect) request.redirect_link = Secret(way_back);
  if (scenario.begins == Opening::true_auth) request.true_auth_auth_request = logged_in_web_view();
  if (request.redirect_link || request.true_auth_auth_request) return who;
  if (scenario.begins == Opening::nothing || (scenario.begins == Opening::qr_code && login.is_default)) return who;
  auto const& user = scenario.users->front();
  request.username = Secret(login.is_default ? user.username : user.username + "+" + scenario.name);
  if (scenario.begins != Opening::identifier) request.password = Secret(user.password);
  if (scenario.begins == Opening::api_key) request.auth_token = Secret(user.passphrase);
  return who;
}

OutcomeKind expected_outcome(ScenarioLogin const& login) {
  static std::map<std::string_view, OutcomeKind> const others = {
      {"push-denied", OutcomeKind::denied},        {"locked", OutcomeKind::denied},
      {"module", OutcomeKind::handed_off},         {"unknown-status", OutcomeKind::unsupported},
      {"silent", OutcomeKind::outcome_unknown},    {"silent-answer", OutcomeKind::outcome_unknown},
      {"breaks-off", OutcomeKind::server_failure}, {"never-tapped", OutcomeKind::user_absent},
      {"short-push", OutcomeKind::user_absent},
  };
  auto const found = others.find(login.scenario->name);
  return found == others.end() ? OutcomeKind::succeeded : found->second;
}

void ScenarioResponder::respond(Prompt const& prompt, Handler handler) {
  sightings_->statuses.emplace(wire_name(prompt.status));
  if (prompt.answer_was_wrong) sightings_->statuses.emplace(wire_name(AuthStatus::challenge_failed));
  if (prompt.mfa_type) sightings_->factors.emplace(wire_name(*prompt.mfa_type));
  if (prompt.flow_step) sightings_->flow_steps.emplace(wire_name(*prompt.flow_step));
  auto const& listed = login_.scheme->mfa_schemes.value();
  if (auto const used = mfa_scheme_of(prompt); used && std::ranges::find(listed, *used) != listed.end()) {
    sightings_->mfa_schemes.emplace(wire_name(*used));
  }
  std::move(handler)(boost::system::error_code{}, answer_to(prompt));
}

Answer ScenarioResponder::answer_to(Prompt const& prompt) {
  auto const* const door = find_door(*login_.scenario, prompt);
  if (login_.takes_another_way && door != nullptr && door->another_way && !std::exchange(switched_, true)) {
    return Answer::another_way();
  }
  switch (prompt.kind) {
    case PromptKind::input: return fill_in(prompt);
    case PromptKind::act_elsewhere:
    case PromptKind::wait: return Answer::wait();
    case PromptKind::confirm: return Answer::confirmed();
    case PromptKind::restart: return start_over(prompt);
    case PromptKind::another_way: return Answer::another_way();
  }
  return Answer::cancel();
}

Answer ScenarioResponder::start_over(Prompt const& prompt) const {
  auto answer = Answer::restart();
  auto const& user = login_.scenario->users->front();
  for (auto const& field : prompt.fields) {
    answer = std::move(answer).and_field(field.field,
                                         Secret(field.field == Field::password ? user.password : user.username));
  }
  return answer;
}

Answer ScenarioResponder::fill_in(Prompt const& prompt) {
  auto const* const door = find_door(*login_.scenario, prompt);
  auto const wrong = login_.is_wrong_first && !std::exchange(erred_, true);
  auto answer = Answer::field(Field::unknown, Secret(""));
  auto first = true;
  for (auto const& field : prompt.fields) {
    std::string value = "123456";
    for (auto const& expected : door == nullptr ? std::vector<Expectation>{} : door->accept) {
      if (expected.field == field.field) value = expected.value;
    }
    if (field.field == Field::password) value = login_.scenario->users->front().password;
    Secret text(wrong ? "000001" : value);
    answer = std::exchange(first, false) ? Answer::field(field.field, std::move(text))
                                         : std::move(answer).and_field(field.field, std::move(text));
  }
  return answer;
}

bool Played::is_as_expected() const {
  auto const expected = expected_outcome(login);
  // Which side's clock ends a wait that nobody ends is a race, and a busy machine may be slower than a second or two.
  auto const late = login.scenario->name.starts_with("short-lived") || expected == OutcomeKind::user_absent;
  return !ec && (outcome.kind == expected || (late && outcome.kind == OutcomeKind::expired));
}

std::vector<Played> play(boost::asio::io_context& io, Client& client, std::vector<ScenarioLogin> const& logins,
                         Sightings& sightings) {
  std::deque<ScenarioResponder> responders;
  std::vector<Played> played;
  auto const start_one = [&] {
    auto const& login = logins[responders.size()];
    auto& responder = responders.emplace_back(login, sightings);
    auto who = credentials_for(login, "player-" + std::to_string(responders.size()));
    client.async_login(std::move(who), responder, [&, login](boost::system::error_code ec, Outcome outcome) {
      auto const& about = outcome.diagnostics;
      if (!about.status.empty()) sightings.statuses.insert(about.status);
      if (!about.api_status.empty()) sightings.api_statuses.insert(about.api_status);
      played.push_back({.login = login, .ec = ec, .outcome = std::move(outcome)});
    });
  };
  auto const until = std::chrono::steady_clock::now() + scaled(std::chrono::seconds(100));
  io.restart();
  while (played.size() < logins.size() && std::chrono::steady_clock::now() < until) {
    while (responders.size() < std::min(logins.size(), played.size() + at_once_max)) start_one();
    io.run_one_for(std::chrono::milliseconds(100));
  }
  return played;
}

}  // namespace sallyport::test
