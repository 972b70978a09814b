#include "server/login_service.hpp"

#include "login/login_reply.hpp"
#include "login/request_act.hpp"
#include "support/deliver.hpp"
#include "support/process_descriptor.hpp"
#include "support/without_memory.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

bool waits(Session const& session) noexcept {
  return session.answer_by().has_value();
}

bool is(std::optional<RandomId> const& id, std::string_view text) noexcept {
  return id && id->is_spelt(text);
}

std::uint64_t fingerprint_of(RandomId const& id) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, id.bytes.data(), sizeof bits);
  return bits;
}

}  // namespace

LoginService::LoginService(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, Deadlines& deadlines)
    : LoginService(DriverTime(), std::move(strand), std::move(state), verifier, deadlines) {}

LoginService::LoginService(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, TimeSource& source)
    : LoginService(DriverTime(source), strand, std::move(state), verifier, strand, source) {}

template <class... AlarmArguments>
LoginService::LoginService(DriverTime time, Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier,
                           AlarmArguments&&... alarm)
    : strand_(std::move(strand)),
      time_(time),
      state_(std::move(state)),
      config_(&state_->config),
      teller_(strand_, config_->observer),
      verifier_(&verifier),
      table_(state_->sessions_max, time_.now()),
      book_(state_->commons->hash),
      shares_(state_->sessions_per_client_max),
      alarm_(std::forward<AlarmArguments>(alarm)...),
      next_id_(1 + state_->shard),
      process_(process_number()) {}

void LoginService::authenticate(std::string const& client_id, std::string const& user_id, AuthRequest&& request,
                                Done done, Peer peer) {
  if (stopped_) return;
  auto const key = client_id + '\0' + user_id + '\0' + std::string(request.type.spelling());
  auto* const before = book_.find(key);
  auto const was_asked_about = before != nullptr && !before->over && is_in_flight(table_.find(before->handle)->state());
  VerifyRequest question{
      .login = 0, .act = EventType::login, .client_id = client_id, .user_id = user_id, .request = std::move(request)};
  try {
    take(before, key, std::move(question), std::move(done), peer);
  } catch (std::bad_alloc const&) {
    auto* const entry = book_.find(key);
    if (entry != nullptr && !was_asked_about && !entry->over && !waits(*table_.find(entry->handle))) give_up(entry);
    arm();
    throw;
  }
  arm();
}

void LoginService::take(KeptLogin* entry, std::string_view key, VerifyRequest&& question, Done done, Peer peer) {
  auto const* const session = entry != nullptr && !entry->over ? table_.find(entry->handle) : nullptr;
  question.act = act_of(question.request, session);
  auto& counters = state_->counters;
  auto const is_attempt = carries_a_secret(question.request);
  ++(is_attempt ? counters.credential_posts : counters.polls);

  // Whatever it carries: an answer that depends on that would go on telling right from wrong.
  auto held = is_attempt ? state_->attempts.hold(key, peer, time_.now()) : std::nullopt;
  if (held) {
    tell_refused(ActRefusal::too_many_failures, question.request, peer, entry);
    done(std::move(*held));
  } else if (session != nullptr) {
    continue_login(*entry, std::move(question), std::move(done), peer);
  } else if (question.act == EventType::login) {
    if (entry != nullptr) erase(*entry);
    open(key, std::move(question), std::move(done), peer);
  } else if (auto again = entry == nullptr ? std::nullopt : answer_again(*entry, question)) {
    done(std::move(*again));
  } else if (entry != nullptr) {
    tell_refused(ActRefusal::challenge_unknown, question.request, peer, entry);
    done(tell_end(*entry));
  } else {
    tell_refused(ActRefusal::challenge_unknown, question.request, peer);
    done(refuse(200, ApiResultStatus::not_found, "There is no such challenge, or it was used already.",
                api::error_type::challenge_unknown));
  }
}

