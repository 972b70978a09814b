#pragma once

#include "client/https_exchange.hpp"
#include "client/resting_logins.hpp"
#include "login/login_request.hpp"
#include "net/driver_time.hpp"
#include "observe/event_teller.hpp"
#include "observe/login_watch.hpp"
#include "support/fork_notice.hpp"
#include "support/process_descriptor.hpp"
#include "support/slab_pool.hpp"

#include <sallyport/protocol/scheme.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/config.hpp>

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sallyport {

/// A login in the midst of a turn.
class TurningLogin
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
  TurningLogin(TurningLogin const&) = delete;
  TurningLogin& operator=(TurningLogin const&) = delete;

  /// This is a child; the login goes on in the parent.
  virtual void stay_behind() = 0;

protected:
  TurningLogin() = default;
  ~TurningLogin() = default;
};

/// What the copies of one client share: the configuration, the connections, and the schemes once they were fetched.
class ClientCore : public std::enable_shared_from_this<ClientCore> {
public:
  /// The list is null where the server gave none that can be read: then the common fields serve. `unreachable` is set
  /// where not even a connection was had.
  /// `words`: what an error had to say of itself.
  using SchemesReady = std::function<void(boost::system::error_code unreachable, SchemeList, std::string words)>;

  ClientCore(Strand strand, ClientConfig config, std::shared_ptr<SharedGovernor> governor, Endpoint endpoint,
             TlsContext tls);
  /// Over another exchange and another time: for the simulation.
  ClientCore(Strand strand, ClientConfig config, std::shared_ptr<Exchange> exchange, DriverTime time);

  [[nodiscard]] static Client handle(std::shared_ptr<ClientCore> core) noexcept { return Client(std::move(core)); }

  [[nodiscard]] Strand const& strand() const noexcept { return strand_; }
  [[nodiscard]] ClientConfig const& config() const noexcept { return config_; }
  /// Null where the configuration says so.
  [[nodiscard]] std::shared_ptr<SharedGovernor> const& governor() const noexcept { return governor_; }
  [[nodiscard]] Exchange& exchange() noexcept { return *exchange_; }
  [[nodiscard]] DriverTime const& time() const noexcept { return time_; }
  [[nodiscard]] RestingLogins& resting() noexcept { return resting_; }
  /// Until its turn is over.
  void add_turning(TurningLogin& login) { turning_.push_back(login); }
  /// For what a login keeps while it rests.
  [[nodiscard]] SlabPool& memory() const noexcept { return *memory_; }

  /// What tells the observer of one more login at this integration; nothing where there is no observer.
  [[nodiscard]] LoginWatch watch(Open<BrokerType> const& broker, bool resumed = false) const noexcept;

  /// So old may a list of schemes be: an integration that wants another field is noticed the same day.
  static constexpr Duration schemes_life_span = std::chrono::hours(1);
  /// From one list that is fetched because of a doubt to the next, at least: wrong passwords are no reason.
  static constexpr Duration doubt_interval = std::chrono::minutes(1);

  /// Calls back with the schemes, which are fetched for all logins that begin within their life span. Where they cannot
  /// be had anew the old ones serve. Runs on the strand.
  void with_schemes(SchemesReady ready);
  /// A step was refused, which may be because the integration wants other fields than it did: whoever begins next has a
  /// fresh list.
  void doubt_schemes();

  [[nodiscard]] static HttpRequest schemes_request();

private:
  using Waiting = std::vector<SchemesReady>;

  void schemes_came(Exchanged done, Waiting& waiting);
  void forked(boost::asio::execution_context::fork_event event);
  void go_on_in_child();

  Strand strand_;
  ClientConfig config_;
  EventTeller teller_;
  DriverTime time_;
  std::shared_ptr<SharedGovernor> governor_;
  std::shared_ptr<Exchange> exchange_;
  SchemeList schemes_;
  TimePoint schemes_until_{};
  std::optional<TimePoint> doubted_at_;
  RestingLogins resting_;
  std::shared_ptr<SlabPool> memory_ = SlabPool::create();
  boost::intrusive::list<TurningLogin, boost::intrusive::constant_time_size<false>> turning_;
  std::uint64_t process_ = process_number();
  std::optional<ForkNotice> fork_notice_;  ///< Where the exchange is over sockets.
  std::weak_ptr<Waiting> waiting_;         ///< The fetch in flight owns it, so that nothing holds itself.
};

}  // namespace sallyport
