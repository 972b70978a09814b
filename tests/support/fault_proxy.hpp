#pragma once

// A wire that breaks where a test wants it to.

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sallyport::test {

/// A TCP proxy in front of a server. It passes TLS through and cannot read it; of the records it knows whose turn it
/// is.
class FaultProxy {
public:
  enum class Part : std::uint8_t {
    client_hello,
    server_flight,    ///< From the server's hello to its end of the handshake.
    client_finished,  ///< The client's end of the handshake: it sends its request without waiting for more.
    request,
    reply,
  };
  enum class Harm : std::uint8_t {
    cut,    ///< Both sides are told that the other one closes.
    reset,  ///< Both sides get a reset.
    stall,  ///< Not a byte passes any more, and nobody is told: a connection that is half open.
    flip,   ///< One bit is changed.
  };
  /// Which byte of the part is the first that does not pass, or the one that is changed.
  enum class Place : std::uint8_t { first, length, middle, last };
  struct Fault {
    Part part = Part::request;
    Harm harm = Harm::cut;
    Place place = Place::first;
    bool once = false;  ///< The next connection is spared.
  };

  FaultProxy(boost::asio::io_context& io, std::uint16_t server_port);
  ~FaultProxy();
  FaultProxy(FaultProxy const&) = delete;
  FaultProxy& operator=(FaultProxy const&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// From now on each connection suffers it, once, where it comes to that part.
  void arm(Fault fault);
  void disarm();
  /// Closes what is open, as a server does with idle connections.
  void hang_up(bool with_reset = false);
  /// How many connections have suffered so far.
  [[nodiscard]] std::size_t struck() const;

private:
  class Core;
  class Link;
  std::shared_ptr<Core> core_;
};

[[nodiscard]] std::string name_of(FaultProxy::Fault const& fault);

}  // namespace sallyport::test
