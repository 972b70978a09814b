#include "institution.hpp"

#include <sallyport/sandbox/error.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace sallyport::simulation {

using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::string_view device_prefix = "device-";
constexpr unsigned wrong_answers_max = 3;

/// How long a challenge of this status lives where the reply does not say; the whole login where it has no life span of
/// its own. This is docs/protocol.md once more, independent of the engine's table.
Duration life_span_of(AuthResponse const& reply) {
  if (reply.status == AuthStatus::delayed) return minutes(15);
  auto const named = reply.challenge_expires_in_seconds.value_or(0);
  if (named > 0) return seconds(named);
  auto const lives_short = reply.status == AuthStatus::challenge_issued || reply.status == AuthStatus::qr_code_required;
  return lives_short ? seconds(120) : minutes(10);
}

bool is_end(AuthResponse const& reply) {
  return reply.status == AuthStatus::succeeded || reply.status == AuthStatus::failed ||
         reply.status == AuthStatus::open_in_broker_module || reply.status.value() == AuthStatus::unknown;
}

}  // namespace

LoginNumber login_of(AuthRequest const& request) noexcept {
  LoginNumber login = 0;
  if (!request.device_info || !request.device_info->starts_with(device_prefix)) return login;
  auto const digits = std::string_view(*request.device_info).substr(device_prefix.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), login);
  return login;
}

std::string device_of(LoginNumber login) {
  return std::string(device_prefix) + std::to_string(login);
}

std::string user_at_broker(std::string_view user_id, std::string_view broker) {
  return std::string(user_id) + " at " + std::string(broker);
}

void Institution::forget(LoginId login) noexcept {
  sittings_.erase(login);
}

void Institution::told(std::string const& user_and_broker, std::string_view challenge_id) {
  newest_challenge_[user_and_broker] = challenge_id;
}

void Institution::crash() {
  sittings_.clear();
  newest_challenge_.clear();
  last_seen_ = 0;
  ++life_;
}

// What a server may ask. The server's own clock counts: it is the one that keeps the challenge.
void Institution::check(Sitting const& sitting, VerifyRequest const& request) {
  auto const login = sitting.login;
  if (sitting.handler) laws_->broken(Law::one_question_in_flight, login, "the one before was not answered");
  if (request.act == EventType::login) return;
  if (!sitting.deadline) laws_->broken(Law::nothing_after_forget, login, "the login stands at no door");
  if (sitting.deadline && server_->now() >= *sitting.deadline) {
    laws_->broken(Law::verified_in_time, login, "the challenge was over when the institution was asked");
  }
  if (request.act != EventType::answer) return;
  auto const& id = request.request.challenge_id;
  auto const newest = newest_challenge_.find(sitting.user_and_broker);
  if (id && newest != newest_challenge_.end() && *id != newest->second) {
    laws_->broken(Law::newest_challenge, login, "the answer is to another challenge than the newest");
  }
  if (sitting.progress.wrong >= wrong_answers_max) {
    laws_->broken(Law::attempts_bounded, login, "there were three wrong answers to this challenge already");
  }
}

void Institution::verify(VerifyRequest request, Handler handler) {
  auto found = sittings_.find(request.login);
  if (found == sittings_.end()) {
    if (request.act != EventType::login || request.login <= last_seen_) {
      laws_->broken(Law::nothing_after_forget, login_of(request.request), "the login was over");
    }
    last_seen_ = request.login;  // Ids grow: what comes later under a smaller one was forgotten.
    found = sittings_.try_emplace(request.login).first;
    found->second.user_and_broker = user_at_broker(request.user_id, request.request.type.spelling());
  }
  auto& sitting = found->second;
  sitting.login = login_of(request.request);
  check(sitting, request);
  trace_->note(server_->world_now(), "institution is asked", sitting.login, static_cast<std::uint64_t>(request.act));
  sitting.act = request.act;
  sitting.handler.emplace(std::move(handler));
  judge_it(sitting, request);
  plan_reply(request.login, sitting);
}

void Institution::judge_it(Sitting& sitting, VerifyRequest const& request) {
  if (request.act == EventType::login) {
    sitting.flow_deadline = server_->now() + minutes(15);
    sitting.choice = catalogue_->choose(request.request);
  }
  if (sitting.choice.scenario == nullptr) {
    sitting.judgement = {};
    sitting.judgement.reply = failed_reply(sitting.choice.problem);
    return;
  }
  sitting.judgement = judge(*sitting.choice.scenario, sitting.progress, request.act, request.request, server_->now());
}

void Institution::plan_reply(LoginId login, Sitting& sitting) {
  if (sitting.judgement.silence == Silence::for_ever) return;
  auto wait = sitting.judgement.reply_after + dice_->between(milliseconds(20), milliseconds(900));
  if (dice_->once_in(300)) {
    trace_->count(Fault::institution_silent);
    return;
  }
  if (dice_->once_in(100)) {
    trace_->count(Fault::institution_slow);
    wait += dice_->between(seconds(5), seconds(40));
  }
  server_->after(wait, [this, login, life = life_] {
    if (life == life_) reply(login);
  });
}

void Institution::reply(LoginId login) {
  auto const found = sittings_.find(login);
  if (found == sittings_.end() || !found->second.handler) return;  // The server gave it up.
  auto& sitting = found->second;
  auto& judgement = sitting.judgement;
  auto handler = std::move(*sitting.handler);
  sitting.handler.reset();
  if (dice_->once_in(200)) {
    trace_->count(Fault::institution_error);
    constexpr VerifyErrc errors[] = {VerifyErrc::unavailable, VerifyErrc::rate_limited, VerifyErrc::connection_cut,
                                     VerifyErrc::reply_cut};
    return std::move(handler)(errors[dice_->below(4)], AuthResponse());
  }
  switch (judgement.silence) {
    case Silence::none:
    case Silence::for_ever: break;
    case Silence::error: return std::move(handler)(SandboxErrc::no_reply, AuthResponse());
    case Silence::rate_limited: return std::move(handler)(VerifyErrc::rate_limited, AuthResponse());
    case Silence::unavailable: return std::move(handler)(VerifyErrc::unavailable, AuthResponse());
    case Silence::lost: return std::move(handler)(VerifyErrc::connection_cut, AuthResponse());
    case Silence::truncated: return std::move(handler)(VerifyErrc::reply_cut, AuthResponse());
  }
  enter_door(sitting);
  if (judgement.reply.status == AuthStatus::succeeded) laws_->let_in(sitting.user_and_broker);
  std::move(handler)(error_code{}, std::move(judgement.reply));
}

// Only another door, a fresh start or a restart begins a life span.
void Institution::enter_door(Sitting& sitting) {
  auto const& judgement = sitting.judgement;
  auto const starts = sitting.act == EventType::login || sitting.act == EventType::restart;
  auto const is_new = starts || judgement.next.door != sitting.progress.door;
  sitting.progress = judgement.next;
  if (is_end(judgement.reply)) {
    sitting.deadline.reset();
  } else if (is_new) {
    sitting.deadline = std::min(server_->now() + life_span_of(judgement.reply), sitting.flow_deadline);
  }
}

}  // namespace sallyport::simulation
