#pragma once

#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport {

struct Endpoint;

/// Where a proxy is, and what it is told: everything that it ever sees in clear.
struct ProxyRoute {
  std::string host;
  std::string port;
  Secret request;
};

/// What is wrong with the proxy of a configuration ("proxy.url: ..."); "" where nothing is.
[[nodiscard]] std::string problem_of(HttpProxy const& proxy);
/// The way over a proxy that has no problem: CONNECT (RFC 9110, 9.3.6), with Basic credentials where there are some
/// (RFC 7617).
[[nodiscard]] ProxyRoute route_over(HttpProxy const& proxy, Endpoint const& api);

/// Reads what a proxy says to CONNECT, as far as the empty line that ends its header: of that only the status counts.
/// What stands behind it in a tunnel is said by the API, which says nothing before it is greeted; so a proxy that goes
/// on talking has opened none.
class ProxyReply {
public:
  enum class Says : std::uint8_t { nothing_yet, opened, refused, nonsense };

  explicit ProxyReply(std::size_t bytes_max) noexcept : bytes_left_(bytes_max) {}

  /// Takes what came; it is not asked again once it has said something.
  [[nodiscard]] Says take(std::string_view bytes);
  [[nodiscard]] bool has_begun() const noexcept { return !in_first_line_ || !first_line_.empty() || after_return_; }
  /// 0 where none was read.
  [[nodiscard]] unsigned status() const noexcept { return status_; }
  /// What it said, for a human, in our words: "answered 407, so it wants other credentials".
  [[nodiscard]] std::string words() const;

private:
  [[nodiscard]] bool read_status() noexcept;

  static constexpr std::size_t first_line_max = 512;

  std::size_t bytes_left_;
  std::string first_line_;
  unsigned status_ = 0;
  std::size_t line_size_ = 0;  ///< Without its end.
  bool in_first_line_ = true;
  bool is_over_ = false;  ///< The empty line was there.
  bool after_return_ = false;
};

}  // namespace sallyport