void LoginService::open(std::string_view key, VerifyRequest&& request, Done done, Peer peer) {
  if (!shares_.has_room(request.client_id)) return done(tell_full(request.request, peer, ActRefusal::client_full));
  if (table_.size() == table_.capacity()) forget_oldest_end();
  auto const handle = table_.open(Role::verifier, config_->limits);
  if (!handle) return done(tell_full(request.request, peer, ActRefusal::server_full));
  auto* kept = static_cast<KeptLogin*>(nullptr);
  try {
    kept = &book_.open(key, *handle);
    shares_.enter(request.client_id);
  } catch (...) {
    if (kept != nullptr) book_.erase(*kept);
    table_.close(*handle);
    throw;
  }
  auto& entry = *kept;
  entry.id = next_id_;
  next_id_ += state_->commons->shards;  // No other shard has it.
  entry.peer = peer;
  ++state_->counters.sessions_open;
  entry.watch = watch(entry.id, request.request);
  if (entry.watch) entry.watch->heard_from(peer);
  auto const action = step(entry, EventType::login);
  assert(action && *action == Action::verify);
  static_cast<void>(action);
  ask(entry, std::move(request), std::move(done));
}

void LoginService::continue_login(KeptLogin& entry, VerifyRequest&& request, Done done, Peer peer) {
  auto const& session = *table_.find(entry.handle);
  auto const tell_refused_of_peer = [&](ActRefusal why) {
    if (!entry.watch) return;
    entry.watch->heard_from(peer);
    entry.watch->refused(session, why);
    entry.watch->heard_from(entry.peer);
  };
  if (is_in_flight(session.state())) {
    tell_refused_of_peer(ActRefusal::request_in_flight);
    return done(refuse(200, ApiResultStatus::conflict, "The request before this one is still being answered.",
                       api::error_type::request_in_flight));
  }
  if (auto again = answer_again(entry, request)) return done(std::move(*again));
  if (auto refused = check_binding(entry, request)) {
    tell_refused_of_peer(refused->why);
    return done(std::move(refused->answer));
  }
  // Who is refused is not who the verdict will be about.
  if (entry.watch) entry.watch->heard_from(peer);
  auto const action = step(entry, request.act);
  if (!action) {
    if (entry.watch) entry.watch->heard_from(entry.peer);
    return done(tell_refusal(entry, action.error()));
  }
  entry.peer = peer;
  if (*action == Action::verify) return ask(entry, std::move(request), std::move(done));
  // The deadline outran the request.
  end(entry);
  done(tell_end(entry));
}

// A challenge is bound to its user by the key of the entry, and to its answer by its id.
std::optional<LoginService::Refused> LoginService::check_binding(KeptLogin const& entry, VerifyRequest const& request) {
  if (request.act == EventType::restart) return std::nullopt;
  auto const& id = request.request.challenge_id;
  if (id && is(entry.previous_challenge, *id)) {
    return Refused{ActRefusal::challenge_superseded,
                   refuse(200, ApiResultStatus::conflict, "A newer challenge took the place of this one.",
                          api::error_type::challenge_superseded)};
  }
  if (id && !is(entry.challenge, *id)) {
    return Refused{ActRefusal::challenge_unknown,
                   refuse(200, ApiResultStatus::not_found, "There is no such challenge, or it was used already.",
                          api::error_type::challenge_unknown)};
  }
  if (request.act != EventType::answer) return std::nullopt;
  auto const door = entry.read_door_kind();
  if (!id && door.status == AuthStatus::challenge_issued) {
    return Refused{ActRefusal::bad_request,
                   bad_request("$.challengeId", "missing; it tells which challenge is answered")};
  }
  auto const factor = value_of(request.request.mfa_type);
  if (factor && door.mfa_type && factor != value_of(door.mfa_type)) {
    return Refused{ActRefusal::bad_request, bad_request("$.mfaType", "not the factor that the login stands at")};
  }
  return std::nullopt;
}

