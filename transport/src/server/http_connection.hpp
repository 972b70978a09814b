#pragma once

#include "http/http_answer.hpp"
#include "http/http_read.hpp"
#include "http/http_reader.hpp"
#include "net/reactor.hpp"
#include "net/tls_stream.hpp"
#include "server/desk.hpp"
#include "server/server_state.hpp"

#include <sallyport/transport/config.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// One connection of a server: reads a request, has it answered, writes the answer, and begins again. Every phase has
/// a deadline, every buffer a bound. Where it finds no memory, it closes.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
  /// `address`: where the socket says that it comes from.
  HttpConnection(Reactor& reactor, std::shared_ptr<ServerState> state, std::shared_ptr<Desk const> desk, Seat seat,
                 boost::asio::ip::address const& address);
  HttpConnection(HttpConnection const&) = delete;
  HttpConnection& operator=(HttpConnection const&) = delete;
  ~HttpConnection();

  /// Takes over a socket that does not block.
  void start(int socket);
  void close() noexcept;
  /// Closes between two requests.
  void part() noexcept;
  /// The server drains: lets go of a client that says nothing.
  void wind_up();

private:
  template <class Step>
  [[nodiscard]] auto then(Step step);
  void bound(std::chrono::milliseconds phase);
  void bound_and_rest(std::chrono::milliseconds phase);
  void read_proxy_header(boost::system::error_code ec);
  void shake_hands(boost::system::error_code ec);
  void await_request(boost::system::error_code ec);
  void await_first_byte();
  void read_request(boost::system::error_code ec);
  void go_on_reading();
  void invite_body();
  void was_read(boost::system::error_code ec);
  void dispatch();
  [[nodiscard]] bool is_between_requests() const noexcept;
  void leave() noexcept;
  void answer(HttpAnswer answer);
  void write(HttpAnswer answer);
  [[nodiscard]] std::string_view connection_header() const noexcept;
  void drain(boost::system::error_code ec);

  std::shared_ptr<ServerState> state_;
  ServerConfig const* config_;
  TlsStream stream_;
  ReadBuffer buffer_;
  std::shared_ptr<Desk const> desk_;
  Reactor* reactor_;  ///< The server's, which is there as long as the stream is open.
  Deadline deadline_;
  std::optional<RequestReader> reader_;
  Seat seat_;
  boost::asio::ip::address address_;  ///< Where the client comes from, as far as connections tell.
  Secret out_;
  std::size_t drained_ = 0;
  bool keep_alive_ = false;
  bool is_head_ = false;
  bool is_http_1_0_ = false;
  bool is_first_ = true;   ///< No request has come yet.
  bool awaiting_ = false;  ///< Nothing of the next request has come, as far as is known.
  bool closed_ = false;
};

}  // namespace sallyport
