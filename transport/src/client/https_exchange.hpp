#pragma once

#include "client/connection_opening.hpp"
#include "client/connection_pool.hpp"
#include "http/exchange.hpp"
#include "http/http_message.hpp"
#include "net/reactor.hpp"
#include "support/process_descriptor.hpp"

#include <sallyport/transport/config.hpp>

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace sallyport {

/// Carries requests over HTTPS with keep-alive. All of it runs on one strand.
class HttpsExchange final : public Exchange, public std::enable_shared_from_this<HttpsExchange> {
public:
  HttpsExchange(Strand strand, TlsContext tls, Endpoint endpoint, ClientConfig const& config);

  void exchange(HttpRequest request, Handler handler, boost::asio::cancellation_slot stop) override;
  void go_on_in_child() override;
  void go_on_in_parent() override;
  [[nodiscard]] PoolState pool_state() const noexcept override { return pool_.state(); }

private:
  void leave_to_parent();

  static constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);

  class Op;
  /// A request that was begun and has not ended.
  class UnderWay : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    UnderWay(UnderWay const&) = delete;
    UnderWay& operator=(UnderWay const&) = delete;
    virtual void leave_to_parent() = 0;
    [[nodiscard]] virtual bool is_resolving() const noexcept = 0;

  protected:
    UnderWay() = default;
    ~UnderWay() = default;
  };

  std::shared_ptr<Reactor> reactor_;
  std::uint64_t process_ = process_number();
  Route route_;
  ClientConfig const* config_;
  CommonParts common_;
  ConnectionPool pool_;
  boost::intrusive::list<UnderWay, boost::intrusive::constant_time_size<false>> under_way_;
};

}  // namespace sallyport
