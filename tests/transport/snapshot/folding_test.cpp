// A login that rests is folded into a few bytes, and goes on as if nothing had happened.

#include <support/loopback.hpp>

#include <sallyport/protocol/codec.hpp>

#include <boost/asio/post.hpp>

#include <client/client_core.hpp>
#include <client/login_seat.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <utility>

BOOST_AUTO_TEST_SUITE(folding)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr std::string_view wrong_code =
    R"({"status":"ok","content":{"status":"challengeFailed","mfaType":"phone","challengeId":"c-1",)"
    R"("challengeText":"A code is on its way.","challengeExpiresInSeconds":120,"email":7},)"
    R"("message":"for the host","displayMessage":"for the user","errorType":"","errorHash":"77"})";
constexpr std::string_view sms =
    R"({"status":"ok","content":{"status":"challengeIssued","mfaType":"phone","challengeId":"c-1",)"
    R"("challengeText":"A code is on its way.","challengeExpiresInSeconds":120},"message":"","errorType":""})";
constexpr std::string_view let_in =
    R"({"status":"ok","content":{"status":"succeeded","accountTokens":[{"accessToken":"t"}]},"errorType":""})";

/// Says what it was told to say, and keeps what was posted.
class ScriptedExchange final : public Exchange {
public:
  ScriptedExchange(Strand strand, std::vector<std::string_view> replies)
      : strand_(std::move(strand)), replies_(std::move(replies)) {}

  std::vector<std::string> posted;
  std::optional<std::chrono::sys_seconds> date;

  void exchange(HttpRequest request, Handler handler, boost::asio::cancellation_slot) override {
    Exchanged done;
    done.sent = true;
    done.reply.date = date;
    done.reply.status = request.method == HttpRequest::Method::get ? 404 : 200;
    if (request.method == HttpRequest::Method::post) {
      posted.push_back(std::string(request.target.reveal()) + ' ' + std::string(request.body.reveal()));
      done.reply.body = Secret(replies_.at(posted.size() - 1));
    }
    boost::asio::post(strand_, [handler = std::move(handler), done = std::move(done)]() mutable {
      std::move(handler)(std::move(done));
    });
  }

private:
  Strand strand_;
  std::vector<std::string_view> replies_;
};

Credentials everything() {
  Credentials who;
  who.user_id = Secret("user-1");
  auto& request = who.request;
  request.type = Open<BrokerType>::from_wire("brokerOfTomorrow");
  request.username = Secret("ada");
  request.password = Secret("a password");
  request.device_info = "a device";
  request.country_info.emplace().country_code = "CH";
  request.auth_flow_step = AuthFlowStep::login_password;
  request.is_sensitive_fields_encrypted = true;
  return who;
}

/// Does something when a login was saved.
class AtSaved final : public Observer {
public:
  std::function<void()> act;

private:
  void on_event(LoginEvent const& event) noexcept override {
    if (event.kind == LoginEventKind::login_saved && act) act();
  }
};

/// One login over the script; between two turns it rests, folded or not.
struct Rig {
  explicit Rig(bool folds) : folds_(folds) {}

  [[nodiscard]] ClientConfig config() const {
    ClientConfig made;
    made.observer = observer;
    return made;
  }

  std::pair<error_code, Turn> begin() {
    return await<Turn>(io, [this](auto handler) { seat->begin(TurnHandler{std::move(handler)}); });
  }
  std::pair<error_code, Turn> answer(Answer what) {
    return await<Turn>(io, [&](auto handler) { seat->answer(std::move(what), TurnHandler{std::move(handler)}); });
  }
  void rest() {
    if (!folds_) return;
    BOOST_TEST(!seat->fold_if_resting_since(TimePoint::max()).has_value());
    BOOST_TEST(seat->is_folded());
  }

  boost::asio::io_context io;
  Strand strand = boost::asio::make_strand(boost::asio::any_io_executor(io.get_executor()));
  std::shared_ptr<ScriptedExchange> exchange =
      std::make_shared<ScriptedExchange>(strand, std::vector{sms, wrong_code, let_in});
  std::shared_ptr<AtSaved> observer = std::make_shared<AtSaved>();
  std::shared_ptr<ClientCore> core = std::make_shared<ClientCore>(strand, config(), exchange, DriverTime());
  std::shared_ptr<LoginSeat> seat = LoginSeat::create(core, std::make_shared<LoginOp>(core, everything()));

private:
  bool folds_;
};

