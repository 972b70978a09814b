#pragma once

#include "http/body_room.hpp"
#include "server/attempt_guard.hpp"
#include "server/connection_book.hpp"
#include "server/current_tls.hpp"
#include "server/proxies.hpp"
#include "support/counters.hpp"
#include "support/siphash.hpp"
#include "support/spare_texts.hpp"

#include <sallyport/transport/config.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

namespace sallyport {

/// What all shards of one server look at, from any thread.
struct ServerCommons {
  ServerCommons(ServerConfig what, TlsContext context, std::size_t shard_count, SipHash keyed)
      : config(std::move(what)),
        tls(std::move(context)),
        shards(shard_count),
        hash(keyed),
        proxies(config.proxies),
        addresses(config.address_throttle, hash),
        book({.connections = config.connections_max,
              .per_peer = config.connections_per_address_max,
              .spare = config.connections_spare},
             hash) {}

  ServerConfig const config;
  CurrentTls tls;
  std::size_t const shards;
  SipHash const hash;  ///< Of all tables that clients can fill.
  TrustedProxies const proxies;
  AddressGuard addresses;
  ConnectionBook book;
};

/// What every part of one shard looks at. Each part shares it, so that it outlives the last of them.
struct ServerState {
  ServerState(std::shared_ptr<ServerCommons> all, std::size_t which)
      : commons(std::move(all)),
        config(commons->config),
        tls(commons->tls),
        shard(which),
        sessions_max(share_of(config.sessions_max)),
        sessions_per_client_max(share_per_client()),
        attempts(config, commons->addresses, commons->hash),
        book(commons->book),
        bodies(share_of(config.body_bytes_max)) {}
  /// Of a server with one shard.
  ServerState(ServerConfig what, TlsContext context)
      : ServerState(
            std::make_shared<ServerCommons>(std::move(what), std::move(context), 1, SipHash::with_fresh_key().value()),
            0) {}

  std::shared_ptr<ServerCommons> commons;
  ServerConfig const& config;
  CurrentTls& tls;
  std::size_t shard;
  std::size_t sessions_max;
  std::size_t sessions_per_client_max;
  LiveCounters counters;
  AttemptGuard attempts;
  ConnectionBook& book;
  BodyRoom bodies;
  SpareTexts spare_texts;  ///< Of the strand.
  /// Of the strand: from now on every answer is the last one of its connection.
  bool draining = false;
  /// Called on the strand when a connection has closed, in the midst of its own work. It takes no memory.
  std::function<void()> on_closed;

private:
  // Where one client may have all of it, who finds no room hears that the server is full.
  [[nodiscard]] std::size_t share_per_client() const noexcept {
    auto const chosen = config.sessions_per_client_max;
    auto const most = chosen != 0 ? share_of(chosen) : config.clients.size() > 1 ? sessions_max / 2 : sessions_max;
    // With few slots a shard may have fewer than one for each client.
    auto const share = std::max<std::size_t>(most, 1);
    return share >= sessions_max ? std::numeric_limits<std::size_t>::max() : share;
  }
  /// The shards' shares of a bound add up to it.
  [[nodiscard]] std::size_t share_of(std::size_t bound) const noexcept {
    return bound / commons->shards + (shard < bound % commons->shards ? 1 : 0);
  }
};

}  // namespace sallyport
