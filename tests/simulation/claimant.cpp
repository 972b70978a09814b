#include "claimant.hpp"

#include <snapshot/seal.hpp>
#include "world.hpp"

#include <support/web_view.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <variant>

namespace sallyport::simulation {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr unsigned refusals_max = 4;
constexpr unsigned doors_max = 12;

Door const* find_door(Scenario const& scenario, Prompt const& prompt) {
  auto const found = std::ranges::find_if(scenario.doors, [&prompt](Door const& door) {
    return door.reply.status == prompt.status && door.reply.challenge_text.value_or("") == prompt.text;
  });
  return found == scenario.doors.end() ? nullptr : &*found;
}

}  // namespace

Credentials Claimant::credentials() const {
  auto const& account = world_->accounts_[account_];
  auto const& scenario = *account.scenario;
  Credentials who;
  who.user_id = Secret(account.user_id);
  auto& request = who.request;
  request.type = account.scheme->broker_type;
  request.device_info = device_of(number_);
  if (scenario.begins == Opening::qr_code) request.auth_flow_step = AuthFlowStep::login_qr_code;
  if (scenario.begins == Opening::redirect) request.redirect_link = Secret(test::way_back);
  if (scenario.begins == Opening::true_auth) request.true_auth_auth_request = test::logged_in_web_view();
  if (account.username.empty()) return who;
  request.username = Secret(account.username);
  if (scenario.begins == Opening::address || scenario.begins == Opening::identifier) return who;
  auto const& user = scenario.users->front();
  request.password = Secret(world_->dice_.once_in(60) ? std::string_view("canary") : user.password);
  if (scenario.begins == Opening::api_key) request.auth_token = Secret(user.passphrase);
  return who;
}

// --- Turns -----------------------------------------------------------------------------------------------------------

auto Claimant::turn_handler() {
  return asio::bind_cancellation_slot(stop_->slot(), [this](error_code ec, Turn turn) { turned(ec, std::move(turn)); });
}

void Claimant::begin(Host& host) {
  host_ = &host;
  stop_ = std::make_unique<asio::cancellation_signal>();
  world_->laws_.acts(number_);
  world_->trace_.note(world_->agenda_.now(), "begin", number_, account_);
  stubborn_ = world_->dice_.once_in(25);
  plan_cancel();
  if (world_->dice_.once_in(3)) {
    host.client->async_login(credentials(), *this,
                             asio::bind_cancellation_slot(stop_->slot(), [this](error_code ec, Outcome outcome) {
                               ec ? give_up(ec) : end(outcome);
                             }));
    return;
  }
  login_.emplace(host.client->login(credentials()));
  login_->async_begin(turn_handler());
}

void Claimant::plan_cancel() {
  if (!world_->dice_.once_in(14)) return;
  host_->process->after(world_->dice_.between({}, minutes(1)), [this] {
    if (over_ || !stop_) return;
    world_->trace_.count(Fault::cancelled);
    stop_->emit(asio::cancellation_type::terminal);
  });
}

void Claimant::turned(error_code ec, Turn turn) {
  world_->laws_.turn_ended(number_);
  if (ec) return refused(ec);
  if (auto const* const outcome = std::get_if<Outcome>(&turn)) return end(*outcome);
  refusals_ = 0;
  ++doors_;
  stand_at(std::get<Prompt>(turn));
}

// Nothing was sent and the login stands where it stood, where it has begun at all.
void Claimant::refused(error_code ec) {
  world_->laws_.look_at(number_, ec.message(), "error_code::message");
  if (!prompt_ || ++refusals_ > refusals_max) return give_up(ec);
  if (refusals_ == refusals_max) return think(seconds(1), Answer::cancel());
  stand_at(Prompt(std::move(*prompt_)));
}

void Claimant::stand_at(Prompt const& prompt) {
  auto& dice = world_->dice_;
  world_->laws_.prompted(number_, to_engine(prompt.answer_by), host_->process->now(), prompt);
  world_->trace_.note(world_->agenda_.now(), "prompt", number_, static_cast<std::uint64_t>(prompt.status));
  auto decision = decide(prompt);
  prompt_.emplace();
  prompt_->kind = prompt.kind;
  prompt_->status = prompt.status;
  prompt_->fields = prompt.fields;
  prompt_->text = prompt.text;
  prompt_->answer_by = prompt.answer_by;
  prompt_->can_restart_at = prompt.can_restart_at;
  prompt_->can_try_another_way = prompt.can_try_another_way;
  if (dice.once_in(5)) return save();
  think(decision.second, std::move(decision.first));
}

void Claimant::think(Duration time, Answer answer) {
  auto const held = std::make_shared<Answer>(std::move(answer));
  host_->process->after(time, [this, held, question = ++question_] {
    if (over_ || question != question_ || !login_) return;
    this->answer(std::move(*held));
  });
}

