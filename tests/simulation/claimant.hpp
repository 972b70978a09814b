#pragma once

#include "laws.hpp"
#include "process.hpp"

#include <sallyport/sandbox/scenario.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace sallyport::simulation {

class World;

/// One who logs in: an account at an integration, and the scenario that it plays there.
struct Account {
  AuthenticationScheme const* scheme = nullptr;
  Scenario const* scenario = nullptr;
  std::string user_id;
  std::string username;                        ///< Empty where a first post carries none.
  std::shared_ptr<Scenario const> composed{};  ///< What holds a scenario that the user name composes.
};

/// One process of the host: a client of the library, on a machine of its own.
struct Host {
  std::unique_ptr<Process> process;
  std::optional<Client> client;
};

/// One login, as its host and its user see it: they think, err, come too late, give up, move to another process. Either
/// the host takes the turns, or the client drives the login to the end and asks the user as a responder.
class Claimant final : private Responder {
public:
  Claimant(World& world, LoginNumber number, std::size_t account)
      : world_(&world), number_(number), account_(account) {}

  void begin(Host& host);
  [[nodiscard]] Host const* host() const noexcept { return host_; }
  [[nodiscard]] bool is_over() const noexcept { return over_; }
  /// The host's process crashes: what is not in a snapshot is gone.
  void crash();

private:
  using Decision = std::pair<Answer, Duration>;

  void respond(Prompt const& prompt, Responder::Handler handler) override;
  [[nodiscard]] Credentials credentials() const;
  void turned(boost::system::error_code ec, Turn turn);
  void stand_at(Prompt const& prompt);
  [[nodiscard]] Decision decide(Prompt const& prompt);
  [[nodiscard]] Answer fill_in(Prompt const& prompt, bool wrong);
  [[nodiscard]] Answer start_over(Prompt const& prompt) const;
  void think(Duration time, Answer answer);
  void answer(Answer answer);
  void refused(boost::system::error_code ec);
  void save();
  void saved(boost::system::error_code ec, SealedSnapshot snapshot, bool with_secrets);
  void look_into(SealedSnapshot const& snapshot, bool with_secrets);
  void resume(Host& host);
  void end(Outcome const& outcome);
  void give_up(boost::system::error_code ec);
  void let_go();
  void plan_cancel();
  [[nodiscard]] auto turn_handler();

  World* world_;
  LoginNumber number_;
  std::size_t account_;
  Host* host_ = nullptr;
  std::optional<Login> login_;
  std::optional<Prompt> prompt_;
  std::optional<SealedSnapshot> snapshot_;
  std::unique_ptr<boost::asio::cancellation_signal> stop_;
  std::optional<Responder::Handler> asked_;
  std::uint64_t question_ = 0;
  unsigned refusals_ = 0;
  unsigned doors_ = 0;
  bool stubborn_ = false;  ///< Never right.
  bool over_ = false;
};

}  // namespace sallyport::simulation
