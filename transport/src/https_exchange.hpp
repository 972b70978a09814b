#pragma once

#include "connection_pool.hpp"
#include "exchange.hpp"
#include "reactor.hpp"

#include <sallyport/transport/config.hpp>

#include <memory>

namespace sallyport {

/// Carries requests over HTTPS with keep-alive. All of it runs on one strand.
class HttpsExchange final : public Exchange, public std::enable_shared_from_this<HttpsExchange> {
public:
  HttpsExchange(Strand strand, TlsContext tls, Endpoint endpoint, ClientConfig const& config);

  void exchange(HttpRequest request, Handler handler, boost::asio::cancellation_slot stop) override;
  [[nodiscard]] PoolState pool_state() const noexcept override { return pool_.state(); }

private:
  class Op;

  std::shared_ptr<Reactor> reactor_;
  Endpoint endpoint_;
  ClientConfig const* config_;
  Secret common_headers_;
  ConnectionPool pool_;
};

}  // namespace sallyport
