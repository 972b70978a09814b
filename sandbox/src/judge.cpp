#include <sallyport/sandbox/judge.hpp>

#include <sallyport/protocol/field.hpp>

#include "door_checks.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace sallyport {
namespace {

using scenario_file::DoorKind;
using scenario_file::kind_of;

bool is_right(AuthRequest const& request, Field field, std::string_view value) noexcept {
  auto const text = text_of(request, field);
  return text && equals(*text, value);
}

// The user name may carry a scenario.
ScenarioUsername username_of(AuthRequest const& request) noexcept {
  return split_username(text_of(request, Field::username).value_or(""));
}

bool is_named(ScenarioUser const& user, ScenarioUsername const& name) noexcept {
  if (equals(user.username, name.username)) return true;
  auto const whole = std::string_view(user.username);
  return !name.domain.empty() && whole.size() == name.username.size() + name.domain.size() &&
         equals(whole.substr(0, name.username.size()), name.username) && whole.ends_with(name.domain);
}

std::optional<std::size_t> find_user(ScenarioUsers const& users, ScenarioUsername const& name) noexcept {
  auto const found = std::ranges::find_if(users, [&](auto const& user) { return is_named(user, name); });
  if (found == users.end()) return std::nullopt;
  return static_cast<std::size_t>(found - users.begin());
}

bool is_blockchain_address(std::string_view text) noexcept {
  auto const is_hex = [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') || (digit >= 'A' && digit <= 'F');
  };
  return text.size() == 42 && text.starts_with("0x") && std::ranges::all_of(text.substr(2), is_hex);
}

// The browser comes back with a code in the query of the link.
bool is_way_back(std::string_view link) noexcept {
  auto const query = link.find('?');
  if (!link.starts_with("https://") || query == std::string_view::npos) return false;
  for (auto rest = link.substr(query + 1, link.find('#') - query - 1); !rest.empty();) {
    auto const end = std::min(rest.find('&'), rest.size());
    if (equals(rest.substr(0, end), "code=123456")) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

bool has(SecretMembers const& cookie, std::string_view name, std::string_view value) noexcept {
  return std::ranges::any_of(cookie, [&](auto const& member) {
    return member.first == name && member.second && equals(member.second->reveal(), value);
  });
}

bool is_logged_in(TrueAuthRequest const& web_view) noexcept {
  return web_view.cookies && std::ranges::any_of(*web_view.cookies, [](SecretMembers const& cookie) {
           return has(cookie, "name", "session") && has(cookie, "value", "Pass123");
         });
}

std::optional<std::size_t> first_user_if(bool is_right) noexcept {
  return is_right ? std::optional<std::size_t>(0) : std::nullopt;
}

bool names_a_user(AuthRequest const& request) noexcept {
  return request.username && request.password;
}

// Whose login this is; nothing where the credentials are wrong or missing.
std::optional<std::size_t> check_credentials(Scenario const& scenario, AuthRequest const& request) {
  auto const& users = *scenario.users;
  switch (scenario.begins) {
    case Opening::nothing: return 0;
    case Opening::address: {
      auto const address = text_of(request, Field::username);
      return first_user_if(address && is_blockchain_address(*address));
    }
    case Opening::redirect: {
      auto const link = text_of(request, Field::redirect_link);
      return first_user_if(link && is_way_back(*link));
    }
    case Opening::true_auth:
      return first_user_if(request.true_auth_auth_request && is_logged_in(*request.true_auth_auth_request));
    case Opening::identifier: return find_user(users, username_of(request));
    case Opening::qr_code:
      if (request.auth_flow_step == AuthFlowStep::login_qr_code && !request.username && !request.password) return 0;
      break;
    case Opening::password:
    case Opening::api_key: break;
  }
  auto const user = find_user(users, username_of(request));
  if (!user || !is_right(request, Field::password, users[*user].password)) return std::nullopt;
  auto const passphrase_is_wrong = scenario.begins == Opening::api_key && request.auth_token &&
                                   !is_right(request, Field::auth_token, users[*user].passphrase);
  return passphrase_is_wrong ? std::nullopt : user;
}

std::string_view words_for_wrong_credentials(Opening opening) noexcept {
  switch (opening) {
    case Opening::api_key: return "The API key, its secret or its passphrase is wrong.";
    case Opening::address: return "This is not the address of a blockchain account.";
    case Opening::identifier: return "There is no such user.";
    case Opening::redirect: return "The link does not come from a login.";
    case Opening::true_auth: return "The web view is not logged in.";
    case Opening::password:
    case Opening::qr_code:
    case Opening::nothing: break;
  }
  return "The username or the password is wrong.";
}

bool opens(Door const& door, AuthRequest const& request) {
  return !door.accept.empty() && std::ranges::all_of(door.accept, [&](Expectation const& expectation) {
    return is_right(request, expectation.field, expectation.value);
  });
}

Judgement fail(ScenarioProgress const& progress, std::string_view why) {
  Judgement judgement;
  judgement.reply = failed_reply(why);
  judgement.next = progress;
  return judgement;
}

Judgement grant(Scenario const& scenario, ScenarioProgress const& progress, BrokerType broker) {
  Judgement judgement;
  judgement.next = progress;
  auto& reply = judgement.reply;
  reply.status = AuthStatus::succeeded;
  reply.expires_in_seconds = scenario.grant.expires_in_seconds;
  reply.refresh_token_expires_in_seconds = scenario.grant.refresh_token_expires_in_seconds;
  reply.requires_reauthentication = scenario.grant.requires_reauthentication;
  auto& tokens = reply.account_tokens.emplace();
  for (auto const& account : (*scenario.users)[progress.user].accounts) {
    auto const tail =
        std::string(wire_name(broker)) + '-' + std::to_string(progress.user) + '-' + std::to_string(tokens.size());
    auto& entry = tokens.emplace_back();
    entry.account = account;
    entry.access_token = Secret("sandbox-access-" + tail);
    entry.refresh_token = Secret("sandbox-refresh-" + tail);
    entry.token_id = "sandbox-token-" + tail;
  }
  return judgement;
}

// A number to tap that comes later, a QR code that renews.
void show_change(AuthResponse& reply, AuthResponse const& change) {
  auto now = copy_of_door(change);
  if (now.challenge_text) reply.challenge_text = std::move(now.challenge_text);
  if (now.email) reply.email = std::move(now.email);
  if (now.allocated_ip_address) reply.allocated_ip_address = std::move(now.allocated_ip_address);
  if (now.qr_code) reply.qr_code = std::move(now.qr_code);
  if (now.qr_code_link) reply.qr_code_link = std::move(now.qr_code_link);
  if (now.qr_code_link_ios) reply.qr_code_link_ios = std::move(now.qr_code_link_ios);
}

// The door as it stands: nothing is sent anew, and the time at it goes on.
Judgement show(Scenario const& scenario, ScenarioProgress const& progress) {
  auto const& door = scenario.doors[progress.door];
  Judgement judgement;
  judgement.reply = copy_of_door(door.reply);
  auto const changes = std::min<std::size_t>(progress.polls, door.at_polls.size());
  if (changes > 0) show_change(judgement.reply, door.at_polls[changes - 1]);
  judgement.next = progress;
  judgement.reply_after = door.reply_after;
  judgement.silence = door.silence;
  return judgement;
}

Judgement enter(Scenario const& scenario, ScenarioProgress progress, std::size_t index, TimePoint now) {
  progress.door = index;
  progress.polls = 0;
  progress.wrong = 0;
  progress.entered = now;
  progress.begun = true;
  auto judgement = show(scenario, progress);
  judgement.deliveries = scenario.doors[index].delivers;
  return judgement;
}

Judgement go_on(Scenario const& scenario, ScenarioProgress const& progress, std::optional<std::size_t> door,
                BrokerType broker, TimePoint now) {
  return door ? enter(scenario, progress, *door, now) : grant(scenario, progress, broker);
}

Judgement begin(Scenario const& scenario, AuthRequest const& request, TimePoint now) {
  auto const user = check_credentials(scenario, request);
  if (!user) return fail({}, words_for_wrong_credentials(scenario.begins));
  ScenarioProgress progress;
  progress.user = *user;
  if (scenario.doors.empty()) return grant(scenario, progress, request.type.value());
  // The API's own example posts the code together with the password.
  if (opens(scenario.doors[0], request)) {
    return go_on(scenario, progress, scenario.doors[0].then, request.type.value(), now);
  }
  return enter(scenario, progress, 0, now);
}

Judgement refuse_answer(Door const& door, ScenarioProgress progress) {
  ++progress.wrong;
  if (door.locks_after != 0 && progress.wrong >= door.locks_after) {
    return fail(progress, "The account is locked. Try again tomorrow.");
  }
  Judgement judgement;
  judgement.next = progress;
  judgement.reply_after = door.reply_after;
  auto& reply = judgement.reply;
  reply.status = AuthStatus::challenge_failed;
  reply.mfa_type = door.reply.mfa_type;
  reply.auth_flow_step = door.reply.auth_flow_step;
  reply.challenge_text = door.reply.challenge_text;
  reply.allocated_ip_address = door.reply.allocated_ip_address;
  reply.error_message = Secret("This is not right.");
  return judgement;
}

Judgement wait_at(Scenario const& scenario, ScenarioProgress progress, AuthRequest const& request, TimePoint now) {
  auto const& door = scenario.doors[progress.door];
  if (door.needs_credentials && !names_a_user(request)) return show(scenario, progress);
  ++progress.polls;
  auto const has_trigger = door.opens_after_polls > 0 || door.opens_after;
  auto const asked_enough = progress.polls >= door.opens_after_polls;
  auto const waited_enough = !door.opens_after || now - progress.entered >= *door.opens_after;
  if (!has_trigger || !asked_enough || !waited_enough) return show(scenario, progress);
  return go_on(scenario, progress, door.then, request.type.value(), now);
}

Judgement answer(Scenario const& scenario, ScenarioProgress const& progress, AuthRequest const& request,
                 TimePoint now) {
  auto const& door = scenario.doors[progress.door];
  // Credentials that come with an answer are checked like those of a first post, unless they are the answer.
  auto const asked_for = std::ranges::find(door.accept, Field::password, &Expectation::field) != door.accept.end();
  if (names_a_user(request) && !asked_for && !check_credentials(scenario, request)) {
    return fail(progress, words_for_wrong_credentials(scenario.begins));
  }
  switch (kind_of(door)) {
    case DoorKind::answer:
      if (!opens(door, request)) return refuse_answer(door, progress);
      return go_on(scenario, progress, door.then, request.type.value(), now);
    case DoorKind::wait: return wait_at(scenario, progress, request, now);
    case DoorKind::restart:
    case DoorKind::end: break;
  }
  return show(scenario, progress);
}

Judgement restart(Scenario const& scenario, ScenarioProgress progress, AuthRequest const& request, TimePoint now) {
  auto const user = check_credentials(scenario, request);
  if (!user) return fail(progress, words_for_wrong_credentials(scenario.begins));
  progress.user = *user;
  return enter(scenario, progress, scenario.doors[progress.door].restart, now);
}

Judgement judge_act(Scenario const& scenario, ScenarioProgress const& progress, EventType act,
                    AuthRequest const& request, TimePoint now) {
  if (act == EventType::login) return begin(scenario, request, now);
  if (!progress.begun) return fail(progress, "This login has not begun.");
  auto const& door = scenario.doors[progress.door];
  switch (act) {
    case EventType::answer: return answer(scenario, progress, request, now);
    case EventType::another_way:
      return door.another_way ? enter(scenario, progress, *door.another_way, now) : show(scenario, progress);
    case EventType::restart: return restart(scenario, progress, request, now);
    case EventType::poll:
      return kind_of(door) == DoorKind::wait ? wait_at(scenario, progress, request, now) : show(scenario, progress);
    case EventType::login:
    case EventType::granted:
    case EventType::denied:
    case EventType::challenge:
    case EventType::wrong_answer:
    case EventType::wait:
    case EventType::hand_off:
    case EventType::deadline:
    case EventType::cancel:
    case EventType::reply_lost: break;
  }
  return fail(progress, "This is nothing that an institution is asked.");
}

}  // namespace

AuthResponse failed_reply(std::string_view why) {
  AuthResponse reply;
  reply.status = AuthStatus::failed;
  reply.error_message = Secret(why);
  return reply;
}

Judgement judge(Scenario const& scenario, ScenarioProgress const& progress, EventType act, AuthRequest const& request,
                TimePoint now) {
  auto judgement = judge_act(scenario, progress, act, request, now);
  judgement.reply_after = std::max(judgement.reply_after, scenario.reply_after);
  return judgement;
}

}  // namespace sallyport
