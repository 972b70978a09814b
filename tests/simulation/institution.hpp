#pragma once

#include "laws.hpp"
#include "process.hpp"

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/judge.hpp>
#include <sallyport/transport/verifier.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::simulation {

/// The institutions behind the server: they judge as the sandbox does, in the world's time, and now and then are slow,
/// silent or out of service. They watch that they are asked only what a server may ask.
class Institution final : public Verifier {
public:
  Institution(Catalogue const& catalogue, Process& server, Dice& dice, Trace& trace, Laws& laws)
      : catalogue_(&catalogue), server_(&server), dice_(&dice), trace_(&trace), laws_(&laws) {}

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return catalogue_->schemes(); }
  void forget(LoginId login) noexcept override;

  /// The server told this user, in the reply that leaves, that this challenge is the one to answer.
  void told(std::string const& user_and_broker, std::string_view challenge_id);
  /// The server's process is gone, and with it all that was asked.
  void crash();

  [[nodiscard]] std::size_t logins_open() const noexcept { return sittings_.size(); }

private:
  struct Sitting {
    ScenarioChoice choice;
    ScenarioProgress progress;
    std::string user_and_broker;
    LoginNumber login = 0;
    TimePoint flow_deadline{};
    std::optional<TimePoint> deadline;  ///< Of the challenge that stands.
    std::optional<Handler> handler;     ///< Of the question in flight.
    EventType act = EventType::login;
    Judgement judgement;
  };

  void verify(VerifyRequest request, Handler handler) override;
  void check(Sitting const& sitting, VerifyRequest const& request);
  void judge_it(Sitting& sitting, VerifyRequest const& request);
  void plan_reply(LoginId login, Sitting& sitting);
  void reply(LoginId login);
  void enter_door(Sitting& sitting);

  Catalogue const* catalogue_;
  Process* server_;
  Dice* dice_;
  Trace* trace_;
  Laws* laws_;
  std::map<LoginId, Sitting> sittings_;
  std::unordered_map<std::string, std::string> newest_challenge_;
  LoginId last_seen_ = 0;
  std::uint64_t life_ = 0;
};

/// Which login a request is of: its device says so, and every request carries it.
[[nodiscard]] LoginNumber login_of(AuthRequest const& request) noexcept;
[[nodiscard]] std::string device_of(LoginNumber login);
[[nodiscard]] std::string user_at_broker(std::string_view user_id, std::string_view broker);

}  // namespace sallyport::simulation
