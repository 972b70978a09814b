// The same login, driven to its end with a responder: it asks again what could not be sent, and nothing else.

#include "wire_scene.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

BOOST_AUTO_TEST_SUITE(to_the_end)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;
using boost::system::error_code;

namespace {

using Part = FaultProxy::Part;
using Harm = FaultProxy::Harm;
using Place = FaultProxy::Place;

/// One login under one fault, and the user: breaks the wire just before an act, and mends it when asked once more.
class ToTheEnd final : public Responder {
public:
  ToTheEnd(Stage& stage, FaultProxy::Fault fault, Step step)
      : stage_(&stage), fault_(fault), step_(step), scene_(stage, fault), timer_(stage.io) {}

  /// Somebody else logs in first, so that there is a connection.
  void start() {
    other_.emplace(scene_.client().login(credentials_of("user-0")));
    other_->async_begin([this](error_code ec, Turn) {
      BOOST_TEST(!ec, ec.message());
      boost::asio::post(stage_->io, [this] { log_in(); });
    });
  }
  [[nodiscard]] bool has_begun() const { return begun_; }
  [[nodiscard]] bool is_over() const { return end_.has_value(); }

  void check() const {
    BOOST_TEST_CONTEXT(name_of(fault_) << ", at " << name_of(step_)) {
      BOOST_TEST_REQUIRE(is_over(), "the login hangs");
      BOOST_TEST(scene_.has_struck());
      auto const& [ec, outcome] = *end_;
      auto const asks_again = step_ != Step::password;
      BOOST_TEST(whole_ <= acts_);
      if (step_ == Step::poll) {
        BOOST_TEST(name_of(outcome.kind) == "succeeded");
        if (may_have_arrived(fault_)) BOOST_TEST(outcome.diagnostics.polls_failed > 0U);
        BOOST_TEST(whole_ == secret_steps);
      } else if (may_have_arrived(fault_)) {
        BOOST_TEST(name_of(outcome.kind) == "outcome_unknown");
        BOOST_TEST(refused_ == 0U);
      } else if (asks_again) {
        BOOST_TEST(name_of(outcome.kind) == "succeeded");
        BOOST_TEST(refused_ == 1U);
        BOOST_TEST(whole_ == secret_steps);
      } else {
        BOOST_TEST(ec.failed());
        BOOST_TEST(whole_ == 0U);
      }
      BOOST_TEST(scene_.seen().secrets - before_.secrets == whole_, "something was posted after the end");
    }
  }

private:
  void log_in() {
    before_ = scene_.seen();
    act(Step::password);
    scene_.client().async_login(credentials_of("user-1"), *this, [this](error_code end, Outcome outcome) {
      end_.emplace(end, std::move(outcome));
      whole_ = scene_.seen().secrets - before_.secrets;
    });
  }

  void respond(Prompt const& prompt, Handler handler) override {
    if (prompt.refused) {
      ++refused_;
      scene_.lift();
    } else {
      act(steps.at(index_ + 1));
    }
    std::move(handler)(error_code(), answer_at(steps.at(index_)));
  }

  void act(Step step) {
    index_ = static_cast<std::size_t>(step);
    ++acts_;
    if (step != step_) return;
    scene_.break_wire();
    begun_ = true;
    if (step == Step::poll) mend_once_struck();
  }

  // A poll is asked again until it is answered, so what struck it has to end.
  void mend_once_struck() {
    if (end_) return;
    if (scene_.has_struck()) return scene_.lift();
    timer_.expires_after(std::chrono::milliseconds(5));
    timer_.async_wait([this](error_code ec) {
      if (!ec) mend_once_struck();
    });
  }

  Stage* stage_;
  FaultProxy::Fault fault_;
  Step step_;
  WireScene scene_;
  std::optional<Login> other_;
  std::size_t index_ = 0;
  std::uint64_t acts_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t whole_ = 0;
  Seen before_;
  bool begun_ = false;
  std::optional<std::pair<error_code, Outcome>> end_;
  boost::asio::steady_timer timer_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_login_to_the_end_asks_the_user_again_for_what_was_not_sent_and_for_nothing_else) {
  Stage stage;
  std::vector<std::unique_ptr<ToTheEnd>> all;
  for (auto const part : {Part::client_hello, Part::server_flight, Part::client_finished, Part::request, Part::reply}) {
    for (auto const harm : {Harm::cut, Harm::reset, Harm::stall, Harm::flip}) {
      FaultProxy::Fault const fault{.part = part, .harm = harm, .place = Place::middle};
      for (auto const step : steps) all.push_back(std::make_unique<ToTheEnd>(stage, fault, step));
    }
  }
  play_beside(stage, all);
  for (auto const& one : all) one->check();
}

BOOST_AUTO_TEST_SUITE_END()
