#pragma once

#include <http/exchange.hpp>
#include <http/http_answer.hpp>
#include "laws.hpp"
#include "process.hpp"
#include "server_host.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace sallyport::simulation {

/// What lies between the clients and the server: it delays, reorders, loses, repeats, cuts off, falsifies. It keeps the
/// promises of an `Exchange`: `sent` is false only where not one byte has left, and each exchange completes once.
class Network {
public:
  Network(ServerHost& server, Dice& dice, Trace& trace, Laws& laws, std::function<WallTime()> governor_clock)
      : server_(&server), dice_(&dice), trace_(&trace), laws_(&laws), governor_clock_(std::move(governor_clock)) {}

  [[nodiscard]] std::shared_ptr<Exchange> exchange_of(Process& client);
  /// The client's process is gone, and its connections with it.
  void crash_of(Process& client);
  /// Every connection to the server is reset.
  void server_crashed();

  /// The login has ended: no reply of it is said again.
  void forget(LoginNumber login) { earlier_.erase(login); }
  [[nodiscard]] std::size_t requests_unanswered() const noexcept { return unanswered_.size(); }
  [[nodiscard]] std::size_t exchanges_open() const noexcept { return flights_.size(); }

private:
  class Wire;

  /// A request on its way; what it carries belongs to the tasks that move it.
  struct Flight {
    Process* from = nullptr;
    LoginNumber login = 0;
    std::optional<Exchange::Handler> handler;
    bool sent = false;
  };
  struct Parcel {
    HttpRequest http;
    LoginNumber login = 0;
    std::string user_and_broker;
  };
  using Id = std::uint64_t;
  using Carried = std::shared_ptr<Parcel const>;

  void start(Process& from, HttpRequest request, Exchange::Handler handler, boost::asio::cancellation_slot slot);
  void leave(Id id, Carried const& parcel);
  void arrive(Id id, Carried const& parcel);
  void answered(Id id, Carried const& parcel, HttpAnswer answer);
  void come(Id id, HttpReply reply, bool lost);
  void complete(Id id, boost::system::error_code ec, HttpReply reply = {});
  void remember(LoginNumber login, HttpReply const& reply);
  [[nodiscard]] Duration latency();
  [[nodiscard]] bool falsify(Flight const& flight, HttpReply& reply);
  void garble(HttpReply& reply);
  void count(Fault fault, LoginNumber login);

  ServerHost* server_;
  Dice* dice_;
  Trace* trace_;
  Laws* laws_;
  std::function<WallTime()> governor_clock_;
  std::map<Id, Flight> flights_;
  std::unordered_map<std::uint64_t, LoginNumber> unanswered_;  ///< What has arrived at the server that lives now.
  std::unordered_map<LoginNumber, HttpReply> earlier_;         ///< The reply before, of some logins.
  Id next_id_ = 1;
  Id newest_arrived_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace sallyport::simulation
