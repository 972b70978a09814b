#pragma once

#include "loopback.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::test {

/// A TLS server that reads a request and writes the bytes that a test wants, then closes or goes on. It knows nothing
/// of HTTP beyond where a request ends.
class FakeServer {
public:
  enum class Ending : std::uint8_t {
    cut,       ///< TCP ends, and TLS says nothing of it.
    farewell,  ///< TLS says that it ends.
    reset,     ///< TCP is reset.
    silence,   ///< Nothing more is said; the connection stays.
  };
  struct Script {
    std::string bytes;  ///< What the request is answered with; nothing where empty.
    bool close_after = true;
    Ending ending = Ending::cut;         ///< How it closes.
    std::string second{};                ///< At the same moment, in a record of TLS of its own.
    std::string repeated{};              ///< Follows the bytes again and again, until the client closes.
    std::chrono::milliseconds pause{0};  ///< Before each repetition.
  };

  FakeServer(boost::asio::io_context& io, Certificates const& certificates, std::vector<Script> scripts);
  ~FakeServer();
  FakeServer(FakeServer const&) = delete;
  FakeServer& operator=(FakeServer const&) = delete;

  static constexpr int tls_1_2 = 0x0303;
  /// From the next connection on a client has to show a certificate that this authority signed; 0 bounds no version.
  void demand_certificate(std::string const& ca_file, int tls_version_max = 0);

  [[nodiscard]] std::uint16_t port() const;
  /// Every request, whole, in the order in which they came.
  [[nodiscard]] std::vector<std::string> const& requests() const;
  [[nodiscard]] std::size_t posts() const;
  /// How many connections came.
  [[nodiscard]] std::size_t connections() const;

private:
  struct State;
  class Talk;
  std::shared_ptr<State> state_;
};

/// A reply of HTTP/1.1 with a body of JSON.
[[nodiscard]] std::string http_reply(unsigned status, std::string const& body, std::string const& headers = {});

}  // namespace sallyport::test
