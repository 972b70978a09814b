#pragma once

#include "attempt_guard.hpp"
#include "body_room.hpp"
#include "connection_book.hpp"
#include "counters.hpp"
#include "tls.hpp"

#include <sallyport/transport/config.hpp>

#include <functional>
#include <utility>

namespace sallyport {

/// What every part of one server looks at. Each part shares it, so that it outlives the last of them.
struct ServerState {
  ServerState(ServerConfig what, TlsContext context)
      : config(std::move(what)),
        tls(std::move(context)),
        attempts(config),
        book({.connections = config.connections_max,
              .per_peer = config.connections_per_address_max,
              .spare = config.connections_spare}),
        bodies(config.body_bytes_max) {}

  ServerConfig config;
  TlsContext tls;
  LiveCounters counters;
  AttemptGuard attempts;
  ConnectionBook book;
  BodyRoom bodies;
  /// Of the strand: from now on every answer is the last one of its connection.
  bool draining = false;
  /// Called on the strand when a connection has closed.
  std::function<void()> on_closed;
};

}  // namespace sallyport
