#include "player.hpp"

#include <support/web_view.hpp>

#include <sallyport/protocol/field.hpp>

#include <chrono>
#include <sstream>
#include <stdexcept>

namespace sallyport::test {

Catalogue const& catalogue() {
  static auto const embedded = Catalogue::embedded();
  return embedded;
}

AuthRequest first_post(Scenario const& scenario, BrokerType broker) {
  AuthRequest request;
  request.type = broker;
  request.device_info = "test bench";
  auto const& user = scenario.users->front();
  switch (scenario.begins) {
    case Opening::password:
    case Opening::api_key:
      request.username = Secret(user.username);
      request.password = Secret(user.password);
      break;
    case Opening::identifier: request.username = Secret(user.username); break;
    case Opening::address: request.username = Secret("0x00000000219ab540356cBB839Cbe05303d7705Fa"); break;
    case Opening::qr_code: request.auth_flow_step = AuthFlowStep::login_qr_code; break;
    case Opening::nothing: break;
    case Opening::redirect: request.redirect_link = Secret(way_back); break;
    case Opening::true_auth: request.true_auth_auth_request = logged_in_web_view(); break;
  }
  return request;
}

AuthRequest right_answer(Scenario const&, Door const& door) {
  AuthRequest request;
  request.mfa_type = door.reply.mfa_type;
  request.auth_flow_step = door.reply.auth_flow_step;
  for (auto const& expectation : door.accept) set_field(request, expectation.field, expectation.value);
  return request;
}

Judgement const& Player::act(EventType act, AuthRequest const& request) {
  last_act_ = act;
  judgement_ = judge(*scenario_, judgement_.next, act, request, now_);
  auto const silent = judgement_.silence != Silence::none;
  statuses_.emplace_back(silent ? "void" : judgement_.reply.status.spelling());
  return judgement_;
}

Judgement const& Player::play(std::string_view word) {
  AuthRequest request;
  request.type = broker_;
  if (word == "login") return act(EventType::login, first_post(*scenario_, broker_));
  if (word == "poll") return act(EventType::poll, request);
  if (word == "right") return act(EventType::answer, right_answer(*scenario_, door()));
  if (word == "way") return act(EventType::another_way, request);
  if (word == "wrong") {
    for (auto const& expectation : door().accept) set_field(request, expectation.field, "nothing like it");
    return act(EventType::answer, request);
  }
  if (word == "confirm" || word == "restart") {
    auto const& user = scenario_->users->front();
    request.username = Secret(user.username);
    request.password = Secret(user.password);
    return act(word == "confirm" ? EventType::answer : EventType::restart, request);
  }
  if (!word.ends_with('s')) throw std::logic_error("no such word: " + std::string(word));
  wait(std::chrono::seconds(std::stol(std::string(word))));
  return judgement_;
}

std::string Player::trail() const {
  std::string trail;
  for (auto const& status : statuses_) trail += (trail.empty() ? "" : " ") + status;
  return trail;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace sallyport::test
