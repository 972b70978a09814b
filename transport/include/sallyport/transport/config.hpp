#pragma once

#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/throttle.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/protocol/secret.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {

class Observer;
class SharedGovernor;

/// Said where a client shall count nothing; see `GovernorChoice`.
struct NoGovernor {};
inline constexpr NoGovernor no_governor{};

/// Which governor a client asks (law 5; see `shared_governor.hpp`). Where nothing is chosen, or an empty pointer, it is
/// one in memory that all clients of this process share that speak to the same host and port: its counts end with the
/// process. That nothing shall be counted must be said: `config.governor = no_governor`.
class GovernorChoice {
public:
  GovernorChoice() = default;
  GovernorChoice(std::shared_ptr<SharedGovernor> governor) noexcept : governor_(std::move(governor)) {}
  GovernorChoice(NoGovernor) noexcept : none_(true) {}
  GovernorChoice(std::nullptr_t) = delete;

  [[nodiscard]] bool is_none() const noexcept { return none_; }
  /// Null where none was given.
  [[nodiscard]] std::shared_ptr<SharedGovernor> const& given() const noexcept { return governor_; }

private:
  std::shared_ptr<SharedGovernor> governor_;
  bool none_ = false;
};

/// A header that every request has besides those of the API: for a gateway in front of it, say. The value is sent to
/// the API alone, as it is.
struct ExtraHeader {
  std::string name;
  Secret value;
};

/// An HTTP proxy on the way to the API. It is asked for a tunnel (CONNECT) and told the API's host and port; through
/// the tunnel TLS is spoken with the API as ever, so that the proxy sees no header, no path and no body.
struct HttpProxy {
  std::string url;  ///< `http://host[:port]`, port 80 where it names none.
  Secret user{};    ///< Sent to the proxy in clear (Basic), as the protocol has it; where empty, no credentials are.
  Secret password{};
};

/// A certificate chain and its private key, both PEM.
struct TlsIdentity {
  std::string certificate_chain;
  Secret private_key;
};

/// Where a client connects and how long it waits. Every wait has a bound.
struct ClientConfig {
  /// `https://host[:port][/path]`; nothing but TLS 1.2 and newer is spoken. The path stands before those of the API.
  std::string url;
  std::string client_id;
  Secret client_secret;
  std::optional<std::string> ca_file;  ///< PEM; the system's roots where unset. Verification cannot be switched off.
  /// Where not empty, the chain must, besides being verified, hold a key whose SHA-256 is one of these: that of the
  /// SubjectPublicKeyInfo (RFC 7469), in Base64 or hexadecimal digits. Else `certificate_rejected`.
  std::vector<std::string> pinned_keys{};
  /// What this client shows of itself where the server or a gateway demands a certificate (mutual TLS).
  std::optional<TlsIdentity> identity{};
  /// Where unset, the API is spoken to directly: the environment is not looked at.
  std::optional<HttpProxy> proxy{};
  /// None of those that the API or HTTP itself needs. A `User-Agent` takes the place of ours.
  std::vector<ExtraHeader> headers{};
  Limits limits{};      ///< `limits.request_life_span` bounds a whole request.
  WireBounds bounds{};  ///< Bounds of a reply's body.
  std::size_t header_bytes_max = 16 * 1024;
  std::chrono::milliseconds resolve_timeout = std::chrono::seconds(5);
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  std::size_t connections_max = 64;
  /// A connection idle for longer is not used again: sooner than the server closes it, so that no request meets a dead
  /// one. Many servers and balancers close after five seconds. Where one announces less (`Keep-Alive: timeout=N`), or
  /// has closed sooner, half of that counts. What may not be repeated goes over no connection idle for above a second.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(4);
  /// How often a request of which not one byte has left may be tried on a fresh connection.
  unsigned connect_attempts_max = 3;
  /// Asked before every request, so that no sequence of logins gets an account locked. Give one with a ledger to all
  /// clients of all processes, so that the counts outlive each.
  GovernorChoice governor{};
  /// Is told of every login; see `observer.hpp`. Without one, nothing is spent on it.
  std::shared_ptr<Observer> observer{};
};