boost::system::result<Action> LoginService::step(KeptLogin& entry, Event const& event) {
  auto const now = time_.now();
  if (!entry.watch) return table_.step(entry.handle, event, now);
  auto const before = entry.watch->before(*table_.find(entry.handle));
  auto const action = table_.step(entry.handle, event, now);
  entry.watch->stepped(before, event, action, *table_.find(entry.handle), now);
  return action;
}

std::unique_ptr<LoginWatch> LoginService::watch(LoginId login, AuthRequest const& request) const {
  if (!teller_.has_observer()) return {};
  return std::make_unique<LoginWatch>(&teller_, time_, Role::verifier, login, request.type.value());
}

// Of a request that met no login, or one that is over.
void LoginService::tell_refused(ActRefusal why, AuthRequest const& request, Peer peer, KeptLogin const* entry) {
  if (!teller_.has_observer()) return;
  LoginEvent event;
  event.kind = LoginEventKind::act_refused;
  event.role = Role::verifier;
  event.login = entry == nullptr ? 0 : entry->id;
  event.broker = request.type.value();
  event.at = time_.now();
  if (auto const* const session = entry == nullptr ? nullptr : table_.find(entry->handle)) {
    event.state = session->state();
    event.door = session->doors();
  }
  event.refusal = why;
  event.peer = peer;
  teller_.tell(event);
}

// The verifier may complete inside its call or on another thread, where the server may be gone.
auto LoginService::verdict_handler(SessionHandle handle) {
  return [weak = weak_from_this(), handle](error_code ec, AuthResponse response) {
    auto const service = weak.lock();
    if (!service) return;
    if (service->strand_.running_in_this_thread() && service->is_asking(handle)) {
      service->asking_->ec = ec;
      service->asking_->said.emplace(std::move(response));
      return;
    }
    asio::post(service->strand_, [weak, handle, ec, response = std::move(response)]() mutable {
      if (auto const self = weak.lock(); self && !self->stopped_) self->verified(handle, ec, std::move(response));
    });
  };
}

void LoginService::ask(KeptLogin& entry, VerifyRequest&& request, Done done) {
  request.login = entry.id;
  entry.act = request.act;
  entry.pending = std::move(done);
  if (entry.watch) entry.watch->posted(*table_.find(entry.handle));
  auto const handle = entry.handle;
  Asking asking(*this, handle);
  auto thrown = false;
  try {
    verifier_->async_verify(std::move(request), asio::bind_executor(strand_, verdict_handler(handle)));
  } catch (std::bad_alloc const&) {
    if (!asking.said) throw;  // This login alone ends.
  } catch (...) {
    // This server has no operation of the host's whose error it could be.
    throw_out_of(strand_, std::current_exception());
    thrown = true;
  }
  asking.end();
  if (asking.said) return verified(handle, asking.ec, std::move(*asking.said));
  if (thrown) verified(handle, TransportErrc::callback_failed, {});
}

void LoginService::verified(SessionHandle handle, error_code ec, AuthResponse&& response) {
  if (process_ != process_number()) return;  // A fork was just made: it is the parent's to hear, here and there.
  auto* const entry = book_.find(handle);
  auto const* const before = table_.find(handle);
  if (entry == nullptr || before == nullptr || !is_in_flight(before->state())) return;  // It came too late.
  work_or_end([&] { take_verdict(*entry, ec, std::move(response)); }, [this, handle] { give_up(book_.find(handle)); });
  arm();
}

void LoginService::take_verdict(KeptLogin& entry, error_code ec, AuthResponse&& response) {
  if (ec) {
    static_cast<void>(step(entry, EventType::reply_lost));
    return reply(entry, nullptr, ec);
  }
  count_failure(entry, response);
  auto const id = repeats_door(entry, response) ? entry.challenge : ids_.next();
  auto const doors = table_.find(entry.handle)->doors();
  if (!id || !step(entry, Event(verdict_of(response, fingerprint_of(*id))))) {
    static_cast<void>(step(entry, EventType::cancel));  // Also of a poll: what may not follow would come again.
  }
  if (auto const* const session = table_.find(entry.handle); waits(*session) && session->doors() != doors) {
    if (entry.challenge) entry.previous_challenge = entry.challenge;
    entry.challenge = *id;
    entry.poll_led_on = entry.act == EventType::poll;
    response.challenge_id.reset();
    entry.keep_door(response, state_->spare_texts);
  } else if (waits(*session)) {
    show_anew(entry, response);
  }
  reply(entry, &response);
}

