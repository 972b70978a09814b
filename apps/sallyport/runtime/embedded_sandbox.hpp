#pragma once

#include <sallyport/engine/limits.hpp>
#include <sallyport/sandbox/accounts.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/sandbox/throwaway_ca.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/server.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace sallyport::app {

/// A server with the sandbox, inside this process: real HTTPS on a free port of the loopback interface, with a
/// certificate and a client secret that nobody else knows.
class EmbeddedSandbox {
public:
  /// Starts it; a Failure where that is not possible. The pace is that of `SandboxConfig`.
  EmbeddedSandbox(boost::asio::any_io_executor executor, Limits const& limits, double pace);

  /// Who is told what the institutions send.
  void on_delivery(std::function<void(Delivery const&)> observer) { sandbox_->on_delivery(std::move(observer)); }

  /// A client that trusts this server alone. The authority's file is gone when this returns.
  [[nodiscard]] Client connect(std::shared_ptr<Observer> observer = {});
  [[nodiscard]] std::string url() const;
  void stop() { server_->stop(); }

private:
  boost::asio::any_io_executor executor_;
  Limits limits_;
  ApiClient client_;
  std::string ca_certificate_;
  std::unique_ptr<Sandbox> sandbox_;
  std::unique_ptr<SandboxAccounts> accounts_;
  std::unique_ptr<Server> server_;
};

/// "SMS", "e-mail": how a delivery reaches the user.
[[nodiscard]] std::string_view channel_name(DeliveryChannel channel) noexcept;

}  // namespace sallyport::app