/// Who may speak to a server.
struct ApiClient {
  std::string id;
  Secret secret;
};

/// Where a server listens, whom it lets in, and what it bears.
struct ServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 picks a free one; `Server::port` tells which.
  TlsIdentity identity;
  std::vector<ApiClient> clients;
  /// An institution is given up a little before the client gives up the server, so that the client hears of it. A user
  /// who gave up may start afresh sooner than a patient one may have a code sent again.
  /// A client that confirms with credentials may do so as often as it may poll. Ours stops sooner.
  Limits limits{.request_life_span = std::chrono::seconds(25),
                .resend_cool_down = std::chrono::seconds(10),
                .confirmations_max = 600};
  WireBounds bounds{.text_bytes_max = 64 * 1024};  ///< A body over `text_bytes_max` is refused with 413.
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t connections_max = 10'000;
  /// Of one IPv4 address, or one IPv6 network of 64 bits: a single back end that went mad leaves room for the others.
  /// Clients come in their hundreds from one address, or all of them from that of a proxy, so it is no tighter.
  std::size_t connections_per_address_max = 9'500;
  /// So many more are told 503 with `Retry-After`, for which they need a handshake; who comes beyond finds a closed
  /// door.
  std::size_t connections_spare = 100;
  /// What all bodies that are being read may take together; beyond it 503 with `Retry-After`. A thousand of
  /// the largest; logins have some hundred bytes.
  std::size_t body_bytes_max = 64 * 1024 * 1024;
  std::size_t sessions_max = 100'000;
  /// Of these one client may have so many open; a first post beyond is 429 with `Retry-After`. 0: all where there is
  /// one client, half where there are several, so that none fills the table for all others.
  std::size_t sessions_per_client_max = 0;
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  /// For one whole request, header and body, once its first byte came: a slow sender is cut off.
  std::chrono::milliseconds read_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds write_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  /// How long an ended login is remembered, so that a late or repeated answer is told what became of it.
  std::chrono::milliseconds linger = std::chrono::seconds(60);
  /// Of each (client, user, integration): 429 with `Retry-After` after so many wrong credentials and answers. Ten are
  /// three challenges with three attempts each, and one more: more than a human in a hurry needs. Beyond, some hundred
  /// a day, about what NIST SP 800-63B (5.2.2) allows an account at all.
  ThrottlePolicy account_throttle{.burst = 10, .recovery = std::chrono::minutes(15), .wait = std::chrono::minutes(1)};
  /// Of each address as above, wrong client secrets too. Off: a back end has one address for all of its users, and one
  /// of them could shut out the rest. Set it where clients come from addresses of their own.
  ThrottlePolicy address_throttle{};
  /// Proxies in front of the server, addresses or networks ("10.0.0.7", "10.1.0.0/16", "fd00::/8"). From there, and
  /// from nowhere else, it is believed where a client comes from: the last address in `X-Forwarded-For` that is none of
  /// a proxy, and what `proxy_protocol` brings. Throttles count it. 64 at most.
  std::vector<std::string> proxies{};
  /// Each connection of a proxy begins with a header of the PROXY protocol, version 2, before TLS; without one it is
  /// closed. From others none is taken.
  bool proxy_protocol = false;
  /// As of `ClientConfig`.
  std::shared_ptr<Observer> observer{};
};

/// The member of a configuration whose value cannot work, and why ("connect_timeout: not above zero"); "" where all
/// can. `create` refuses such a configuration with `bad_config`.
[[nodiscard]] std::string problem_of(ClientConfig const& config);
[[nodiscard]] std::string problem_of(ServerConfig const& config);

}  // namespace sallyport