// A poll tells what became of an act elsewhere: nobody guessed.
void LoginService::count_failure(KeptLogin const& entry, AuthResponse const& response) {
  auto const was_wrong = response.status == AuthStatus::challenge_failed || response.status == AuthStatus::failed;
  if (!was_wrong || entry.act == EventType::poll || entry.act == EventType::another_way) return;
  state_->attempts.fail(entry.key(), entry.peer, time_.now());
}

// Remembers the ended login for a while. Where there is no memory for that, the verifier has been told all the same.
void LoginService::end(KeptLogin& entry) {
  if (std::exchange(entry.over, true)) return;
  count_out(entry);
  verifier_->forget(entry.id);
  auto const& session = *table_.find(entry.handle);
  if (entry.watch) entry.watch->ended(session, make_outcome(session, nullptr, {}).kind);
  entry.door = {};
  entry.watch.reset();
  table_.wake_at(entry.handle, {.at = time_.now() + config_->linger, .event = EventType::cancel});
  while (!ended_.empty() && book_.find(ended_.front()) == nullptr) ended_.pop_front();
  ended_.push_back(entry.handle);
}

// A login that stands at a door outranks the memory of one that is over.
void LoginService::forget_oldest_end() {
  while (!ended_.empty()) {
    auto const oldest = ended_.front();
    ended_.pop_front();
    if (auto* const entry = book_.find(oldest)) return erase(*entry);
  }
}

void LoginService::erase(KeptLogin& entry) {
  table_.close(entry.handle);
  book_.erase(entry);
}

// There is no memory for what it needs now: it is none any more, the connection that waits for it closes, and its user
// starts over. What it has done so far may be half of it.
void LoginService::give_up(KeptLogin* entry) noexcept {
  if (entry == nullptr) return;
  if (!entry->over) {
    count_out(*entry);
    verifier_->forget(entry->id);
  }
  erase(*entry);
}

void LoginService::ring(SessionHandle handle, EventType event) {
  auto* const entry = book_.find(handle);
  if (entry == nullptr || process_ != process_number()) return;
  if (entry->over) return erase(*entry);
  auto const obey = [&] {
    auto const action = step(*entry, event);
    if (!action) return;
    if (*action == Action::reply) reply(*entry, nullptr);
    if (*action == Action::release) end(*entry);
  };
  work_or_end(obey, [this, handle] { give_up(book_.find(handle)); });
}

// One timer for all alarms. It is set anew only where the next alarm comes sooner than it would ring.
void LoginService::arm() {
  state_->counters.logins_kept = table_.size();
  auto const next = table_.next_alarm();
  if (stopped_ || !next || (armed_for_ && *armed_for_ <= *next)) return;
  armed_for_.reset();
  auto ringing = [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self || self->stopped_) return;
    self->armed_for_.reset();
    self->table_.advance(self->time_.now(),
                         [&self](SessionHandle handle, EventType event) { self->ring(handle, event); });
    self->arm();
  };
  alarm_.set(*next, std::move(ringing));
  armed_for_ = next;
}

void LoginService::leave_to_parent() {
  process_ = process_number();
  alarm_.cancel();
  armed_for_.reset();
  book_.each([this](KeptLogin const& entry) {
    if (!entry.over) --state_->counters.sessions_open;
    table_.close(entry.handle);
  });
  book_.clear();
  shares_.clear();
  ended_.clear();
  state_->counters.logins_kept = 0;
}

}  // namespace sallyport
