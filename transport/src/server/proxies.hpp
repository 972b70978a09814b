#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// The proxies whose word a server takes for where a client comes from. Anybody may write such a word; whoever could
/// have it believed would have the throttles count others.
class TrustedProxies {
public:
  /// Texts that `problem_of_proxies` has nothing against.
  explicit TrustedProxies(std::vector<std::string> const& proxies);

  [[nodiscard]] bool empty() const noexcept { return networks_.empty(); }
  [[nodiscard]] bool contains(boost::asio::ip::address const& address) const noexcept;

  /// Where a request comes from that came over a connection from this address with these `X-Forwarded-For`. Each proxy
  /// adds, at the end, who spoke to it: so the list is believed from its end on, as far as the proxies are ours.
  [[nodiscard]] boost::asio::ip::address client_of(boost::asio::ip::address const& connected,
                                                   std::string_view forwarded_for) const;

private:
  friend std::string problem_of_proxies(std::vector<std::string> const& proxies);

  /// All addresses whose first bits are these. An IPv4 address is the IPv6 address that it is mapped to.
  struct Network {
    boost::asio::ip::address_v6::bytes_type first{};
    unsigned bits = 0;
  };
  [[nodiscard]] static std::optional<Network> read(std::string_view text);
  [[nodiscard]] static bool has_host_bits(Network const& network) noexcept;

  std::vector<Network> networks_;
};

/// "proxies: …", with the text that is neither an address nor a network, or is a network that has bits beyond its
/// prefix, or where there are too many; "" where all are right.
[[nodiscard]] std::string problem_of_proxies(std::vector<std::string> const& proxies);

/// An address as it stands in such a list: with a port, in brackets, or alone.
[[nodiscard]] std::optional<boost::asio::ip::address> read_forwarded(std::string_view text);

}  // namespace sallyport
