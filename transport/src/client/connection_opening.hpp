#pragma once

#include "client/connection.hpp"
#include "client/proxy.hpp"
#include "net/address_walk.hpp"
#include "net/deadlines.hpp"
#include "net/reactor.hpp"
#include "net/url.hpp"
#include "support/process_descriptor.hpp"

#include <sallyport/transport/config.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// The way to an API.
struct Route {
  Endpoint api;
  std::optional<ProxyRoute> proxy;
  AddressMemory addresses{};
};

/// Opens one connection: resolves, connects, has a proxy open a tunnel where there is one, and shakes hands with the
/// API. Each phase has a bound. Not one byte of a request leaves meanwhile. What it waits for keeps it, so that it goes
/// with the execution context; whoever wants to stop it holds it weakly.
class ConnectionOpening final : public std::enable_shared_from_this<ConnectionOpening> {
public:
  using Handler = std::function<void(boost::system::error_code)>;

  /// All of these outlive it, the connection where it is not stopped before.
  ConnectionOpening(Reactor& reactor, Connection& connection, ClientConfig const& config, Route& route);

  /// Completes once, inside this call where it fails at once. An error of ours is final; after any other one the same
  /// may be tried on a fresh connection.
  void start(Handler handler);
  /// Completes with this error: inside this call during a look-up, which cannot be recalled and so is not awaited, and
  /// soon else.
  void stop(boost::system::error_code why);
  [[nodiscard]] bool is_resolving() const noexcept { return resolving_; }
  /// What there is to say of the failure in place of its error; "" where the error says it all.
  [[nodiscard]] std::string const& words() const noexcept { return words_; }

private:
  /// How far the way over a proxy is open.
  enum class Stage : std::uint8_t { to_proxy, asking_proxy, in_tunnel };

  template <class Period>
  void bound(Period period, TransportErrc code) {
    deadline_.set(period, [this, code] { shared_from_this()->stop(code); });
  }

  [[nodiscard]] bool is_of_parent() const { return process_ != process_number(); }
  void resolve();
  void connect(boost::asio::ip::tcp::resolver::results_type const& found);
  void attach();
  void ask_proxy();
  void hear_proxy();
  void proxy_spoke(std::string_view bytes);
  void proxy_failed(boost::system::error_code ec);
  void refused_by_proxy();
  [[nodiscard]] std::string words_on_proxy(boost::system::error_code ec) const;
  void shake_hands();
  void shaken(boost::system::error_code ec);
  void finish(boost::system::error_code ec);

  Reactor* reactor_;
  Connection* connection_;
  ClientConfig const* config_;
  Route* route_;
  std::uint64_t process_ = process_number();
  boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Strand> resolver_;
  Socket socket_;
  std::weak_ptr<AddressWalk> walk_;  ///< What it waits for keeps it, and it keeps this.
  ProxyReply proxy_reply_;
  std::string_view unsent_;  ///< Of what the proxy is told.
  Deadline deadline_;
  Handler handler_;
  std::optional<boost::system::error_code> why_;
  std::string words_;
  Stage stage_ = Stage::to_proxy;
  bool resolving_ = false;
};

}  // namespace sallyport