void Claimant::answer(Answer what) {
  auto const watches = what.kind() == Answer::Kind::wait;
  if (!watches && what.kind() != Answer::Kind::cancel) world_->laws_.acts(number_);
  world_->trace_.note(world_->agenda_.now(), "answer given", number_, static_cast<std::uint64_t>(what.kind()));
  login_->async_answer(std::move(what), turn_handler());
  if (watches && world_->dice_.once_in(20)) {
    world_->trace_.count(Fault::second_turn);
    login_->async_answer(Answer::wait(), [this](error_code ec, Turn) {
      if (ec == TransportErrc::request_in_flight) return;
      world_->laws_.broken(Law::one_request_in_flight, number_, "two turns were taken at a time");
    });
  }
}

// --- What a user does ------------------------------------------------------------------------------------------------

void Claimant::respond(Prompt const& prompt, Responder::Handler handler) {
  auto& laws = world_->laws_;
  laws.turn_ended(number_);
  laws.prompted(number_, to_engine(prompt.answer_by), host_->process->now(), prompt);
  if (++doors_ > doors_max) return std::move(handler)(error_code{}, Answer::cancel());
  auto decision = decide(prompt);
  auto slot = asio::get_associated_cancellation_slot(handler);
  asked_.emplace(std::move(handler));
  auto const reply = [this, question = ++question_](error_code ec, Answer answer) {
    if (!asked_ || question != question_) return;
    Responder::Handler asker(std::move(*asked_));
    asked_.reset();
    auto const acts = !ec && answer.kind() != Answer::Kind::wait && answer.kind() != Answer::Kind::cancel;
    if (acts) world_->laws_.acts(number_);
    std::move(asker)(ec, std::move(answer));
  };
  if (slot.is_connected()) {
    slot.assign([this, reply](asio::cancellation_type) {
      host_->process->post([reply] { reply(asio::error::operation_aborted, Answer()); });
    });
  }
  auto const held = std::make_shared<Answer>(std::move(decision.first));
  host_->process->after(decision.second, [reply, held] { reply({}, std::move(*held)); });
}

Claimant::Decision Claimant::decide(Prompt const& prompt) {
  auto& dice = world_->dice_;
  auto& trace = world_->trace_;
  Duration time = dice.between(seconds(2), seconds(30));
  if (dice.once_in(25)) {
    trace.count(Fault::user_too_late);
    time = dice.between(seconds(50), minutes(20));
  }
  if (dice.once_in(60)) return {Answer::cancel(), time};
  if (doors_ > doors_max) return {Answer::cancel(), time};
  if (dice.once_in(25) && prompt.can_restart_at) return {start_over(prompt), dice.between({}, minutes(2))};
  auto const& scenario = *world_->accounts_[account_].scenario;
  auto const* const door = find_door(scenario, prompt);
  auto const has_another = door != nullptr && door->another_way;
  if (dice.once_in(has_another ? 4 : 50) && prompt.can_try_another_way) return {Answer::another_way(), time};
  switch (prompt.kind) {
    case PromptKind::input: return {fill_in(prompt, stubborn_ || dice.once_in(5)), time};
    case PromptKind::act_elsewhere:
    case PromptKind::wait: return {Answer::wait(), dice.between({}, seconds(2))};
    case PromptKind::confirm: return {Answer::confirmed(), time};
    case PromptKind::restart: return {start_over(prompt), time};
    case PromptKind::another_way: return {Answer::another_way(), time};
  }
  return {Answer::cancel(), time};
}

Answer Claimant::start_over(Prompt const& prompt) const {
  auto answer = Answer::restart();
  if (prompt.kind != PromptKind::restart) return answer;
  auto const& account = world_->accounts_[account_];
  for (auto const& field : prompt.fields) {
    auto const& value = field.field == Field::password ? account.scenario->users->front().password : account.username;
    answer = std::move(answer).and_field(field.field, Secret(value));
  }
  return answer;
}

Answer Claimant::fill_in(Prompt const& prompt, bool wrong) {
  auto const& scenario = *world_->accounts_[account_].scenario;
  auto const* const door = find_door(scenario, prompt);
  if (wrong) world_->trace_.count(Fault::wrong_answer);
  std::optional<Answer> answer;
  for (auto const& field : prompt.fields) {
    std::string value = "123456";
    if (field.field == Field::password) value = scenario.users->front().password;
    if (door != nullptr) {
      for (auto const& expected : door->accept) {
        if (expected.field == field.field) value = expected.value;
      }
    }
    Secret text(wrong ? "canary" : value);
    if (answer) {
      answer.emplace(std::move(*answer).and_field(field.field, std::move(text)));
    } else {
      answer.emplace(Answer::field(field.field, std::move(text)));
    }
  }
  return answer ? std::move(*answer) : Answer::confirmed();
}

// --- Between processes -----------------------------------------------------------------------------------------------

