// The wire breaks at each part of a request, in each way, at each step of a login.

#include "wire_scene.hpp"

#include <boost/asio/post.hpp>

#include <optional>

BOOST_AUTO_TEST_SUITE(wire)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;

namespace {

using Part = FaultProxy::Part;
using Harm = FaultProxy::Harm;
using Place = FaultProxy::Place;

/// A poll is asked again; where its reply was "succeeded" and is lost, its challenge is not known any more.
std::string_view expected_of(FaultProxy::Fault const& fault, Step step) {
  if (step == Step::poll) return went_on;  // Asked again, and told again where the server had answered.
  if (may_have_arrived(fault)) return "outcome_unknown";
  return fault.once ? went_on : not_sent;
}

void add(Stage& stage, std::vector<Case>& cases, FaultProxy::Fault const& fault) {
  for (auto const step : steps) {
    cases.push_back(
        {.fault = name_of(fault), .step = step, .expected = expected_of(fault, step), .make = [&stage, fault] {
           return std::make_unique<WireScene>(stage, fault);
         }});
  }
}

std::vector<FaultProxy::Fault> all_faults() {
  std::vector<FaultProxy::Fault> faults;
  for (auto const part : {Part::client_hello, Part::server_flight, Part::client_finished, Part::request, Part::reply}) {
    for (auto const harm : {Harm::cut, Harm::reset, Harm::stall}) {
      for (auto const place : {Place::first, Place::middle, Place::last}) faults.push_back({part, harm, place});
    }
    for (auto const place : {Place::first, Place::length, Place::middle, Place::last}) {
      faults.push_back({part, Harm::flip, place});
    }
  }
  return faults;
}

/// A client meets the fault once; then its server is looked at.
class LettingGo {
public:
  LettingGo(Stage& stage, FaultProxy::Fault fault)
      : stage_(&stage),
        fault_(fault),
        verifier_(stage.new_verifier()),
        server_(stage.new_server(verifier_,
                                 [](ServerConfig& config) {
                                   config.handshake_timeout = config.read_timeout = config.write_timeout = deadline;
                                   config.idle_timeout = 2 * deadline;
                                 })),
        proxy_(stage.io, server_.port()),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(proxy_.port()))) {}

  void start() {
    verifier_.replies.push_back(reply_to(Step::password));
    log_in("user-0", [this] { boost::asio::post(stage_->io, [this] { meet(); }); });
  }
  [[nodiscard]] bool has_begun() const { return begun_; }
  [[nodiscard]] bool has_struck() const { return proxy_.struck() != 0; }
  [[nodiscard]] bool is_over() const { return met_ && server_.counters().connections_open == 0; }
  [[nodiscard]] std::string name() const { return name_of(fault_); }

private:
  void meet() {
    verifier_.replies.push_back(reply_to(Step::password));
    if (is_of_a_handshake(fault_)) proxy_.hang_up();
    proxy_.arm(fault_);
    log_in("user-1", [this] { met_ = true; });
    begun_ = true;
  }
  void log_in(std::string_view user, std::function<void()> done) {
    login_.emplace(client_.login(credentials_of(user)));
    login_->async_begin([done = std::move(done)](boost::system::error_code, Turn) { done(); });
  }

  Stage* stage_;
  FaultProxy::Fault fault_;
  ScriptedVerifier& verifier_;
  Server server_;
  FaultProxy proxy_;
  Client client_;
  std::optional<Login> login_;
  bool begun_ = false;
  bool met_ = false;
};

}  // namespace

BOOST_AUTO_TEST_CASE(whatever_the_wire_does_a_secret_leaves_once_for_an_act_and_the_outcome_fits) {
  Stage stage;
  std::vector<Case> cases;
  for (auto const& fault : all_faults()) add(stage, cases, fault);
  for (auto const part : {Part::client_hello, Part::server_flight}) {
    for (auto const harm : {Harm::cut, Harm::reset, Harm::flip}) {
      add(stage, cases, {.part = part, .harm = harm, .place = Place::middle, .once = true});
    }
  }
  play(stage, cases);
}

BOOST_AUTO_TEST_CASE(whatever_the_wire_does_the_server_lets_go_of_the_connection) {
  Stage stage;
  std::vector<std::unique_ptr<LettingGo>> all;
  for (auto const& fault : all_faults()) all.push_back(std::make_unique<LettingGo>(stage, fault));
  play_beside(stage, all);
  for (auto const& one : all) {
    BOOST_TEST(one->has_struck(), one->name());
    BOOST_TEST(one->is_over(), one->name());
  }
}

BOOST_AUTO_TEST_SUITE_END()