RestingLogin there_and_back(RestingLogin const& login) {
  auto const& [credentials, door, fields, note, failures, account, withheld, snapshot_id, cookies] = login;
  return unfold(fold({credentials, door, fields, note, failures, account, withheld, snapshot_id, cookies}).reveal());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_folded_login_posts_and_shows_what_it_would_have) {
  std::vector<std::vector<std::string>> posted;
  for (auto const folds : {false, true}) {
    Rig rig(folds);
    BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(rig.begin().second));
    rig.rest();
    auto const second = rig.answer(Answer::text(Secret("000000")));
    BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(second.second));
    auto const& prompt = std::get<Prompt>(second.second);
    BOOST_TEST(prompt.answer_was_wrong);
    BOOST_TEST(prompt.text == "A code is on its way.");
    BOOST_TEST_REQUIRE(prompt.fields.size() == 1U);
    rig.rest();
    auto const third = rig.answer(Answer::text(Secret("123456")));
    BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(third.second));
    BOOST_TEST(name_of(std::get<Outcome>(third.second).kind) == "succeeded");
    posted.push_back(rig.exchange->posted);
  }
  BOOST_TEST_REQUIRE(posted[0].size() == 3U);
  BOOST_TEST(posted[0] == posted[1], boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folded_login_knows_the_clock_of_its_peer_and_what_was_odd) {
  using namespace std::chrono_literals;
  for (auto const folds : {false, true}) {
    Rig rig(folds);
    rig.exchange->date = std::chrono::sys_seconds(std::chrono::hours(480'000));
    auto const first = rig.begin();
    BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(first.second));
    BOOST_TEST_REQUIRE(std::get<Prompt>(first.second).peer_clock.has_value());
    rig.rest();
    static_cast<void>(rig.answer(Answer::text(Secret("000000")).by_peer_clock(90s)));
    rig.rest();
    auto const turn = rig.answer(Answer::cancel());
    BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
    auto const& outcome = std::get<Outcome>(turn.second);
    BOOST_TEST((outcome.clock_correction == 90s));
    BOOST_TEST(outcome.diagnostics.odd_members.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_a_reply_told_beside_its_words_is_folded_with_it) {
  RestingLogin login;
  login.note.peer_clock = PeerClock{std::chrono::sys_seconds(std::chrono::seconds(-5)),
                                    std::chrono::steady_clock::time_point(std::chrono::nanoseconds(7))};
  login.note.odd_members = {{"$.a", "no number", true}, {"$.b", "in another case", false}};
  auto const back = there_and_back(login);
  BOOST_TEST_REQUIRE(back.note.peer_clock.has_value());
  BOOST_TEST((back.note.peer_clock->time == login.note.peer_clock->time));
  BOOST_TEST((back.note.peer_clock->read_at == login.note.peer_clock->read_at));
  BOOST_TEST((back.note.odd_members == login.note.odd_members));
}

BOOST_AUTO_TEST_CASE(a_folded_login_takes_a_cancellation_and_keeps_the_words_of_the_peer) {
  Rig rig(true);
  static_cast<void>(rig.begin());
  rig.rest();
  static_cast<void>(rig.answer(Answer::text(Secret("000000"))));
  rig.rest();
  auto const turn = rig.answer(Answer::cancel());
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
  auto const& outcome = std::get<Outcome>(turn.second);
  BOOST_TEST(name_of(outcome.kind) == "cancelled");
  BOOST_TEST(outcome.diagnostics.error_hash == "77");
  BOOST_TEST_REQUIRE(outcome.diagnostics.message.has_value());
  BOOST_TEST(outcome.diagnostics.message->reveal() == "for the host");
  BOOST_TEST_REQUIRE(outcome.diagnostics.display_text.has_value());
  BOOST_TEST(outcome.diagnostics.display_text->reveal() == "for the user");
  BOOST_TEST(rig.exchange->posted.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_login_in_a_turn_or_over_or_too_fresh_is_not_folded) {
  Rig rig(true);
  rig.seat->begin([](error_code, Turn const*) {});
  rig.io.run_one();
  BOOST_TEST(!rig.seat->fold_if_resting_since(TimePoint::max()).has_value());
  BOOST_TEST(!rig.seat->is_folded());
  rig.io.run();
  rig.io.restart();
  BOOST_TEST(rig.seat->fold_if_resting_since(TimePoint::min()).has_value());
  BOOST_TEST(!rig.seat->is_folded());
  static_cast<void>(rig.answer(Answer::cancel()));
  BOOST_TEST(!rig.seat->fold_if_resting_since(TimePoint::max()).has_value());
  BOOST_TEST(!rig.seat->is_folded());
}

BOOST_AUTO_TEST_CASE(a_folded_login_can_be_saved) {
  Rig rig(true);
  static_cast<void>(rig.begin());
  rig.rest();
  auto const key = SnapshotKey::random().value();
  auto const saved = await<SealedSnapshot>(rig.io, [&](auto handler) {
    SaveOptions options;
    options.secrets = SnapshotSecrets::with;
    options.id = "an-id";
    rig.seat->save(key.clone(), std::move(options), std::move(handler));
  });
  BOOST_TEST(!saved.first, saved.first.message());
  auto resumed =
      ClientCore::handle(rig.core).resume(saved.second.bytes.reveal(), key, "an-id", [](auto&&...) { return true; });
  BOOST_TEST_REQUIRE(resumed.has_value());
}

// The observer is called on the strand, where it may let other logins end their turns, which fold those that rest.
BOOST_AUTO_TEST_CASE(a_login_that_was_saved_is_not_folded_behind_its_back) {
  Rig rig(false);
  static_cast<void>(rig.begin());
  rig.observer->act = [&rig] { rig.core->resting().fold_some(TimePoint::max()); };
  auto const saved = await<SealedSnapshot>(
      rig.io, [&](auto handler) { rig.seat->save(SnapshotKey::random().value(), {}, std::move(handler)); });
  BOOST_TEST(!saved.first, saved.first.message());
  BOOST_TEST(!rig.seat->is_folded());
  BOOST_TEST(rig.answer(Answer::text(Secret("123456"))).first == SnapshotErrc::login_saved);
  BOOST_TEST(rig.exchange->posted.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_login_that_rests_is_folded_when_the_turn_of_another_ends) {
  Rig rig(true);
  static_cast<void>(rig.begin());
  LoginSeat other(rig.core, std::make_shared<LoginOp>(rig.core, everything()));
  rig.core->resting().fold_some(rig.core->time().now());
  BOOST_TEST(!rig.seat->is_folded());
  rig.core->resting().fold_some(rig.core->time().now() + 249ms);
  BOOST_TEST(!rig.seat->is_folded());
  rig.core->resting().fold_some(rig.core->time().now() + 251ms);
  BOOST_TEST(rig.seat->is_folded());
}

BOOST_AUTO_TEST_CASE(what_a_login_keeps_while_it_rests_lies_apart_from_the_heap) {
  Rig rig(true);
  auto const& memory = rig.core->memory();
  BOOST_TEST(memory.slabs() == 1U);  // Of seats.
  static_cast<void>(rig.begin());
  rig.rest();
  BOOST_TEST(memory.slabs() == 2U);
}

BOOST_AUTO_TEST_CASE(a_login_may_be_let_go_after_its_client_and_on_another_thread) {
  Rig rig(true);
  static_cast<void>(rig.begin());
  rig.rest();
  std::weak_ptr<ClientCore> const core = std::exchange(rig.core, nullptr);
  BOOST_TEST(!core.expired());
  std::thread([&rig] { rig.seat.reset(); }).join();
  BOOST_TEST(core.expired());
}

BOOST_AUTO_TEST_CASE(nothing_of_a_request_is_lost) {
  RestingLogin login;
  login.credentials = everything();
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    set_field(login.credentials.request, static_cast<Field>(index), "value-" + std::to_string(index));
  }
  login.credentials.request.country_info->description = "Switzerland";
  login.credentials.request.mfa_type = Open<MfaType>::from_wire("factorOfTomorrow");
  login.credentials.request.is_trying_another_way = false;
  login.fields.asked.push_back({Field::mfa_code, "A code", false});
  login.fields.resent = {Field::password, Field::username};
  login.withheld = {Field::trade_pin};
  login.snapshot_id = "an-id";
  login.account.emplace().broker = "kraken";
  login.account->digest[3] = 7;
  login.poll_failures.failed(PollFailures::Open::unknown, "HTTP status 502");
  auto const again = there_and_back(login);
  BOOST_TEST(again.poll_failures.count == 1U);
  BOOST_TEST((again.poll_failures.open == PollFailures::Open::unknown));
  BOOST_TEST(again.poll_failures.why == "HTTP status 502");
  BOOST_TEST(again.credentials.user_id.reveal() == "user-1");
  BOOST_TEST(encode(again.credentials.request).reveal() == encode(login.credentials.request).reveal());
  BOOST_TEST_REQUIRE(again.fields.asked.size() == 1U);
  BOOST_TEST(again.fields.asked[0].description == "A code");
  BOOST_TEST(!again.fields.asked[0].hidden);
  BOOST_TEST((again.fields.resent == login.fields.resent));
  BOOST_TEST((again.withheld == login.withheld));
  BOOST_TEST(again.snapshot_id == "an-id");
  BOOST_TEST((again.account == login.account));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_door_is_lost) {
  RestingLogin login;
  auto& door = login.door;
  door.status = Open<AuthStatus>::from_wire("statusOfTomorrow");
  door.mfa_type = MfaType::totp;
  door.auth_flow_step = Open<AuthFlowStep>::from_wire("stepOfTomorrow");
  door.qr_code = Secret("qr");
  door.qr_code_link = Secret("link");
  door.qr_code_link_ios = Secret("link-ios");
  door.challenge_id = "c-1";
  door.challenge_text = "";
  door.challenge_expires_in_seconds = -3;
  door.error_message = Secret("wrong");
  door.email = "a@b";
  door.allocated_ip_address = "192.0.2.7";
  auto const copy = [](AuthResponse const& from) {
    ApiResult<AuthResponse> envelope;
    envelope.content = copy_of_door(from);
    envelope.content->challenge_id = from.challenge_id;
    return envelope;
  };
  auto const again = there_and_back(login);
  BOOST_TEST(encode(copy(again.door)).reveal() == encode(copy(door)).reveal());
}

BOOST_AUTO_TEST_CASE(what_a_web_view_collected_is_not_folded) {
  AuthRequest request;
  BOOST_TEST(can_fold(request, {}));
  request.true_auth_auth_request.emplace();
  BOOST_TEST(!can_fold(request, {}));
}

BOOST_AUTO_TEST_SUITE_END()
