#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

namespace sallyport {

/// Which addresses of a host have not taken a connection lately. A network whose IPv6 leads nowhere does so for
/// everybody, so it is asked last for a while, and then anew.
class AddressMemory {
public:
  using Clock = std::chrono::steady_clock;
  using Address = boost::asio::ip::tcp::endpoint;

  void failed(Address const& address, Clock::time_point now);
  void worked(Address const& address);
  /// The order in which they are to be tried: the two families by turns, beginning with that of the first, so that one
  /// of them cannot take all the time; and behind these, in the same way, what has failed lately.
  [[nodiscard]] std::vector<Address> in_order(std::vector<Address> addresses, Clock::time_point now) const;

private:
  struct Failure {
    Address address;
    Clock::time_point until;
  };

  [[nodiscard]] bool is_failing(Address const& address, Clock::time_point now) const;

  static constexpr auto remembered_for = std::chrono::minutes(10);
  static constexpr std::size_t failures_max = 32;

  std::deque<Failure> failures_;
};

}  // namespace sallyport