void Claimant::save() {
  auto const with_secrets = world_->dice_.once_in(2);
  SaveOptions options(with_secrets ? SnapshotSecrets::with : SnapshotSecrets::without,
                      snapshot_ ? snapshot_->id : "login-" + std::to_string(number_));
  world_->trace_.note(world_->agenda_.now(), "save", number_, with_secrets ? 1 : 0);
  login_->async_save(world_->key_, std::move(options), [this, with_secrets](error_code ec, SealedSnapshot snapshot) {
    saved(ec, std::move(snapshot), with_secrets);
  });
}

void Claimant::saved(error_code ec, SealedSnapshot snapshot, bool with_secrets) {
  if (over_) return;
  if (ec) return give_up(ec);
  auto& world = *world_;
  world.trace_.count(Fault::snapshot_moved);
  world.laws_.saved(number_, host_->process->now());
  look_into(snapshot, with_secrets);
  snapshot_.emplace(std::move(snapshot));
  // The old handle is dead; now and then somebody tries it all the same.
  if (world.dice_.once_in(3)) {
    login_->async_answer(Answer::wait(), [this](error_code late, Turn) {
      if (late != SnapshotErrc::login_saved)
        world_->laws_.broken(Law::resumed_once, number_, "it goes on where it was");
    });
  }
  login_.reset();
  host_ = nullptr;
  auto const rest = world.dice_.once_in(8) ? world.dice_.between({}, hours(1)) : world.dice_.between({}, seconds(20));
  world.agenda_.after(rest, 0, [this] {
    if (auto* const host = world_->any_host()) return resume(*host);
    give_up(asio::error::host_unreachable);
  });
}

// Sealed, nothing shows; and what was left out is not in there at all.
void Claimant::look_into(SealedSnapshot const& snapshot, bool with_secrets) {
  auto& laws = world_->laws_;
  laws.look_at(number_, snapshot.bytes.reveal(), "SealedSnapshot");
  laws.look_at(number_, snapshot.id, "SealedSnapshot::id");
  if (with_secrets) return;
  auto const clear = unseal(snapshot.bytes.reveal(), world_->key_, snapshot.id);
  if (!clear) return laws.broken(Law::sealed_holds, number_, "it cannot be opened: " + clear.error().message());
  for (auto const secret : {"Pass123", "canary"}) {
    if (clear->clear.reveal().find(secret) != std::string_view::npos) {
      laws.broken(Law::secrets_stay_secret, number_, "a snapshot without secrets has one in it");
    }
  }
}

void Claimant::resume(Host& host) {
  auto& world = *world_;
  auto const claim = [this](std::string_view id, std::uint64_t generation) {
    return world_->claims_.claim(id, generation);
  };
  auto const try_it = [&](std::string_view bytes) {
    std::optional<Credentials> given;
    if (world.dice_.once_in(4)) given.emplace(credentials());
    return host.client->resume(bytes, world.key_, snapshot_->id, claim, std::move(given));
  };
  if (world.dice_.once_in(4)) {
    world.trace_.count(Fault::snapshot_changed);
    std::string changed(snapshot_->bytes.reveal());
    changed[world.dice_.below(changed.size())] ^= static_cast<char>(1U << world.dice_.below(8));
    if (try_it(changed)) world.laws_.broken(Law::sealed_holds, number_, "a snapshot that was changed was resumed");
  }
  auto login = try_it(snapshot_->bytes.reveal());
  if (!login) return world.laws_.broken(Law::sealed_holds, number_, "not resumed: " + login.error().message());
  world.laws_.resumed(number_, snapshot_->generation);
  if (world.dice_.once_in(3)) {
    world.trace_.count(Fault::snapshot_used_twice);
    if (try_it(snapshot_->bytes.reveal())) world.laws_.resumed(number_, snapshot_->generation);
  }
  world.trace_.note(world.agenda_.now(), "resumed", number_, snapshot_->generation);
  host_ = &host;
  stop_ = std::make_unique<asio::cancellation_signal>();
  prompt_.reset();
  login_.emplace(std::move(*login));
  login_->async_begin(turn_handler());
  host.process->drain();
}

// --- Ends ------------------------------------------------------------------------------------------------------------

void Claimant::end(Outcome const& outcome) {
  world_->trace_.note(world_->agenda_.now(), "outcome", number_, static_cast<std::uint64_t>(outcome.kind));
  world_->laws_.ended(number_, outcome);
  let_go();
  world_->ended(*this, outcome.kind);
}

void Claimant::give_up(error_code ec) {
  world_->trace_.note(world_->agenda_.now(), "given up", number_, static_cast<std::uint64_t>(ec.value()));
  world_->laws_.gave_up(number_, ec);
  let_go();
  world_->ended(*this, std::nullopt);
}

void Claimant::crash() {
  world_->trace_.note(world_->agenda_.now(), "lost in a crash", number_);
  world_->laws_.lost_with_process(number_);
  asked_.reset();
  let_go();
  stop_.reset();
}

void Claimant::let_go() {
  over_ = true;
  login_.reset();
  prompt_.reset();
  snapshot_.reset();
  host_ = nullptr;
}

}  // namespace sallyport::simulation
