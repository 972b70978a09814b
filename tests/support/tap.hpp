#pragma once

// A tap on the wire: it ends the TLS of both sides and writes down what passes. What it saw, the one side has sent,
// whatever the other made of it.

#include "loopback.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace sallyport::test {

/// Values of the API's enums, as they were spelled on the wire.
struct Tapped {
  std::set<std::string> statuses;      ///< Of logins, in replies.
  std::set<std::string> factors;       ///< In replies to logins.
  std::set<std::string> flow_steps;    ///< In replies to logins.
  std::set<std::string> api_statuses;  ///< Of envelopes.
  std::set<std::string> mfa_schemes;   ///< In the authentication schemes.
};

/// Stands between a client and the server on that port of loop-back. Its certificate is the server's.
class Tap {
public:
  Tap(boost::asio::io_context& io, Certificates const& certificates, std::uint16_t server_port);
  Tap(Tap const&) = delete;
  Tap& operator=(Tap const&) = delete;
  ~Tap();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] Tapped const& seen() const;

private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace sallyport::test
